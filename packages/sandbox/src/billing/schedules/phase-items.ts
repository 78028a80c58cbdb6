import { StripeError } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { type DiscountGiven, type DiscountOn, redeemAll } from '../discounts/redeem.js';
import type { ItemChange } from '../subscriptions/subscription-change.js';
import {
  isMetered,
  type Price,
  type Subscription,
  type SubscriptionItem,
} from '../subscriptions/subscription-store.js';
import type { Phase, PhaseItem } from './schedule-store.js';

type Discount = Phase['discounts'][number];

export function priceOf(tx: Transaction, { price }: PhaseItem): Price {
  return tx.require('price', price);
}

/**
 * What makes the subscription's items those of the phase. An item keeps its id while its price stays; a phase's other
 * prices take the place of prices that leave. Not established: whether Stripe keeps an item's id when its price changes.
 */
export function itemChanges(tx: Transaction, before: Subscription, phase: Phase): ItemChange[] {
  const left = new Set(before.items.data);
  const take = (fits: (item: SubscriptionItem) => boolean) => {
    const found = [...left].find(fits);
    if (found) left.delete(found);
    return found;
  };
  const same = new Map(phase.items.map((item) => [item, take(({ price }) => price.id === item.price)]));
  const on = { customer: before.customer, subscription: before.id };
  const changes = phase.items.flatMap((item): ItemChange[] => {
    const price = priceOf(tx, item);
    const licensed = !isMetered({ price });
    const old = same.get(item) ?? (licensed ? take((each) => !isMetered(each)) : undefined);
    const change = changeOf(tx, item, old, { ...on, ...(old && { subscriptionItem: old.id }) });
    return change ? [{ ...change, ...(old?.price.id !== item.price && { price }) }] : [];
  });
  return [...changes, ...[...left].map(({ id }) => ({ id, deleted: true }))];
}

function changeOf(
  tx: Transaction,
  item: PhaseItem,
  old: SubscriptionItem | undefined,
  on: DiscountOn,
): ItemChange | undefined {
  const discounts = discountsFor(tx, (old?.discounts ?? []) as string[], item.discounts, on);
  const metadata = mergeMetadata(old?.metadata ?? {}, item.metadata ?? {});
  const change: ItemChange = {
    metadata,
    discounts: discounts.map((discount) => ({ discount })),
    ...(item.quantity !== undefined && { quantity: item.quantity }),
  };
  if (!old) return change;
  const stays =
    old.price.id === item.price &&
    (item.quantity === undefined || old.quantity === item.quantity) &&
    JSON.stringify(old.discounts) === JSON.stringify(discounts) &&
    JSON.stringify(old.metadata) === JSON.stringify(metadata);
  return stays ? undefined : { ...change, id: old.id };
}

/**
 * The discounts that a phase asks for: those that run already go on, others begin now. A coupon or code that can no
 * longer be redeemed when its phase begins is left out. Not established: what Stripe does with it.
 */
export function discountsFor(
  tx: Transaction,
  running: readonly string[],
  asked: readonly Discount[],
  on: DiscountOn,
): string[] {
  return asked.flatMap((each) => {
    const found = running.find((id) => isOf(tx.get('discount', id), each));
    if (found) return [found];
    // One that is spent or was removed does not come back.
    if (each.discount) return [];
    try {
      return tx.attempt(() => redeemAll(tx, [discountGiven(each)], on));
    } catch (error) {
      if (error instanceof StripeError) return [];
      throw error;
    }
  });
}

function isOf(discount: StripeObjects['discount'] | undefined, asked: Discount): boolean {
  if (!discount) return false;
  if (asked.discount) return discount.id === asked.discount;
  if (asked.promotion_code) return discount.promotion_code === asked.promotion_code;
  return discount.source.coupon === asked.coupon && discount.promotion_code === null;
}

/** The phase's choice as a request gives it: of the three, what is set. */
export function discountGiven({ coupon, discount, promotion_code }: Discount): DiscountGiven {
  return { ...(coupon && { coupon }), ...(discount && { discount }), ...(promotion_code && { promotion_code }) };
}
