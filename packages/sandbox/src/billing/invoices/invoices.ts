import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { cancelPaymentIntent, createPaymentIntent } from '../payments/payment-intents.js';
import { moveBalance } from './customer-balance.js';
import { scheduleDueNotices, unscheduleDueNotices } from './due-notices.js';
import { customerDetails } from './invoice-draft.js';
import { invoiceTotals, type Totals } from './invoice-totals.js';

export type Invoice = StripeObjects['invoice'];
type InvoicePayment = StripeObjects['invoice_payment'];

export const subscriptionOf = (invoice: Invoice): string | null =>
  invoice.parent?.subscription_details?.subscription ?? null;

/**
 * Fixes the draft: number, customer balance, payment intent. What needs no money (nothing due) is paid at once.
 * The money itself is taken by `settlement.ts`.
 * @param intent one that exists already, as Checkout's does
 */
export function finalizeInvoice(tx: Transaction, id: string, intent?: string): Invoice {
  const draft = tx.require('invoice', id);
  if (draft.status !== 'draft') {
    throw invalidRequest("This invoice is already finalized, you can't re-finalize a non-draft invoice.", {
      code: 'invoice_not_editable',
    });
  }
  const customer = tx.require('customer', draft.customer as string, 'customer');
  const now = tx.now(draft.test_clock);
  const totals = invoiceTotals(draft.lines.data, draft.currency, customer.balance, true);
  const sequence = customer.next_invoice_sequence ?? 1;
  tx.patch('customer', customer.id, {
    ...(draft.number === null && { next_invoice_sequence: sequence + 1 }),
    currency: customer.currency ?? draft.currency,
  });
  applyBalance(tx, draft, totals);
  const open = tx.patch('invoice', id, {
    ...totals,
    ...customerDetails(tx, customer),
    status: 'open',
    number: draft.number ?? `${customer.invoice_prefix || 'TOLLGATE'}-${String(sequence).padStart(4, '0')}`,
    automatically_finalizes_at: null,
    next_payment_attempt: null,
    effective_at: draft.effective_at ?? now,
    hosted_invoice_url: `${tx.origin}/i/${id}`,
    invoice_pdf: `${tx.origin}/i/${id}/pdf`,
    status_transitions: { ...draft.status_transitions, finalized_at: now },
  });
  if (customer.currency === null) tx.emit('customer.updated', tx.require('customer', customer.id));
  if (open.amount_due > 0 && open.collection_method === 'charge_automatically') requestPayment(tx, open, intent);
  tx.unschedule('invoice.finalize', id);
  if (open.amount_due > 0) scheduleDueNotices(tx, open);
  tx.emit('invoice.finalized', tx.require('invoice', id));
  return open.amount_due > 0 ? tx.require('invoice', id) : markPaid(tx, id, 0);
}

/** The customer's credit pays first, debts are added; what is too little to charge waits there for the next invoice. */
function applyBalance(tx: Transaction, { id, currency, customer }: Invoice, totals: Totals): void {
  const { total, starting_balance, amount_due } = totals;
  const owed = total + starting_balance;
  const small = owed > 0 && amount_due === 0 ? owed : 0;
  const applied = (totals.ending_balance ?? 0) - starting_balance - small;
  const move = { currency, invoice: id };
  moveBalance(tx, customer as string, { ...move, amount: applied, type: 'applied_to_invoice' });
  moveBalance(tx, customer as string, { ...move, amount: small, type: 'invoice_too_small' });
}

