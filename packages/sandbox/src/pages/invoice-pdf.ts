import type { InvoiceView } from './invoice-page.js';
import { type PdfText, writePdf } from './pdf.js';

const LEFT = 56;
const RIGHT = 539;

/** What an invoice and a credit note show. */
export type BillView = Pick<InvoiceView, 'merchant' | 'number' | 'facts' | 'amount' | 'meaning' | 'lines' | 'totals'>;

/** The invoice as an A4 PDF: the same facts, lines and totals as its page. */
export function invoicePdf(view: InvoiceView): Buffer {
  return billPdf('Invoice', view);
}

export function billPdf(kind: 'Credit note' | 'Invoice', view: BillView): Buffer {
  const texts: PdfText[] = [
    { x: LEFT, y: 74, text: kind, size: 22, bold: true },
    { x: RIGHT, y: 74, text: view.merchant, size: 13, bold: true, right: true },
    { x: RIGHT, y: 92, text: 'Test mode: no money moved', size: 9, right: true },
  ];
  let y = 118;
  for (const { label, value } of view.facts) {
    texts.push({ x: LEFT, y, text: label }, { x: 170, y, text: value, bold: true });
    y += 17;
  }
  y += 16;
  texts.push({ x: LEFT, y, text: `${view.amount} · ${view.meaning}`, size: 15, bold: true });
  y += 34;
  texts.push(
    { x: LEFT, y, text: 'Description', size: 9, bold: true },
    { x: 440, y, text: 'Qty', size: 9, bold: true, right: true },
    { x: RIGHT, y, text: 'Amount', size: 9, bold: true, right: true },
  );
  y += 20;
  for (const line of view.lines) {
    texts.push(
      { x: LEFT, y, text: line.description },
      { x: 440, y, text: line.quantity, right: true },
      { x: RIGHT, y, text: line.amount, right: true },
      { x: LEFT, y: y + 13, text: line.detail, size: 8 },
    );
    y += 34;
  }
  y += 8;
  for (const { label, amount, due } of view.totals) {
    texts.push(
      { x: 360, y, text: label, bold: due === true },
      { x: RIGHT, y, text: amount, bold: due === true, right: true },
    );
    y += 18;
  }
  return writePdf(texts, `${kind} ${view.number}`);
}
