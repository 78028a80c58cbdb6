import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { InvoiceLine } from '../invoices/invoice-lines.js';
import { discountAmounts, type Reduction } from './discounting.js';

type Discount = StripeObjects['discount'];
type Coupon = StripeObjects['coupon'];

export function couponOf(tx: Transaction, discount: Discount): Coupon | undefined {
  return discount.source.coupon ? tx.get('coupon', discount.source.coupon) : undefined;
}

/** The lines with what each discount takes off: the line's own first, then those of the whole invoice. */
export function withDiscounts(
  tx: Transaction,
  lines: InvoiceLine[],
  currency: string,
  ofInvoice: readonly string[],
): InvoiceLine[] {
  const ids = [...new Set([...lines.flatMap((line) => line.discounts as string[]), ...ofInvoice])];
  const reductions = ids.map((id) => reductionOf(tx, id, lines, currency, ofInvoice.includes(id)));
  const taken = discountAmounts(lines, reductions);
  return lines.map((line, at) => {
    const amounts = ids
      .map((discount, n) => ({ amount: taken[at]?.[n] ?? 0, discount }))
      .filter(({ amount, discount }) => amount > 0 || (line.discounts as string[]).includes(discount));
    return {
      ...line,
      discount_amounts: amounts,
      pretax_credit_amounts: amounts.map(({ amount, discount }) => ({ amount, discount, type: 'discount' as const })),
    };
  });
}

function reductionOf(
  tx: Transaction,
  id: string,
  lines: InvoiceLine[],
  currency: string,
  everywhere: boolean,
): Reduction {
  const discount = tx.get('discount', id);
  const coupon = discount && couponOf(tx, discount);
  const products = coupon?.applies_to?.products;
  const fixed = coupon?.currency === currency ? coupon.amount_off : coupon?.currency_options?.[currency]?.amount_off;
  return {
    percent_off: coupon?.percent_off ?? null,
    amount_off: fixed ?? 0,
    applies: (at) => {
      const line = lines[at];
      if (!line || !(everywhere || (line.discounts as string[]).includes(id))) return false;
      return !products || products.includes(line.pricing?.price_details?.product ?? '');
    },
  };
}
