import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { askForRest } from '../invoices/credited-payments.js';
import { moveBalance } from '../invoices/customer-balance.js';
import { cancelPayments, type Invoice, markPaid } from '../invoices/invoices.js';
import { unrefunded } from '../refunds/refundable-charge.js';
import { createRefund } from '../refunds/refunds.js';
import { followPaidInvoice } from '../subscriptions/subscription-status.js';
import { money } from '../wording.js';
import { type CreditNoteGiven, draftCreditNote, refundLink } from './credit-note-draft.js';
import { type CreditNote, chargesOfInvoice } from './credited.js';

/**
 * Issues a credit note: what is still owed of the invoice is owed no more, the rest is refunded, credited to the
 * customer's balance, or was given back elsewhere. https://docs.stripe.com/api/credit_notes/create
 */
export function issueCreditNote(tx: Transaction, given: CreditNoteGiven): CreditNote {
  const { note: draft } = draftCreditNote(tx, given);
  const invoice = tx.require('invoice', draft.invoice);
  tx.put('credit_note', draft);
  const refunds = given.refund_amount ? refundPayments(tx, invoice, given.refund_amount) : [];
  if (given.credit_amount) {
    moveBalance(tx, draft.customer, {
      amount: -given.credit_amount,
      credit_note: draft.id,
      currency: draft.currency,
      invoice: invoice.id,
      type: 'credit_note',
    });
  }
  const move = given.credit_amount
    ? tx.where('customer_balance_transaction', 'customer', draft.customer)[0]
    : undefined;
  const note = tx.patch('credit_note', draft.id, {
    customer_balance_transaction: move?.id ?? null,
    refunds: [...draft.refunds, ...refunds],
  });
  tx.emit('credit_note.created', note);
  adjustInvoice(tx, invoice, note.pre_payment_amount, note.post_payment_amount);
  return note;
}

/**
 * Takes a credit note back: the invoice asks for its money again. https://docs.stripe.com/api/credit_notes/void
 * @throws 400 unless the invoice is open: what was refunded or credited after the payment stays so
 */
export function voidCreditNote(tx: Transaction, id: string): CreditNote {
  const { status, invoice: invoiceId, pre_payment_amount } = tx.require('credit_note', id);
  if (status === 'void') throw invalidRequest('This credit note is already void.');
  const invoice = tx.require('invoice', invoiceId);
  if (invoice.status !== 'open') {
    throw invalidRequest(`Credit notes can only be voided while their invoice is open. This one is ${invoice.status}.`);
  }
  const note = tx.patch('credit_note', id, { status: 'void', voided_at: tx.now(invoice.test_clock) });
  tx.emit('credit_note.voided', note);
  adjustInvoice(tx, invoice, -pre_payment_amount, 0);
  return note;
}

/** @param owedLess minor units that are owed no more @param givenBack minor units that were paid and given back */
function adjustInvoice(tx: Transaction, invoice: Invoice, owedLess: number, givenBack: number): void {
  const amount_remaining = invoice.amount_remaining - owedLess;
  const adjusted = tx.patch('invoice', invoice.id, {
    amount_due: invoice.amount_due - owedLess,
    amount_remaining,
    post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + givenBack,
    pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + owedLess,
  });
  const settled = invoice.status !== 'paid' && amount_remaining === 0;
  if (!settled && owedLess !== 0) askForRest(tx, invoice.id, amount_remaining);
  if (settled) cancelPayments(tx, invoice.id, 'abandoned');
  tx.emit('invoice.updated', adjusted);
  if (settled) followPaidInvoice(tx, markPaid(tx, invoice.id, 0, false), null);
}

/** One refund, or as many as payments it takes. */
function refundPayments(tx: Transaction, invoice: Invoice, amount: number): CreditNote['refunds'] {
  const links: CreditNote['refunds'] = [];
  let left = amount;
  for (const charge of chargesOfInvoice(tx, invoice.id)) {
    const part = Math.min(left, unrefunded(charge));
    if (part === 0) continue;
    links.push(refundLink(createRefund(tx, charge, { amount: part }, 'refund_amount').id, part));
    left -= part;
  }
  if (left === 0) return links;
  const [wanted, rest] = [money(amount, invoice.currency), money(amount - left, invoice.currency)];
  throw invalidRequest(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest})`, {
    param: 'refund_amount',
  });
}
