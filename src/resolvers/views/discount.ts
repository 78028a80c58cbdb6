import { money } from '../../schema/currency.js';
import type { Discount } from '../../schema/discount.js';

/** As far as we read Stripe's discount, mirrored with its coupon and promotion code. */
interface StripeDiscount {
  end: number | null;
  source?: {
    coupon:
      | { name: string | null; percent_off: number | null; amount_off: number | null; currency: string | null }
      | string
      | null;
  };
  promotion_code: { code: string } | string | null;
}

/** The first of a subscription's discounts; the others are on its invoices. */
export function discountOf(discounts: readonly unknown[]): Discount | null {
  const discount = discounts[0] as StripeDiscount | string | undefined;
  const coupon = typeof discount === 'object' ? discount.source?.coupon : null;
  if (typeof discount !== 'object' || !coupon || typeof coupon === 'string') return null;
  const { name, percent_off: percentOff, amount_off: amountOff, currency } = coupon;
  return {
    name,
    percentOff: percentOff == null ? null : Number(percentOff),
    amountOff: amountOff == null || currency === null ? null : money(amountOff, currency),
    endsAt: discount.end,
    code: typeof discount.promotion_code === 'object' ? (discount.promotion_code?.code ?? null) : null,
  };
}
