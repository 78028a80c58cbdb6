import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { discountAmounts } from '../discounts/discounting.js';
import { amountOf } from '../pricing/amounts.js';

type Price = StripeObjects['price'];
type Coupon = StripeObjects['coupon'];

export interface CheckoutItem {
  id: string;
  price: string;
  /** Null for metered prices. */
  quantity: number | null;
  metadata: Record<string, string>;
}

/** One of the two is set, or both for the coupon behind a promotion code. */
export interface SessionDiscount {
  coupon: string | null;
  promotion_code: string | null;
}

/** All amounts in minor units. */
export interface CheckoutTotals {
  lines: { item: CheckoutItem; price: Price; subtotal: number; discount: number }[];
  subtotal: number;
  discount: number;
  total: number;
}

/** What is due on completion. Recurring prices cost nothing yet while a trial runs. */
export function totalsOf(
  tx: Transaction,
  items: CheckoutItem[],
  currency: string,
  discounts: SessionDiscount[],
  trial: boolean,
): CheckoutTotals {
  const priced = items.map((item) => {
    const price = tx.require('price', item.price, 'price');
    const free = (trial && price.type === 'recurring') || isMetered(price);
    return { item, price, subtotal: free ? 0 : amountOf(price, currency, item.quantity ?? 1) };
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

export function isMetered(price: Price): boolean {
  return price.recurring?.usage_type === 'metered';
}

function amountOff(coupon: Coupon, currency: string): number {
  const fixed = coupon.currency === currency ? coupon.amount_off : coupon.currency_options?.[currency]?.amount_off;
  return fixed ?? 0;
}

export function couponBehind(tx: Transaction, { coupon, promotion_code }: SessionDiscount): Coupon {
  const param = 'discounts[0][promotion_code]';
  const id = coupon ?? tx.require('promotion_code', promotion_code as string, param).promotion.coupon;
  return tx.require('coupon', id as string, 'discounts[0][coupon]');
}

/** A code as a person types it: any letter case. */
export interface TypedCode {
  code: string;
}

/**
 * The discount that a parameter or a typed code names, if it may be used now.
 * @throws 400 for one that does not exist, has ended or is for another customer
 */
export function discountFor(
  tx: Transaction,
  given: { coupon?: string; promotion_code?: string } | TypedCode,
  customer: string | null,
): SessionDiscount {
  if ('code' in given) {
    const wanted = given.code.trim().toLowerCase();
    const match = [...tx.newestFirst('promotion_code')].find(
      ({ active, code }) => active && code.toLowerCase() === wanted,
    );
    if (!match) throw invalidRequest('This code is invalid.', { param: 'promotion_code', code: 'resource_missing' });
    return discountFor(tx, { promotion_code: match.id }, customer);
  }
  const { coupon, promotion_code } = given;
  const param = promotion_code ? 'discounts[0][promotion_code]' : 'discounts[0][coupon]';
  if (promotion_code !== undefined) {
    const found = tx.require('promotion_code', promotion_code, param);
    if (!found.active || (found.customer && found.customer !== customer)) {
      throw invalidRequest('This promotion code cannot be redeemed.', { param, code: 'promotion_code_invalid' });
    }
    if (!tx.require('coupon', found.promotion.coupon as string, param).valid) {
      throw invalidRequest('This promotion code cannot be redeemed.', { param, code: 'promotion_code_invalid' });
    }
    return { coupon: null, promotion_code };
  }
  if (coupon === undefined) {
    throw invalidRequest('Missing required param: discounts[0][coupon].', { code: 'parameter_missing', param });
  }
  if (!tx.require('coupon', coupon, param).valid) {
    throw invalidRequest(`Coupon expired: ${coupon}`, { param, code: 'coupon_expired' });
  }
  return { coupon, promotion_code: null };
}
