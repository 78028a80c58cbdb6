import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { couponOf } from '../discounts/discounts.js';
import { followUpdatedSubscription } from '../schedules/schedule-follow.js';
import type { Subscription } from './subscription-store.js';

/** The subscription's discounts that still count at a moment. */
export function runningDiscounts(tx: Transaction, { discounts }: Subscription, at: number): string[] {
  return discounts.filter((id) => {
    const end = tx.get('discount', id)?.end;
    return end == null || end > at;
  });
}

/**
 * What is left of the discounts after an invoice used them: a discount for one payment is spent once it took something
 * off, others may have run out. Those that go leave an event.
 */
export function discountsAfterInvoice(
  tx: Transaction,
  subscription: Subscription,
  invoice: StripeObjects['invoice'],
): string[] {
  const used = new Set(
    (invoice.total_discount_amounts ?? []).filter(({ amount }) => amount > 0).map(({ discount }) => discount),
  );
  const running = runningDiscounts(tx, subscription, invoice.created);
  const left = running.filter((id) => {
    const discount = tx.get('discount', id);
    return discount && !(used.has(id) && couponOf(tx, discount)?.duration === 'once');
  });
  for (const id of subscription.discounts) {
    if (!left.includes(id)) tx.emit('customer.discount.deleted', tx.require('discount', id));
  }
  return left;
}

/** Takes a discount from its subscription; the answer is Stripe's stub of a deleted discount. */
export function removeDiscount(
  tx: Transaction,
  subscription: Subscription,
  id: string,
): Omit<StripeObjects['discount'], 'end'> & { deleted: true } {
  const discount = tx.require('discount', id);
  const discounts = subscription.discounts.filter((each) => each !== id);
  tx.emit('customer.discount.deleted', discount);
  const changed = tx.patch('subscription', subscription.id, { discounts });
  tx.emit('customer.subscription.updated', changed);
  followUpdatedSubscription(tx, subscription, changed);
  const { end, ...rest } = discount;
  return { ...rest, deleted: true };
}
