import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { boundary } from '../pricing/periods.js';
import { countRedemption } from './redemption.js';

type Coupon = StripeObjects['coupon'];
type Discount = StripeObjects['discount'];
type PromotionCode = StripeObjects['promotion_code'];

export interface DiscountGiven {
  coupon?: string;
  promotion_code?: string;
  discount?: string;
}

/** What a discount is for. */
export interface DiscountOn {
  customer: string;
  subscription?: string;
  subscriptionItem?: string;
  invoice?: string;
  invoiceItem?: string;
}

/** Makes discounts of coupons and promotion codes. @param param where they are in the request */
export function redeemAll(
  tx: Transaction,
  given: readonly DiscountGiven[],
  on: DiscountOn,
  param = 'discounts',
): string[] {
  return given.map((each, at) => redeem(tx, each, on, `${param}[${at}]`).id);
}

/** @throws 400 for a coupon or code that does not exist, is used up, expired or not for this customer */
function redeem(tx: Transaction, given: DiscountGiven, on: DiscountOn, param: string): Discount {
  if (given.discount) return tx.require('discount', given.discount, `${param}[discount]`);
  const now = tx.now(tx.get('customer', on.customer)?.test_clock ?? null);
  const code = given.promotion_code
    ? requireCode(tx, given.promotion_code, on.customer, now, `${param}[promotion_code]`)
    : undefined;
  const couponId = code ? code.promotion.coupon : given.coupon;
  if (!couponId) throw invalidRequest('You must give one of coupon, promotion_code and discount.', { param });
  const coupon = requireCoupon(tx, couponId, now, `${param}[coupon]`);
  countRedemption(tx, coupon, code);
  const discount = tx.put('discount', {
    id: tx.newId('discount'),
    object: 'discount',
    checkout_session: null,
    customer: on.customer,
    customer_account: null,
    end: endOf(coupon, now),
    invoice: on.invoice ?? null,
    invoice_item: on.invoiceItem ?? null,
    promotion_code: code?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start: now,
    subscription: on.subscription ?? null,
    subscription_item: on.subscriptionItem ?? null,
  });
  tx.emit('customer.discount.created', discount);
  return discount;
}

function requireCoupon(tx: Transaction, id: string, now: number, param: string): Coupon {
  const coupon = tx.require('coupon', id, param);
  const { max_redemptions, redeem_by, times_redeemed, valid } = coupon;
  if (max_redemptions !== null && times_redeemed >= max_redemptions) {
    throw invalidRequest(`Coupon ${id} is used up and cannot be applied.`, { code: 'coupon_expired', param });
  }
  if (!valid || (redeem_by !== null && redeem_by < now)) {
    throw invalidRequest(`Coupon expired: ${id}`, { code: 'coupon_expired', param });
  }
  return coupon;
}

function requireCode(tx: Transaction, id: string, customer: string, now: number, param: string): PromotionCode {
  const code = tx.get('promotion_code', id);
  if (!code) throw noSuch('promotion code', id, param);
  const usedUp = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions;
  if (!code.active || usedUp || (code.expires_at !== null && code.expires_at < now)) {
    throw invalidRequest('This promotion code is not active or has expired.', { param });
  }
  if (code.customer !== null && code.customer !== customer) {
    throw invalidRequest('This promotion code cannot be redeemed by this customer.', { param });
  }
  const first = code.restrictions.first_time_transaction;
  if (
    first &&
    tx.where('invoice', 'customer', customer).some(({ status, amount_paid }) => status === 'paid' && amount_paid > 0)
  ) {
    throw invalidRequest(
      'This promotion code cannot be redeemed because the associated customer has prior transactions.',
      {
        param,
      },
    );
  }
  return code;
}

function endOf({ duration, duration_in_months }: Coupon, start: number): number | null {
  if (duration !== 'repeating') return null;
  return boundary(start, { interval: 'month', interval_count: 1 }, duration_in_months ?? 0);
}
