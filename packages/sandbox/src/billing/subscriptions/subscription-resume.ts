import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { finalizeInvoice, type Invoice } from '../invoices/invoices.js';
import { createInvoiceItem } from '../invoices/pending-items.js';
import { collectInvoice } from '../invoices/settlement.js';
import { boundary, periodAt } from '../pricing/periods.js';
import { noPaymentMethod } from './first-payment.js';
import { type Resumption, unpaused } from './pausing.js';
import { awaitPayment, withoutPendingUpdate } from './pending-update.js';
import { chargeForPeriod } from './period-charge.js';
import { remainingTime } from './prorated-items.js';
import type { Change } from './subscription-change.js';
import { discountsAfterInvoice } from './subscription-discounts.js';
import { cadenceOf } from './subscription-items.js';
import {
  defaultPaymentMethod,
  isMetered,
  patchSubscription,
  putSubscription,
  type Subscription,
  scheduleAdvance,
  withItems,
} from './subscription-store.js';
import { draftChangeInvoice } from './subscription-update.js';

export interface ResumeGiven {
  /** Whether this request takes the money, and whether a failure leaves the subscription paused. */
  payment_behavior: Resumption['payment_behavior'];
  billing_cycle_anchor: 'now' | 'unchanged';
  /** Of the rest of the running period, when the anchor is unchanged. */
  proration_behavior: 'always_invoice' | 'create_prorations' | 'none';
  /** Stripe seconds; now if left out. */
  proration_date?: number;
}

export const RESUME_DEFAULTS: ResumeGiven = {
  payment_behavior: 'resume_on_payment_attempt',
  billing_cycle_anchor: 'now',
  proration_behavior: 'create_prorations',
};

const ATTEMPT_LIFETIME = 23 * 3600;

/**
 * Ends a pause, at once or when the resumption invoice is paid: https://docs.stripe.com/billing/subscriptions/pause#resume-subscriptions
 * @throws 400 for what is not paused, or when nobody could pay an invoice that is to be paid now
 */
export function resumeSubscription(tx: Transaction, id: string, given: ResumeGiven): Subscription {
  const found = tx.require('subscription', id);
  requireResumable(found, given);
  // Another attempt replaces one that still waits for its payment.
  const before = withoutPendingUpdate(tx, found);
  const now = tx.now(before.test_clock);
  const change = planResumption(tx, before, given, now);
  if (!change.billsNow) {
    for (const item of change.owed) createInvoiceItem(tx, item);
    return resumeNow(tx, change.after);
  }
  const draft = draftChangeInvoice(tx, change, now);
  const takesMoney = given.payment_behavior === 'resume_on_payment_success';
  if (takesMoney && draft.amount_due > 0 && !defaultPaymentMethod(tx, before)) throw noPaymentMethod();
  // Nothing is tried by itself when it is left to the merchant to have the invoice paid.
  if (!takesMoney) tx.patch('invoice', draft.id, { auto_advance: false, next_payment_attempt: null });
  const invoice = finalizeInvoice(tx, draft.id);
  const discounts = discountsAfterInvoice(tx, before, invoice);
  if (invoice.status === 'paid') return resumeNow(tx, { ...change.after, latest_invoice: invoice.id, discounts });
  waitForPayment(tx, change, invoice, given.payment_behavior, now);
  patchSubscription(tx, id, { discounts });
  tx.emit('customer.subscription.updated', tx.require('subscription', id));
  if (takesMoney) collectInvoice(tx, invoice.id, { automatic: true, offSession: true });
  return tx.require('subscription', id);
}

/** The resumption invoice as a draft; undefined when resuming makes none. */
export function previewResumption(tx: Transaction, id: string, given: ResumeGiven): Invoice | undefined {
  const before = tx.require('subscription', id);
  requireResumable(before, given);
  const now = tx.now(before.test_clock);
  const change = planResumption(tx, before, given, now);
  return change.billsNow ? draftChangeInvoice(tx, change, now) : undefined;
}

function resumeNow(tx: Transaction, after: Subscription): Subscription {
  const resumed = putSubscription(tx, after);
  scheduleAdvance(tx, resumed);
  tx.emit('customer.subscription.updated', resumed);
  tx.emit('customer.subscription.resumed', resumed);
  return resumed;
}

function waitForPayment(
  tx: Transaction,
  { after }: Change,
  invoice: Invoice,
  payment_behavior: Resumption['payment_behavior'],
  now: number,
): void {
  const year = boundary(now, { interval: 'year', interval_count: 1 }, 1);
  const expires_at = payment_behavior === 'resume_on_payment_success' ? year : now + ATTEMPT_LIFETIME;
  tx.put('_resumption', { id: after.id, invoice: invoice.id, payment_behavior });
  // Stripe says when this pending update expires; not established: which of its members it shows.
  awaitPayment(tx, after, invoice.id, {
    billing_cycle_anchor: after.billing_cycle_anchor,
    cancel_at_period_end: null,
    discount: null,
    discounts: null,
    expires_at,
    metadata: null,
    subscription_items: after.items.data,
    trial_end: null,
    trial_from_plan: null,
  });
}

/** Anchored now, all items begin and bill new periods; else they join the ones that run and owe the rest of them. */
function planResumption(tx: Transaction, before: Subscription, given: ResumeGiven, now: number): Change {
  const anchor = given.billing_cycle_anchor === 'now' ? now : before.billing_cycle_anchor;
  const items = before.items.data.map((item) => ({
    ...item,
    current_period_start: now,
    current_period_end: periodAt(anchor, cadenceOf(item.price), now).end,
  }));
  const after = withItems({ ...unpaused(before, 'active'), billing_cycle_anchor: anchor }, items);
  const licensed = items.filter((item) => !isMetered(item));
  if (given.billing_cycle_anchor === 'now') {
    const lines = licensed.flatMap((item) => chargeForPeriod(tx, after, item));
    return { after, owed: [], lines, billsNow: lines.length > 0, at: now };
  }
  const at = given.proration_date ?? now;
  for (const item of items) requireInside(at, periodAt(anchor, cadenceOf(item.price), now));
  const owed =
    given.proration_behavior === 'none'
      ? []
      : licensed.map((item) => remainingTime(tx, after, item, at)).filter(({ amount }) => amount !== 0);
  return { after, owed, lines: [], billsNow: given.proration_behavior === 'always_invoice' && owed.length > 0, at };
}

function requireInside(at: number, { start, end }: { start: number; end: number }): void {
  if (at >= start && at <= end) return;
  throw invalidRequest('Cannot specify a proration date outside of the current billing period.', {
    param: 'proration_date',
  });
}

function requireResumable({ id, status, billing_mode, collection_method }: Subscription, given: ResumeGiven): void {
  if (status !== 'paused') {
    throw invalidRequest(`Only paused subscriptions can be resumed: ${id} is ${status}.`);
  }
  if (collection_method !== 'charge_automatically') {
    throw invalidRequest(`The subscription ${id} cannot be resumed: it is not collected by charge_automatically.`);
  }
  if (given.payment_behavior === 'resume_on_payment_success' && billing_mode.type !== 'flexible') {
    throw invalidRequest('`resume_on_payment_success` needs flexible billing mode.', { param: 'payment_behavior' });
  }
}
