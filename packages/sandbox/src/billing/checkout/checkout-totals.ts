import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { discountAmounts } from '../discounts/discounting.js';
import { amountOf } from '../pricing/amounts.js';
import { periodAt } from '../pricing/periods.js';
import { remainingAmount } from '../pricing/proration.js';
import { nextAnchor } from '../subscriptions/cycle-anchor.js';
import { cadenceOf } from '../subscriptions/subscription-items.js';
import { couponBehind } from './checkout-discounts.js';
import { type CheckoutItem, type CheckoutPlan, isTrial } from './checkout-plan.js';

type Price = StripeObjects['price'];
type Coupon = StripeObjects['coupon'];

/** All amounts in minor units. */
export interface CheckoutTotals {
  lines: { item: CheckoutItem; price: Price; subtotal: number; discount: number }[];
  subtotal: number;
  discount: number;
  total: number;
}

type Order = Pick<CheckoutPlan, 'discounts' | 'items' | 'subscription'>;

/**
 * What is due on completion. Recurring prices cost nothing yet while a trial runs, and a part of their price where the
 * first period is cut short by `billing_cycle_anchor`.
 * @param now Stripe seconds, by the clock of the customer
 */
export function totalsOf(tx: Transaction, order: Order, currency: string, now: number): CheckoutTotals {
  const { items, discounts, subscription } = order;
  const trial = isTrial(order);
  const priced = items.map((item) => {
    const price = tx.require('price', item.price, 'price');
    const free = (trial && price.type === 'recurring') || isMetered(price);
    const whole = free ? 0 : amountOf(price, currency, item.quantity ?? 1);
    return { item, price, subtotal: firstAmount(price, whole, subscription, now) };
  });
  const coupons = discounts.map((discount) => couponBehind(tx, discount));
  const taken = discountAmounts(
    priced.map(({ subtotal }) => ({ amount: subtotal, discountable: true })),
    coupons.map((coupon) => ({
      percent_off: coupon.percent_off,
      amount_off: amountOff(coupon, currency),
      applies: (line: number) => {
        const products = coupon.applies_to?.products;
        return !products || products.includes(priced[line]?.price.product as string);
      },
    })),
  );
  const lines = priced.map((line, at) => ({
    ...line,
    discount: (taken[at] ?? []).reduce((sum, part) => sum + part, 0),
  }));
  const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0);
  const discount = lines.reduce((sum, line) => sum + line.discount, 0);
  return { lines, subtotal, discount, total: subtotal - discount };
}

/** What a period costs in full, without a trial: the figure that recurs. */
export function recurringTotals(tx: Transaction, order: Order, currency: string): CheckoutTotals {
  return totalsOf(tx, { ...order, subscription: {} }, currency, 0);
}

function firstAmount(price: Price, whole: number, subscription: Order['subscription'], now: number): number {
  const { billing_cycle_anchor, billing_cycle_anchor_config: config, proration_behavior } = subscription;
  const anchor = billing_cycle_anchor ?? (config && nextAnchor(config, now));
  if (anchor === undefined || price.type !== 'recurring' || whole === 0) return whole;
  const period = periodAt(anchor, cadenceOf(price), now);
  if (period.start === now) return whole;
  return proration_behavior === 'none' ? 0 : remainingAmount(whole, period, now);
}

export function isMetered(price: Price): boolean {
  return price.recurring?.usage_type === 'metered';
}

function amountOff(coupon: Coupon, currency: string): number {
  const fixed = coupon.currency === currency ? coupon.amount_off : coupon.currency_options?.[currency]?.amount_off;
  return fixed ?? 0;
}
