import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Charge } from '../refunds/refundable-charge.js';
import { isGivenBack, type Refund } from '../refunds/refunds.js';

export type CreditNote = StripeObjects['credit_note'];
export type CreditNoteLine = CreditNote['lines']['data'][number];
type Invoice = StripeObjects['invoice'];

/** The invoice's credit notes that count. */
export function issuedNotes(tx: Transaction, invoice: string): CreditNote[] {
  return tx.where('credit_note', 'invoice', invoice).filter(({ status }) => status === 'issued');
}

/** What is credited of an invoice line so far. */
export function creditsOfLine(tx: Transaction, invoice: string, line: string): CreditNoteLine[] {
  return issuedNotes(tx, invoice).flatMap(({ lines }) =>
    lines.data.filter(({ invoice_line_item }) => invoice_line_item === line),
  );
}

/** The charges that paid the invoice, the latest payment first. */
export function chargesOfInvoice(tx: Transaction, invoice: string): Charge[] {
  return tx
    .where('invoice_payment', 'invoice', invoice)
    .filter(({ status }) => status === 'paid')
    .flatMap(({ payment }) => tx.get('payment_intent', payment.payment_intent ?? '')?.latest_charge ?? [])
    .map((charge) => tx.require('charge', charge));
}

/** How much of a refund credit notes of the invoice name already, in minor units. */
export function linkedOf(notes: readonly CreditNote[], refund: string): number {
  const links = notes.flatMap(({ refunds }) => refunds.filter((link) => link.refund === refund));
  return links.reduce((sum, { amount_refunded }) => sum + amount_refunded, 0);
}

export interface RefundLink {
  refund: Refund;
  /** Minor units. */
  amount: number;
}

/**
 * What credit notes may still credit, in minor units. Refunds that no credit note names have given money back as well.
 * https://docs.stripe.com/api/credit_notes/create
 * @param linking refunds that the next credit note will name
 */
export function creditable(tx: Transaction, invoice: Invoice, linking: readonly RefundLink[]): number {
  const notes = issuedNotes(tx, invoice.id);
  const credited = notes.reduce((sum, { total }) => sum + total, 0);
  const refunds = chargesOfInvoice(tx, invoice.id).flatMap(({ id }) => tx.where('refund', 'charge', id));
  const apart = refunds.filter(isGivenBack).reduce((sum, { id, amount }) => {
    const next = linking.filter((link) => link.refund.id === id).reduce((linked, link) => linked + link.amount, 0);
    return sum + amount - linkedOf(notes, id) - next;
  }, 0);
  return Math.max(invoice.total - credited - apart, 0);
}
