import type { ItemFacts, SubscriptionFacts } from './status-types.js';

type Ending = Pick<SubscriptionFacts, 'endedAt' | 'cancelAt' | 'cancelAtPeriodEnd'> & {
  items: readonly Pick<ItemFacts, 'currentPeriodEnd'>[];
};

/**
 * When a subscription ends or ended, in Stripe's seconds; null while it renews. Whichever way it was asked for: the
 * customer portal sets `cancel_at` and leaves `cancel_at_period_end` false.
 */
export function endsAt(subscription: Ending): number | null {
  if (subscription.endedAt !== null) return subscription.endedAt;
  if (subscription.cancelAt !== null) return subscription.cancelAt;
  if (!subscription.cancelAtPeriodEnd) return null;
  return subscription.items.reduce<number | null>(
    (latest, { currentPeriodEnd: end }) => (end !== null && (latest === null || end > latest) ? end : latest),
    null,
  );
}

/** Whether Stripe says that the subscription is over; it never comes back from there. */
export function isEnded(stripeStatus: string): boolean {
  return stripeStatus === 'canceled' || stripeStatus === 'incomplete_expired';
}