/** What is still to pay becomes a payment intent, tied to the invoice by its default invoice payment. */
export function requestPayment(tx: Transaction, invoice: Invoice, known?: string): void {
  const subscription = subscriptionOf(invoice);
  const intent = known
    ? tx.patch('payment_intent', known, { amount: invoice.amount_remaining, customer: invoice.customer })
    : createPaymentIntent(tx, {
        amount: invoice.amount_remaining,
        currency: invoice.currency,
        customer: invoice.customer,
        payment_method: null,
        setup_future_usage: subscription ? 'off_session' : null,
        description: wordingOf(invoice),
      });
  tx.put('invoice_payment', {
    id: tx.newId('invoice_payment'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: tx.now(invoice.test_clock),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

/** @param attempted whether a payment was tried: not for one made elsewhere */
export function markPaid(tx: Transaction, id: string, amountPaid: number, attempted = true): Invoice {
  const invoice = tx.require('invoice', id);
  const paid = tx.patch('invoice', id, {
    status: 'paid',
    amount_paid: invoice.amount_paid + amountPaid,
    amount_remaining: 0,
    attempted: invoice.attempted || attempted,
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, paid_at: tx.now(invoice.test_clock) },
  });
  tx.unschedule('invoice.retry', id);
  unscheduleDueNotices(tx, id);
  if (invoice.status === 'uncollectible' || invoice.amount_due > 0) tx.emit('invoice.updated', paid);
  tx.emit('invoice.paid', paid);
  tx.emit('invoice.payment_succeeded', paid);
  return paid;
}

export function voidInvoice(tx: Transaction, id: string): Invoice {
  const invoice = tx.require('invoice', id);
  if (tx.where('invoice_payment', 'invoice', id).some(({ status }) => status === 'paid') || invoice.status === 'paid') {
    throw invalidRequest('Invoices with `paid` payments cannot be voided.');
  }
  // Uncollectible ones too: https://docs.stripe.com/invoicing/overview#invoice-statuses
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw invalidRequest("You can only pass in open invoices. This invoice isn't open.");
  }
  cancelPayments(tx, id, 'void_invoice');
  moveBalance(tx, invoice.customer as string, {
    amount: invoice.starting_balance - (invoice.ending_balance ?? 0),
    currency: invoice.currency,
    type: 'unapplied_from_invoice',
    invoice: id,
  });
  const voided = tx.patch('invoice', id, {
    status: 'void',
    amount_remaining: 0,
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, voided_at: tx.now(invoice.test_clock) },
  });
  tx.unschedule('invoice.retry', id);
  unscheduleDueNotices(tx, id);
  tx.emit('invoice.voided', voided);
  return voided;
}

export function markUncollectible(tx: Transaction, id: string): Invoice {
  const invoice = tx.require('invoice', id);
  if (invoice.status === 'uncollectible') {
    throw invalidRequest('This invoice has already been marked uncollectible.');
  }
  if (invoice.status !== 'open') {
    throw invalidRequest("You can only pass in open invoices. This invoice isn't open.");
  }
  const marked = tx.patch('invoice', id, {
    status: 'uncollectible',
    auto_advance: false,
    next_payment_attempt: null,
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: tx.now(invoice.test_clock) },
  });
  tx.unschedule('invoice.retry', id);
  unscheduleDueNotices(tx, id);
  tx.emit('invoice.marked_uncollectible', marked);
  return marked;
}

/** Ends automatic collection, as when the subscription ends: the invoice stays open. */
export function stopCollecting(tx: Transaction, id: string): void {
  tx.unschedule('invoice.retry', id);
  tx.unschedule('invoice.finalize', id);
  const { status, auto_advance } = tx.require('invoice', id);
  if ((status !== 'open' && status !== 'draft') || !auto_advance) return;
  tx.emit('invoice.updated', tx.patch('invoice', id, { auto_advance: false, next_payment_attempt: null }));
}

export function defaultPayment(tx: Transaction, invoice: string): InvoicePayment | undefined {
  return tx.where('invoice_payment', 'invoice', invoice).find(({ is_default }) => is_default);
}

export function cancelPayments(tx: Transaction, invoice: string, reason: 'void_invoice' | 'abandoned'): void {
  for (const payment of tx.where('invoice_payment', 'invoice', invoice)) {
    const intent = payment.payment.payment_intent;
    if (payment.status !== 'open' || !intent) continue;
    if (tx.require('payment_intent', intent).status !== 'succeeded') cancelPaymentIntent(tx, intent, reason);
    tx.patch('invoice_payment', payment.id, {
      status: 'canceled',
      status_transitions: { ...payment.status_transitions, canceled_at: tx.now() },
    });
  }
}

function wordingOf(invoice: Invoice): string {
  if (invoice.billing_reason === 'subscription_create') return 'Subscription creation';
  return subscriptionOf(invoice) ? 'Subscription update' : 'Payment for Invoice';
}
