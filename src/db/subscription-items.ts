import { inArray } from 'drizzle-orm';
import type { Tx } from './connect.js';
import { type SubscriptionItemRow, stripeSubscriptionItems } from './tables/subscriptions.js';

/** Rewrites the items of these subscriptions as a whole. */
export async function replaceSubscriptionItems(
  tx: Tx,
  subscriptionIds: readonly string[],
  items: readonly SubscriptionItemRow[],
): Promise<void> {
  await tx.orm
    .delete(stripeSubscriptionItems)
    .where(inArray(stripeSubscriptionItems.subscriptionId, [...subscriptionIds]));
  if (items.length > 0) await tx.orm.insert(stripeSubscriptionItems).values([...items]);
}
