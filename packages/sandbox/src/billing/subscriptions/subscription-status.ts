import type { Transaction } from '../../engine/transaction.js';
import { type Invoice, stopCollecting, subscriptionOf, voidInvoice } from '../invoices/invoices.js';
import { followEndedSubscription } from '../schedules/schedule-end.js';
import { followUpdatedSubscription } from '../schedules/schedule-follow.js';
import { resumptionOf, unpaused } from './pausing.js';
import { awaits, stopAwaiting, withoutPendingUpdate } from './pending-update.js';
import { ENDED, patchSubscription, putSubscription, type Subscription, scheduleAdvance } from './subscription-store.js';

type Reason = NonNullable<NonNullable<Subscription['cancellation_details']>['reason']>;

/** What a paid invoice changes about its subscription. */
export function followPaidInvoice(tx: Transaction, invoice: Invoice, paymentMethod: string | null): void {
  const id = subscriptionOf(invoice);
  const subscription = id && tx.get('subscription', id);
  if (!subscription || ENDED.includes(subscription.status)) return;
  let next = subscription;
  const applies = awaits(tx, subscription, invoice);
  if (applies) next = withPendingUpdate(next);
  if (applies && next.status === 'trialing' && (next.trial_end ?? 0) <= tx.now(next.test_clock)) {
    next = { ...next, status: 'active' };
  }
  const resumes = resumptionOf(tx, subscription, invoice) !== undefined;
  if (resumes) next = unpaused(next, 'active');
  if (becomesActive(tx, next, invoice)) {
    next = { ...next, status: next.trial_end && next.trial_end > tx.now(next.test_clock) ? 'trialing' : 'active' };
  }
  if (paymentMethod && next.payment_settings?.save_default_payment_method === 'on_subscription') {
    next = { ...next, default_payment_method: paymentMethod };
  }
  if (next === subscription) return;
  putSubscription(tx, next);
  if (applies || resumes) stopAwaiting(tx, next.id);
  tx.unschedule('subscription.expire_incomplete', next.id);
  scheduleAdvance(tx, next);
  tx.emit('customer.subscription.updated', next);
  if (applies) tx.emit('customer.subscription.pending_update_applied', next);
  if (applies) followUpdatedSubscription(tx, subscription, next);
  if (resumes) tx.emit('customer.subscription.resumed', next);
}

/** What a failed attempt (declined, or authentication needed) changes about the invoice's subscription. */
export function followUnpaidInvoice(tx: Transaction, invoice: Invoice): void {
  const id = subscriptionOf(invoice);
  const subscription = id && tx.get('subscription', id);
  const resumption = subscription && resumptionOf(tx, subscription, invoice);
  if (resumption) {
    // That the attempt was made resumes it; on success only means that it stays paused, and the payment is tried again.
    if (resumption.payment_behavior === 'resume_on_payment_attempt') resumeUnpaid(tx, subscription);
    return;
  }
  if (!subscription || (subscription.status !== 'active' && subscription.status !== 'trialing')) return;
  if (awaits(tx, subscription, invoice)) return;
  // Of a change that waits for this very payment: it becomes pending, and the subscription goes on as it was.
  if (invoice.billing_reason === 'subscription_update' && subscription.latest_invoice !== invoice.id) return;
  tx.emit('customer.subscription.updated', patchSubscription(tx, subscription.id, { status: 'past_due' }));
}

/** The pause is over, and the invoice of the new period is owed. */
function resumeUnpaid(tx: Transaction, subscription: Subscription): void {
  const resumed = putSubscription(tx, unpaused(withPendingUpdate(subscription), 'past_due'));
  stopAwaiting(tx, resumed.id);
  scheduleAdvance(tx, resumed);
  tx.emit('customer.subscription.updated', resumed);
  tx.emit('customer.subscription.resumed', resumed);
}

/** Giving a resumption invoice up resumes the subscription as paying it does. */
export function followUncollectibleInvoice(tx: Transaction, invoice: Invoice): void {
  const id = subscriptionOf(invoice);
  const subscription = id && tx.get('subscription', id);
  if (subscription && resumptionOf(tx, subscription, invoice)) followPaidInvoice(tx, invoice, null);
}

