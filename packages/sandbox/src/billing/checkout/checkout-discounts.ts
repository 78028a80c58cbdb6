import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { countRedemption } from '../discounts/redemption.js';
import type { SessionDiscount } from './checkout-plan.js';

type Coupon = StripeObjects['coupon'];
type PromotionCode = StripeObjects['promotion_code'];

export function couponBehind(tx: Transaction, { coupon, promotion_code }: SessionDiscount): Coupon {
  const param = 'discounts[0][promotion_code]';
  const id = coupon ?? tx.require('promotion_code', promotion_code as string, param).promotion.coupon;
  return tx.require('coupon', id as string, 'discounts[0][coupon]');
}

/** For whom and for how much a code is to be used. */
export interface CodeUse {
  customer: string | null;
  /** Of the order before discounts, in minor units; left out before the order is known. */
  subtotal?: number;
  currency?: string | null;
}

/**
 * The discount that a parameter or a typed code (any letter case) names, if it may be used now.
 * @throws 400 for one that does not exist, has ended, is used up or is for another customer or a larger order
 */
export function discountFor(
  tx: Transaction,
  given: { coupon?: string; promotion_code?: string } | { code: string },
  use: CodeUse,
): SessionDiscount {
  if ('code' in given) {
    const wanted = given.code.trim().toLowerCase();
    const match = [...tx.newestFirst('promotion_code')].find(
      ({ active, code }) => active && code.toLowerCase() === wanted,
    );
    if (!match) throw invalidRequest('This code is invalid.', { param: 'promotion_code', code: 'resource_missing' });
    return discountFor(tx, { promotion_code: match.id }, use);
  }
  const { coupon, promotion_code } = given;
  if (promotion_code !== undefined) {
    const param = 'discounts[0][promotion_code]';
    const found = tx.require('promotion_code', promotion_code, param);
    const behind = tx.require('coupon', found.promotion.coupon as string, param);
    if (!redeemable(tx, found, use) || !usable(tx, behind)) {
      throw invalidRequest('This promotion code cannot be redeemed.', { param, code: 'promotion_code_invalid' });
    }
    return { coupon: null, promotion_code };
  }
  const param = 'discounts[0][coupon]';
  if (coupon === undefined) {
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (!usable(tx, tx.require('coupon', coupon, param))) {
    throw invalidRequest(`Coupon expired: ${coupon}`, { param, code: 'coupon_expired' });
  }
  return { coupon, promotion_code: null };
}

function usable(tx: Transaction, { valid, redeem_by, max_redemptions, times_redeemed }: Coupon): boolean {
  return valid && (redeem_by ?? Infinity) > tx.now() && times_redeemed < (max_redemptions ?? Infinity);
}

function redeemable(tx: Transaction, code: PromotionCode, { customer, subtotal, currency }: CodeUse): boolean {
  const { active, customer: owner, expires_at, max_redemptions, restrictions, times_redeemed } = code;
  const minimum =
    restrictions.minimum_amount_currency === currency
      ? restrictions.minimum_amount
      : restrictions.currency_options?.[currency ?? '']?.minimum_amount;
  const bought = (id: string) =>
    tx.where('invoice', 'customer', id).some(({ status, amount_paid }) => status === 'paid' && amount_paid > 0);
  return (
    active &&
    (!owner || owner === customer) &&
    (expires_at ?? Infinity) > tx.now() &&
    times_redeemed < (max_redemptions ?? Infinity) &&
    (subtotal === undefined || subtotal >= (minimum ?? 0)) &&
    !(restrictions.first_time_transaction && customer && bought(customer))
  );
}

/** A one-time payment uses its codes up without leaving a discount on the customer. */
export function useUp(tx: Transaction, discounts: readonly SessionDiscount[]): void {
  for (const discount of discounts) {
    const coupon = couponBehind(tx, discount);
    const code = discount.promotion_code ? tx.get('promotion_code', discount.promotion_code) : undefined;
    countRedemption(tx, coupon, code);
  }
}
