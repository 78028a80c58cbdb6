import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { money } from '../../billing/wording.js';
import type { StripeObjects } from '../../engine/objects.js';
import { longDay } from '../wording.js';
import type { BillView } from './invoice-pdf.js';

const REASONS: Record<string, string> = {
  duplicate: 'Duplicate',
  fraudulent: 'Fraudulent',
  order_change: 'Order change',
  product_unsatisfactory: 'Product unsatisfactory',
};

/** What the PDF of a credit note shows. */
export function creditNoteView(note: StripeObjects['credit_note'], invoice: StripeObjects['invoice']): BillView {
  const { currency } = note;
  const issued = longDay(note.effective_at ?? note.created);
  return {
    merchant: MERCHANT_NAME,
    number: note.number,
    facts: [
      { label: 'Credit note number', value: note.number },
      { label: 'Invoice number', value: invoice.number ?? invoice.id },
      { label: 'Issued', value: issued },
      {
        label: 'Credited to',
        value: [invoice.customer_name, invoice.customer_email].filter(Boolean).join(', ') || '–',
      },
      ...(note.reason ? [{ label: 'Reason', value: REASONS[note.reason] ?? note.reason }] : []),
      ...(note.memo ? [{ label: 'Memo', value: note.memo }] : []),
    ],
    amount: money(note.total, currency),
    meaning: note.status === 'void' ? `Voided on ${longDay(note.voided_at ?? note.created)}` : `Issued on ${issued}`,
    lines: note.lines.data.map((line) => ({
      description: line.description ?? 'Credit',
      detail: '',
      quantity: line.quantity === null ? '' : String(line.quantity),
      amount: money(line.amount, currency),
    })),
    totals: totalsOf(note),
  };
}

function totalsOf(note: StripeObjects['credit_note']): BillView['totals'] {
  const { currency } = note;
  const tax = note.total - (note.total_excluding_tax ?? note.total);
  const refunded = note.refunds.reduce((sum, { amount_refunded }) => sum + amount_refunded, 0);
  const credited = note.post_payment_amount - refunded - (note.out_of_band_amount ?? 0);
  const shown = (label: string, amount: number) => (amount > 0 ? [{ label, amount: money(amount, currency) }] : []);
  return [
    { label: 'Subtotal', amount: money(note.subtotal, currency) },
    ...shown('Discount', note.discount_amount).map((row) => ({ ...row, amount: `−${row.amount}` })),
    ...shown('Tax', tax),
    { label: 'Total credited', amount: money(note.total, currency), due: true },
    ...shown('Taken off the invoice', note.pre_payment_amount),
    ...shown('Refunded', refunded),
    ...shown('Credited to the balance', credited),
    ...shown('Settled elsewhere', note.out_of_band_amount ?? 0),
  ];
}
