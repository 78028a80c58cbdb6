import type { Transaction } from '../../engine/transaction.js';
import { periodLine } from '../invoices/invoice-lines.js';
import type { NewInvoiceItem } from '../invoices/pending-items.js';
import { usageIn } from '../pricing/usage.js';
import type { Subscription, SubscriptionItem } from './subscription-store.js';

/** What a metered item counted in its period until now, as something to bill; nothing when it counted nothing. */
export function usedUnits(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  now: number,
): NewInvoiceItem[] {
  const period = { start: item.current_period_start, end: now };
  const used = usageIn(tx, subscription, item, period);
  if (used === 0) return [];
  const { amount, description } = periodLine(tx, subscription, item, period, used);
  return [
    {
      customer: subscription.customer,
      currency: subscription.currency,
      amount,
      description,
      period,
      price: item.price,
      quantity: used,
      subscription: subscription.id,
      subscriptionItem: item.id,
    },
  ];
}
