import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';

export type Subscription = StripeObjects['subscription'];
export type SubscriptionItem = StripeObjects['subscription_item'];
export type Price = StripeObjects['price'];

export const ENDED: readonly Subscription['status'][] = ['canceled', 'incomplete_expired'];

/** The subscription with its items, which are also found by their own ids. */
export function putSubscription(tx: Transaction, subscription: Subscription): Subscription {
  const items = subscription.items.data;
  for (const old of tx.where('subscription_item', 'subscription', subscription.id)) {
    if (!items.some(({ id }) => id === old.id)) tx.bury('subscription_item', old.id);
  }
  for (const item of items) tx.put('subscription_item', item);
  return tx.put('subscription', subscription);
}

export function patchSubscription(tx: Transaction, id: string, members: Partial<Subscription>): Subscription {
  return putSubscription(tx, { ...tx.require('subscription', id), ...members });
}

export function withItems(subscription: Subscription, data: SubscriptionItem[]): Subscription {
  return { ...subscription, items: { ...subscription.items, data } };
}

export const isMetered = ({ price }: Pick<SubscriptionItem, 'price'>) => price.recurring?.usage_type === 'metered';

/** The end of the last running period: when a cancellation at period end takes effect. */
export const lastPeriodEnd = (subscription: Subscription) =>
  Math.max(...subscription.items.data.map(({ current_period_end }) => current_period_end));

export const firstPeriodEnd = (subscription: Subscription) =>
  Math.min(...subscription.items.data.map(({ current_period_end }) => current_period_end));

/** Who pays: the subscription's own default, else the customer's. */
export function defaultPaymentMethod(tx: Transaction, subscription: Subscription): string | null {
  const customer = tx.get('customer', subscription.customer);
  return subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method ?? null;
}

/** How long before a renewal it is announced: https://docs.stripe.com/billing/subscriptions/webhooks */
const UPCOMING_NOTICE = 7 * 86_400;

/** The next moment at which something happens to the subscription by itself: a period or trial ends, it is canceled. */
export function scheduleAdvance(tx: Transaction, subscription: Subscription): void {
  const { id, status, cancel_at, test_clock } = subscription;
  tx.unschedule('subscription.advance', id);
  tx.unschedule('subscription.upcoming', id);
  if (ENDED.includes(status) || status === 'incomplete') return;
  if (status === 'paused') {
    // Not established: that a date set for the cancellation holds during a pause.
    if (cancel_at !== null) tx.schedule('subscription.advance', id, cancel_at, test_clock);
    return;
  }
  const end = firstPeriodEnd(subscription);
  const due = Math.min(end, cancel_at ?? Number.POSITIVE_INFINITY);
  tx.schedule('subscription.advance', id, due, test_clock);
  const announced = end - UPCOMING_NOTICE;
  if (due === end && due !== cancel_at && announced > tx.now(test_clock)) {
    tx.schedule('subscription.upcoming', id, announced, test_clock);
  }
}
