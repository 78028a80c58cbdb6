import type { Older } from './older-shapes.js';

/** The coupon was in the discount or promotion code itself, whole. */
const withCoupon =
  (member: 'source' | 'promotion'): Older =>
  (object, tx) => {
    const holder = object[member] as { coupon?: unknown } | undefined;
    const coupon = holder?.coupon;
    const whole = typeof coupon === 'string' ? tx.get('coupon', coupon) : coupon;
    return { coupon: whole ?? null, [member]: undefined };
  };

/** Before 2025-09-30.clover. */
export const beforeClover: Readonly<Record<string, Older>> = {
  discount: withCoupon('source'),
  promotion_code: withCoupon('promotion'),
};
