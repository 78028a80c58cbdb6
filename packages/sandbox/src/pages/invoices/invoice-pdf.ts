import type { InvoiceView } from './invoice-page.js';
import { PAGE, type PdfPage, type PdfText, writePdf } from './pdf.js';
import { wrapped } from './pdf-text.js';

const LEFT = 56;
const RIGHT = 539;
const QUANTITY = 440;
const DESCRIPTION_WIDTH = 320;
const VALUE = 170;
/** Below it a page is full. */
const BOTTOM = PAGE.height - 76;
const FOOT = PAGE.height - 42;

/** What an invoice and a credit note show. */
export type BillView = Pick<InvoiceView, 'merchant' | 'number' | 'facts' | 'amount' | 'meaning' | 'lines' | 'totals'> &
  Partial<Pick<InvoiceView, 'notes'>>;

/** The invoice as an A4 PDF: the same facts, lines and totals as its page. */
export function invoicePdf(view: InvoiceView): Buffer {
  return billPdf('Invoice', view);
}

export function billPdf(kind: 'Credit note' | 'Invoice', view: BillView): Buffer {
  const sheet = new Sheet();
  sheet.write({ x: LEFT, y: 74, text: kind, size: 22, bold: true });
  sheet.write({ x: RIGHT, y: 74, text: view.merchant, size: 13, bold: true, right: true });
  sheet.write({ x: RIGHT, y: 92, text: 'Test mode: no money moved', size: 9, right: true });
  sheet.y = 118;
  for (const { label, value } of view.facts) {
    const lines = value.split('\n').flatMap((line) => wrapped(line, RIGHT - VALUE, 10, true));
    sheet.room(lines.length * 14 + 3);
    sheet.write({ x: LEFT, y: sheet.y, text: label });
    sheet.block(lines, { x: VALUE, bold: true }, 14);
    sheet.y += 3;
  }
  sheet.y += 16;
  sheet.block(
    wrapped(`${view.amount} · ${view.meaning}`, RIGHT - LEFT, 15, true),
    { x: LEFT, size: 15, bold: true },
    19,
  );
  sheet.y += 15;
  writeLines(sheet, view.lines);
  sheet.room(view.totals.length * 18 + 8);
  sheet.y += 8;
  for (const { label, amount, due } of view.totals) {
    const bold = due === true;
    sheet.write({ x: 360, y: sheet.y, text: label, bold });
    sheet.write({ x: RIGHT, y: sheet.y, text: amount, bold, right: true });
    sheet.y += 18;
  }
  for (const note of view.notes ?? []) {
    const lines = note.split('\n').flatMap((line) => wrapped(line, RIGHT - LEFT, 9));
    sheet.y += 12;
    for (const line of lines) {
      sheet.room(12);
      sheet.block([line], { x: LEFT, size: 9 }, 12);
    }
  }
  return writePdf(sheet.finished(`${kind} ${view.number}`), `${kind} ${view.number}`);
}

/** The table; its head stands on every page that it reaches. */
function writeLines(sheet: Sheet, lines: BillView['lines']): void {
  const head = () => {
    sheet.write({ x: LEFT, y: sheet.y, text: 'Description', size: 9, bold: true });
    sheet.write({ x: QUANTITY, y: sheet.y, text: 'Qty', size: 9, bold: true, right: true });
    sheet.write({ x: RIGHT, y: sheet.y, text: 'Amount', size: 9, bold: true, right: true });
    sheet.rule(sheet.y + 6);
    sheet.y += 22;
  };
  sheet.room(60);
  head();
  for (const { description, detail, quantity, amount } of lines) {
    const text = wrapped(description, DESCRIPTION_WIDTH, 10);
    if (sheet.room(Math.min(text.length * 13 + 21, BOTTOM - 80))) head();
    sheet.write({ x: QUANTITY, y: sheet.y, text: quantity, right: true });
    sheet.write({ x: RIGHT, y: sheet.y, text: amount, right: true });
    for (const line of text) {
      if (sheet.room(13)) head();
      sheet.block([line], { x: LEFT }, 13);
    }
    sheet.block([detail], { x: LEFT, size: 8 }, 21);
  }
  sheet.rule(sheet.y - 8);
}

/** Pages written from top to bottom. */
class Sheet {
  y = 0;
  private readonly pages: Required<PdfPage>[] = [{ texts: [], rules: [] }];

  /** Begins a page if `height` no longer fits on this one, and says so. */
  room(height: number): boolean {
    if (this.y + height <= BOTTOM) return false;
    this.pages.push({ texts: [], rules: [] });
    this.y = 74;
    return true;
  }

  write(text: PdfText): void {
    this.pages.at(-1)?.texts.push(text);
  }

  rule(y: number): void {
    this.pages.at(-1)?.rules.push({ x: LEFT, y, width: RIGHT - LEFT });
  }

  block(lines: string[], at: Omit<PdfText, 'text' | 'y'>, leading: number): void {
    for (const text of lines) {
      this.write({ ...at, text, y: this.y });
      this.y += leading;
    }
  }

  finished(title: string): PdfPage[] {
    const count = this.pages.length;
    return this.pages.map(({ texts, rules }, at) => ({
      rules,
      texts: [
        ...texts,
        { x: LEFT, y: FOOT, text: title, size: 8 },
        { x: RIGHT, y: FOOT, text: `Page ${at + 1} of ${count}`, size: 8, right: true },
      ],
    }));
  }
}
