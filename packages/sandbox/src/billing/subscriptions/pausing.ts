import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { putSubscription, type Subscription, scheduleAdvance, withItems } from './subscription-store.js';

type Reason = NonNullable<Subscription['status_details']>['paused']['subscription']['type'];

/** A resumption that waits for its invoice; what it will set is in the subscription's `pending_update`. */
export interface Resumption {
  /** The paused subscription's id. */
  id: string;
  invoice: string;
  /** Whether a failed payment resumes it too, as past due. */
  payment_behavior: 'resume_on_payment_attempt' | 'resume_on_payment_success';
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _resumption: Resumption;
  }
}

/** Sets the status with its details, and ends the running periods now. */
export function markPaused(tx: Transaction, before: Subscription, type: Reason, now: number): Subscription {
  const items = before.items.data.map((item) => ({
    ...item,
    current_period_end: Math.min(item.current_period_end, now),
  }));
  const paused = putSubscription(tx, {
    ...withItems(before, items),
    status: 'paused',
    status_details: { paused: { subscription: { type }, transitioned_at: now, type: 'subscription' } },
  });
  scheduleAdvance(tx, paused);
  return paused;
}

/** The subscription after its pause. */
export function unpaused(subscription: Subscription, status: 'active' | 'past_due'): Subscription {
  const { status_details: _, ...rest } = subscription;
  return { ...rest, status };
}

/** The resumption that this invoice pays for. */
export function resumptionOf(
  tx: Transaction,
  subscription: Subscription,
  invoice: StripeObjects['invoice'],
): Resumption | undefined {
  const waiting = subscription.status === 'paused' ? tx.get('_resumption', subscription.id) : undefined;
  return waiting?.invoice === invoice.id ? waiting : undefined;
}
