import type { Transaction } from '../../engine/transaction.js';
import { usageOf } from '../../resources/usage/meter-events.js';
import type { Subscription, SubscriptionItem } from '../subscriptions/subscription-store.js';
import type { Period } from './periods.js';

/** What the item's meter counted for the customer within the period; fractions are rounded to whole units. */
export function usageIn(
  tx: Transaction,
  subscription: Subscription,
  { price }: SubscriptionItem,
  period: Period,
): number {
  const meter = price.recurring?.meter && tx.get('billing.meter', price.recurring.meter);
  if (!meter) return 0;
  return Math.round(usageOf(tx, meter, subscription.customer, period.start, period.end).value);
}
