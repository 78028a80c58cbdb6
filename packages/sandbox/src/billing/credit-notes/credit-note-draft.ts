import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { isGivenBack } from '../refunds/refunds.js';
import { money } from '../wording.js';
import { creditLine, type LineGiven, sum } from './credit-note-lines.js';
import {
  type CreditNote,
  type CreditNoteLine,
  chargesOfInvoice,
  creditable,
  issuedNotes,
  linkedOf,
  type RefundLink,
} from './credited.js';

type Invoice = StripeObjects['invoice'];

export interface CreditNoteGiven {
  invoice: string;
  /** Minor units, all of them. */
  amount?: number;
  credit_amount?: number;
  out_of_band_amount?: number;
  refund_amount?: number;
  refunds?: { refund?: string; amount_refunded?: number }[];
  lines?: LineGiven[];
  effective_at?: number;
  memo?: string;
  metadata?: Record<string, string>;
  reason?: CreditNote['reason'];
}

export interface CreditNoteDraft {
  note: CreditNote;
  linked: RefundLink[];
}

/**
 * The credit note that a request describes, with nothing done yet: a preview shows it, issuing it does the rest.
 * @throws 400 for what cannot be credited
 */
export function draftCreditNote(tx: Transaction, given: CreditNoteGiven): CreditNoteDraft {
  const invoice = tx.require('invoice', given.invoice, 'invoice');
  // Not established: the exact words, and whether uncollectible ones are taken; here they are, as they can be paid.
  if (!['open', 'paid', 'uncollectible'].includes(invoice.status ?? '')) {
    throw invalidRequest(`Credit notes can only be issued for open or paid invoices. This one is ${invoice.status}.`, {
      param: 'invoice',
    });
  }
  const lines = linesOf(tx, invoice, given);
  const sums = sumsOf(lines);
  const { total } = sums;
  if (given.amount !== undefined && given.amount !== total) {
    const [wanted, summed] = [money(given.amount, invoice.currency), money(total, invoice.currency)];
    throw invalidRequest(`The amount (${wanted}) must equal the sum of the lines (${summed}).`, { param: 'amount' });
  }
  const linked = linksOf(tx, invoice, given.refunds ?? []);
  const most = creditable(tx, invoice, linked);
  if (total <= 0 || total > most) {
    const [wanted, rest] = [money(total, invoice.currency), money(most, invoice.currency)];
    throw invalidRequest(`The credit note amount (${wanted}) must be positive and at most ${rest}.`, {
      param: given.lines ? 'lines' : 'amount',
    });
  }
  const pre_payment_amount = Math.min(total, invoice.amount_remaining);
  const post_payment_amount = total - pre_payment_amount;
  checkPostPayment(invoice, given, linked, post_payment_amount);
  const id = tx.newId('credit_note');
  const created = tx.now(invoice.test_clock);
  const note: CreditNote = {
    id,
    object: 'credit_note',
    ...sums,
    amount: total,
    amount_shipping: 0,
    created,
    currency: invoice.currency,
    customer: invoice.customer as string,
    customer_account: null,
    customer_balance_transaction: null,
    effective_at: given.effective_at ?? created,
    invoice: invoice.id,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/credit_notes/${id}/lines` },
    livemode: false,
    memo: given.memo ?? null,
    metadata: given.metadata ?? {},
    number: nextNumber(tx, invoice),
    out_of_band_amount: given.out_of_band_amount ?? null,
    pdf: `${tx.origin}/cn/${id}/pdf`,
    post_payment_amount,
    pre_payment_amount,
    reason: given.reason ?? null,
    refunds: linked.map(({ refund, amount }) => refundLink(refund.id, amount)),
    shipping_cost: null,
    status: 'issued',
    type: post_payment_amount === 0 ? 'pre_payment' : pre_payment_amount === 0 ? 'post_payment' : 'mixed',
    voided_at: null,
  };
  return { note, linked };
}

export const refundLink = (refund: string, amount_refunded: number): CreditNote['refunds'][number] => ({
  amount_refunded,
  payment_record_refund: null,
  refund,
  type: 'refund',
});

/** Not established: the lines that Stripe makes of a mere amount; here it is one of its own. */
function linesOf(tx: Transaction, invoice: Invoice, { lines, amount }: CreditNoteGiven): CreditNoteLine[] {
  if (!lines?.length) {
    if (amount !== undefined)
      return [creditLine(tx, invoice, { type: 'custom_line_item', unit_amount: amount }, 'amount')];
    throw invalidRequest('One of `amount`, `lines`, or `shipping_cost` must be provided.', { param: 'amount' });
  }
  const ids = lines.flatMap((line) => line.invoice_line_item ?? []);
  if (new Set(ids).size !== ids.length) {
    throw invalidRequest('A line of the invoice can be named once in a credit note.', { param: 'lines' });
  }
  return lines.map((line, at) => creditLine(tx, invoice, line, `lines[${at}]`));
}

function sumsOf(lines: readonly CreditNoteLine[]) {
  const byDiscount = new Map<string, number>();
  for (const { amount, discount } of lines.flatMap((line) => line.discount_amounts)) {
    byDiscount.set(discount, (byDiscount.get(discount) ?? 0) + amount);
  }
  const discount_amounts = [...byDiscount].map(([discount, amount]) => ({ amount, discount }));
  const taxes = lines.flatMap((line) => line.taxes ?? []);
  const subtotal = sum(lines);
  const discount_amount = sum(discount_amounts);
  const inclusive = sum(taxes.filter(({ tax_behavior }) => tax_behavior === 'inclusive'));
  const total = subtotal - discount_amount + sum(taxes) - inclusive;
  return {
    discount_amount,
    discount_amounts,
    pretax_credit_amounts: discount_amounts.map((each) => ({ ...each, type: 'discount' as const })),
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_excluding_tax: total - sum(taxes),
    total_taxes: taxes,
  };
}

/** Refunds made before, which the credit note accounts for. */
function linksOf(
  tx: Transaction,
  invoice: Invoice,
  given: readonly { refund?: string; amount_refunded?: number }[],
): RefundLink[] {
  const charges = chargesOfInvoice(tx, invoice.id).map(({ id }) => id);
  const notes = issuedNotes(tx, invoice.id);
  const links: RefundLink[] = [];
  for (const [at, each] of given.entries()) {
    const param = `refunds[${at}][refund]`;
    const refund = tx.require('refund', each.refund ?? '', param);
    if (!isGivenBack(refund) || !charges.includes(refund.charge ?? '')) {
      throw invalidRequest(`The refund ${refund.id} gave back nothing of this invoice's payments.`, { param });
    }
    const named = links.filter((link) => link.refund.id === refund.id).reduce((total, { amount }) => total + amount, 0);
    const left = refund.amount - linkedOf(notes, refund.id) - named;
    const amount = each.amount_refunded ?? refund.amount;
    if (amount > left) {
      throw invalidRequest(`Of the refund ${refund.id}, ${money(left, refund.currency)} can be linked.`, { param });
    }
    links.push({ refund, amount });
  }
  return links;
}

function checkPostPayment(
  { currency }: Invoice,
  given: CreditNoteGiven,
  linked: readonly RefundLink[],
  post: number,
): void {
  const { credit_amount = 0, refund_amount = 0, out_of_band_amount = 0 } = given;
  const parts = credit_amount + refund_amount + out_of_band_amount + sum(linked);
  if (parts === post) return;
  throw invalidRequest(
    `The sum of credit amount, refund amount and out of band amount (${money(parts, currency)}) must equal the credit note amount (${money(post, currency)}).`,
  );
}

/** `ABCD1234-0001-CN-02`; voided ones keep theirs. */
function nextNumber(tx: Transaction, invoice: Invoice): string {
  const count = tx.where('credit_note', 'invoice', invoice.id).length + 1;
  return `${invoice.number}-CN-${String(count).padStart(2, '0')}`;
}