/** A voided invoice is owed no longer: a first one ends the subscription that waited for it, others may free it. */
export function followVoidInvoice(tx: Transaction, invoice: Invoice): void {
  const id = subscriptionOf(invoice);
  const subscription = id && tx.get('subscription', id);
  if (!subscription) return;
  if (awaits(tx, subscription, invoice)) {
    stopAwaiting(tx, subscription.id);
    tx.emit('customer.subscription.updated', patchSubscription(tx, subscription.id, { pending_update: null }));
  } else if (subscription.latest_invoice !== invoice.id) {
    return;
  } else if (subscription.status === 'incomplete') {
    const ended = endSubscription(tx, subscription.id, { reason: null, status: 'incomplete_expired' });
    tx.emit('customer.subscription.updated', ended);
  } else if (subscription.status === 'past_due') {
    tx.emit('customer.subscription.updated', patchSubscription(tx, subscription.id, { status: 'active' }));
  }
}

export interface Ending {
  reason: Reason | null;
  comment?: string | null;
  feedback?: NonNullable<Subscription['cancellation_details']>['feedback'];
  status?: 'canceled' | 'incomplete_expired';
}

/**
 * Ends the subscription now. An earlier `canceled_at` stays: it says when the cancellation was asked for. Its open
 * invoices are no longer collected; that of a subscription which never started is void, and so is that of a change which
 * waited for its payment (not established).
 */
export function endSubscription(tx: Transaction, id: string, ending: Ending): Subscription {
  const before = withoutPendingUpdate(tx, tx.require('subscription', id));
  const now = tx.now(before.test_clock);
  const neverStarted = before.status === 'incomplete';
  for (const job of ['advance', 'expire_incomplete', 'trial_will_end', 'upcoming']) {
    tx.unschedule(`subscription.${job}`, id);
  }
  for (const invoice of tx.where('invoice', 'subscription', id)) {
    if (neverStarted && invoice.status === 'open') voidInvoice(tx, invoice.id);
    else if (invoice.status === 'open' || invoice.status === 'draft') stopCollecting(tx, invoice.id);
  }
  const details = before.cancellation_details;
  const ended = patchSubscription(tx, id, {
    status: ending.status ?? (neverStarted ? 'incomplete_expired' : 'canceled'),
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: before.canceled_at ?? now,
    cancellation_details: {
      comment: ending.comment ?? details?.comment ?? null,
      feedback: ending.feedback ?? details?.feedback ?? null,
      feedback_option: details?.feedback_option ?? null,
      reason: ending.reason ?? details?.reason ?? null,
    },
    ended_at: now,
  });
  followEndedSubscription(tx, ended, ending.reason);
  return ended;
}

function withPendingUpdate(subscription: Subscription): Subscription {
  const pending = subscription.pending_update;
  if (!pending) return subscription;
  const items = pending.subscription_items ?? subscription.items.data;
  return {
    ...subscription,
    items: { ...subscription.items, data: items },
    billing_cycle_anchor: pending.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    trial_end: pending.trial_end ?? subscription.trial_end,
    metadata: pending.metadata ?? subscription.metadata,
    discounts: pending.discounts ?? subscription.discounts,
    ...(pending.cancel_at_period_end === false && {
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: null,
    }),
    pending_update: null,
  };
}

function becomesActive(tx: Transaction, subscription: Subscription, paid: Invoice): boolean {
  const { latest_invoice, pending_update, status } = subscription;
  if (status === 'incomplete') return true;
  if (status !== 'past_due' && status !== 'unpaid') return false;
  // The latest is that of a change which waits for its payment, or waited in vain: nothing is owed for it.
  if (pending_update !== null) return true;
  const latest = latest_invoice === paid.id ? paid : latest_invoice && tx.get('invoice', latest_invoice);
  return !latest || ['draft', 'paid', 'void'].includes(latest.status ?? '');
}
