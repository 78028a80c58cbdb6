import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';

type Coupon = StripeObjects['coupon'];
type PromotionCode = StripeObjects['promotion_code'];

/** Counts one more use. What is used up can be applied no longer, and says so. */
export function countRedemption(tx: Transaction, coupon: Coupon, code: PromotionCode | undefined): void {
  if (code) {
    const counted = tx.patch('promotion_code', code.id, { times_redeemed: code.times_redeemed + 1 });
    if (!isLeft(counted)) deactivate(tx, counted);
  }
  const counted = tx.patch('coupon', coupon.id, { times_redeemed: coupon.times_redeemed + 1 });
  if (!isLeft(counted)) invalidateCoupon(tx, coupon.id);
}

/** Its codes go with it: "A promotion code is only active if the coupon is also valid" (`active` in Stripe's API). */
export function invalidateCoupon(tx: Transaction, id: string): void {
  tx.patch('coupon', id, { valid: false });
  deactivateCodes(tx, id);
}

export function deactivateCodes(tx: Transaction, coupon: string): void {
  for (const code of tx.where('promotion_code', 'coupon', coupon)) if (code.active) deactivate(tx, code);
}

/** Whether a code may be active: https://docs.stripe.com/api/promotion_codes/update */
export function isRedeemable(tx: Transaction, code: PromotionCode): boolean {
  const coupon = code.promotion.coupon === null ? undefined : tx.get('coupon', code.promotion.coupon as string);
  return coupon?.valid === true && isLeft(code) && (code.expires_at ?? Infinity) > tx.now();
}

function deactivate(tx: Transaction, { id }: PromotionCode): void {
  tx.emit('promotion_code.updated', tx.patch('promotion_code', id, { active: false }));
}

function isLeft({ max_redemptions, times_redeemed }: Pick<Coupon, 'max_redemptions' | 'times_redeemed'>): boolean {
  return max_redemptions === null || times_redeemed < max_redemptions;
}
