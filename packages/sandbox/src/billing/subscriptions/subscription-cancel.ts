import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { collectAutomatically } from '../invoices/collection.js';
import { finalizeInvoice } from '../invoices/invoices.js';
import { createInvoiceItem } from '../invoices/pending-items.js';
import { prorations } from './prorated-items.js';
import { billLastUsage } from './renewal.js';
import { type Ending, endSubscription } from './subscription-status.js';
import { ENDED, firstPeriodEnd, lastPeriodEnd, type Subscription, withItems } from './subscription-store.js';

export interface CancelGiven extends Ending {
  /** Credit the unused time. */
  prorate: boolean;
  /** Bill pending items and used units at once. */
  invoice_now: boolean;
}

/** Ends a subscription at once: https://docs.stripe.com/api/subscriptions/cancel */
export function cancelNow(tx: Transaction, id: string, given: CancelGiven): Subscription {
  const before = tx.require('subscription', id);
  if (ENDED.includes(before.status)) {
    throw invalidRequest(`No such subscription: '${id}'`, { code: 'resource_missing', param: 'id', status: 404 });
  }
  const now = tx.now(before.test_clock);
  if (given.prorate) {
    for (const item of prorations(tx, before, withItems(before, []), now)) createInvoiceItem(tx, item);
  }
  const ended = endSubscription(tx, id, given);
  const last =
    given.invoice_now && before.status !== 'incomplete'
      ? billLastUsage(tx, ended, now, before.status === 'paused')
      : undefined;
  // One that never started expires, which the real API tells as an update (pay-rails/pay issue 91).
  const told = before.status === 'incomplete' ? 'customer.subscription.updated' : 'customer.subscription.deleted';
  tx.emit(told, tx.require('subscription', id));
  if (last) {
    const invoice = finalizeInvoice(tx, last.id);
    if (invoice.status === 'open' && invoice.collection_method === 'charge_automatically') {
      collectAutomatically(tx, last.id);
    }
  }
  return tx.require('subscription', id);
}

export interface EndGiven {
  cancel_at?: number | 'max_period_end' | 'min_period_end' | null;
  cancel_at_period_end?: boolean;
}

/** The members that a scheduled cancellation, or its withdrawal, sets. The subscription keeps its status. */
export function scheduledEnd(subscription: Subscription, given: EndGiven, now: number): Partial<Subscription> {
  const { cancel_at, cancel_at_period_end } = given;
  if (cancel_at != null && cancel_at_period_end) {
    throw invalidRequest('You cannot set both `cancel_at` and `cancel_at_period_end`.', { param: 'cancel_at' });
  }
  if (cancel_at != null) {
    const at = endAt(subscription, cancel_at);
    if (at <= now) throw invalidRequest('`cancel_at` must be in the future.', { param: 'cancel_at' });
    return {
      cancel_at: at,
      cancel_at_period_end: false,
      canceled_at: subscription.canceled_at ?? now,
      ...requested(subscription),
    };
  }
  if (cancel_at_period_end) {
    if (subscription.cancel_at_period_end) return {};
    return {
      cancel_at: lastPeriodEnd(subscription),
      cancel_at_period_end: true,
      canceled_at: now,
      ...requested(subscription),
    };
  }
  if (cancel_at === undefined && cancel_at_period_end === undefined) return {};
  if (cancel_at_period_end === false && cancel_at === undefined && !subscription.cancel_at_period_end) return {};
  return {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  };
}

function endAt(subscription: Subscription, cancelAt: number | 'max_period_end' | 'min_period_end'): number {
  if (cancelAt === 'min_period_end') return firstPeriodEnd(subscription);
  return cancelAt === 'max_period_end' ? lastPeriodEnd(subscription) : cancelAt;
}

function requested({ cancellation_details }: Subscription): Pick<Subscription, 'cancellation_details'> {
  const none = { comment: null, feedback: null, feedback_option: null };
  return { cancellation_details: { ...none, ...cancellation_details, reason: 'cancellation_requested' } };
}
