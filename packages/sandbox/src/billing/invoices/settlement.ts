import type { Transaction } from '../../engine/transaction.js';
import { type Attempt, answerAuthentication, attemptPayment } from '../payments/payment-intents.js';
import type { ChargeOutcome } from '../payments/test-cards.js';
import { followUnpaidInvoice } from '../subscriptions/subscription-status.js';
import { defaultPaymentMethod } from '../subscriptions/subscription-store.js';
import { creditInvoice, notePayment } from './credited-payments.js';
import { nextAttemptAt } from './dunning.js';
import { defaultPayment, type Invoice, requestPayment, subscriptionOf } from './invoices.js';

export type CollectOutcome = ChargeOutcome | { kind: 'no_payment_method' };

/** Confirms an intent, for whatever it pays: an invoice and its subscription follow. */
export function confirmIntent(tx: Transaction, id: string, attempt: Attempt): ChargeOutcome {
  const outcome = attemptPayment(tx, id, attempt);
  followIntent(tx, id, outcome);
  return outcome;
}

/** The person approved or refused at the bank. */
export function finishAuthentication(tx: Transaction, id: string, approved: boolean): ChargeOutcome {
  const outcome = answerAuthentication(tx, id, approved);
  followIntent(tx, id, outcome);
  return outcome;
}

/**
 * Tries to take an open invoice's money with the given payment method or the default one. `automatic` attempts count
 * and, when they fail, schedule the next.
 */
export function collectInvoice(
  tx: Transaction,
  id: string,
  { automatic, paymentMethod, offSession }: { automatic: boolean; paymentMethod?: string; offSession: boolean },
): CollectOutcome {
  const invoice = tx.require('invoice', id);
  const method = paymentMethod ?? paymentMethodFor(tx, invoice);
  if (!defaultPayment(tx, id)) requestPayment(tx, invoice);
  const intent = defaultPayment(tx, id)?.payment.payment_intent;
  if (!intent) throw new Error(`${id} has no payment intent`);
  if (!method) {
    noteAttempt(tx, invoice, { kind: 'no_payment_method' }, automatic);
    return { kind: 'no_payment_method' };
  }
  const outcome = attemptPayment(tx, intent, { paymentMethod: method, offSession });
  followInvoice(tx, id, intent, outcome, automatic);
  return outcome;
}

export function paymentMethodFor(tx: Transaction, invoice: Invoice): string | null {
  if (invoice.default_payment_method) return invoice.default_payment_method;
  const id = subscriptionOf(invoice);
  const subscription = id && tx.get('subscription', id);
  if (subscription) return defaultPaymentMethod(tx, subscription);
  return tx.get('customer', invoice.customer ?? '')?.invoice_settings.default_payment_method ?? null;
}

function followIntent(tx: Transaction, intent: string, outcome: ChargeOutcome): void {
  const [payment] = tx.where('invoice_payment', 'payment_intent', intent);
  if (payment) followInvoice(tx, payment.invoice, intent, outcome, false);
}

function followInvoice(tx: Transaction, id: string, intent: string, outcome: ChargeOutcome, automatic: boolean): void {
  if (outcome.kind !== 'succeeded') {
    noteAttempt(tx, tx.require('invoice', id), outcome, automatic);
    return;
  }
  const { amount_received, payment_method } = tx.require('payment_intent', intent);
  for (const payment of tx.where('invoice_payment', 'payment_intent', intent)) {
    notePayment(tx, payment, amount_received);
  }
  tx.patch('invoice', id, { attempt_count: attemptCount(tx.require('invoice', id), automatic) });
  creditInvoice(tx, id, amount_received, payment_method);
}

/** The invoice remembers an attempt that brought no money, and its subscription shows it. */
function noteAttempt(
  tx: Transaction,
  invoice: Invoice,
  outcome: Exclude<CollectOutcome, { kind: 'succeeded' }>,
  automatic: boolean,
): void {
  // Recorded traffic: an attempt that only waits for the person counts as attempted, but not in the count.
  const counts = automatic || outcome.kind !== 'requires_action';
  const attempt_count = counts ? attemptCount(invoice, automatic) : invoice.attempt_count;
  const owner = tx.get('subscription', subscriptionOf(invoice) ?? '');
  const retries = automatic && invoice.auto_advance && owner?.status !== 'incomplete';
  const next = retries ? nextAttemptAt(tx, invoice, attempt_count) : undefined;
  if (next !== undefined) tx.schedule('invoice.retry', invoice.id, next, invoice.test_clock);
  const noted = tx.patch('invoice', invoice.id, {
    attempted: true,
    attempt_count,
    next_payment_attempt: next ?? (automatic ? null : invoice.next_payment_attempt),
  });
  tx.emit('invoice.updated', noted);
  if (outcome.kind === 'requires_action') tx.emit('invoice.payment_action_required', noted);
  tx.emit('invoice.payment_failed', noted);
  followUnpaidInvoice(tx, noted);
}

/** Any attempt counts as the first; after that only automatic ones do. */
const attemptCount = ({ attempt_count }: Invoice, automatic: boolean) =>
  automatic ? attempt_count + 1 : Math.max(attempt_count, 1);
