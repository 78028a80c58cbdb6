import { couponBehind } from '../../billing/checkout/checkout-discounts.js';
import { type CheckoutPlan, type CheckoutSession, planOf } from '../../billing/checkout/checkout-plan.js';
import { type CheckoutTotals, isMetered, recurringTotals } from '../../billing/checkout/checkout-totals.js';
import { amountOf } from '../../billing/pricing/amounts.js';
import { money } from '../../billing/wording.js';
import type { Transaction } from '../../engine/transaction.js';
import { billed, interval, plural, unitPrice } from '../wording.js';
import type { OptionalLine, SummaryLine } from './checkout-page.js';

type Line = CheckoutTotals['lines'][number];

/** The product's name, else what names the price. */
export function productOf(tx: Transaction, { price }: Pick<Line, 'price'>): string {
  return tx.get('product', price.product as string)?.name ?? price.nickname ?? price.id;
}

/** e.g. `$36.00 per month` */
export function rate(amount: number, currency: string, rhythm: string | undefined): string {
  return `${money(amount, currency)}${rhythm ? ` per ${rhythm}` : ''}`;
}

/** How long the figure above holds: for good, or while a discount lasts. */
export function whenItRecurs(tx: Transaction, plan: CheckoutPlan, currency: string, rhythm?: string) {
  const per = rhythm ? { per: `per ${rhythm}` } : {};
  const [discount] = plan.discounts;
  const coupon = discount && couponBehind(tx, discount);
  if (!coupon || coupon.duration === 'forever') return per;
  const full = rate(recurringTotals(tx, { ...plan, discounts: [] }, currency).total, currency, rhythm);
  if (coupon.duration === 'once') return { later: `Then ${full}` };
  return { ...per, later: `For ${plural(coupon.duration_in_months ?? 1, 'month')}, then ${full}` };
}

export function summaryLine(
  tx: Transaction,
  line: Line,
  currency: string,
  trial: boolean,
  action: string,
): SummaryLine {
  const { price, item } = line;
  const product = productOf(tx, line);
  const unit = unitPrice(price, currency);
  const rhythm = price.recurring ? billed(price.recurring) : 'once';
  if (isMetered(price)) {
    const each = unit ? `${unit} per unit, ` : '';
    return {
      name: price.nickname ?? `${product} usage`,
      detail: `${each}${rhythm} for what was used`,
      amount: 'By usage',
    };
  }
  const quantity = item.quantity ?? 1;
  const each = unit && quantity > 1 ? `Qty ${quantity}, ${unit} each` : quantity > 1 ? `Qty ${quantity}` : '';
  const detail = [each, rhythm].filter(Boolean).join(', ');
  const free = trial && price.type === 'recurring';
  return {
    name: product,
    detail: `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`,
    amount: free ? 'Free trial' : money(amountOf(price, currency, quantity), currency),
    ...(item.adjustable?.enabled && {
      quantity: {
        action: `${action}/quantity`,
        item: item.id,
        value: quantity,
        minimum: item.adjustable.minimum,
        maximum: item.adjustable.maximum,
      },
    }),
  };
}

/** `month` where everything that is charged up front recurs alike. */
export function commonInterval(lines: Line[]): string | undefined {
  const rhythms = new Set(
    lines
      .filter(({ price }) => !isMetered(price) && price.recurring)
      .map(({ price }) => interval(price.recurring as never)),
  );
  return rhythms.size === 1 && lines.every(({ price }) => price.type === 'recurring') ? [...rhythms][0] : undefined;
}

export function trialDays(tx: Transaction, given: { trial_end?: number; trial_period_days?: number }): number {
  if (given.trial_period_days !== undefined) return given.trial_period_days;
  return Math.max(1, Math.floor(((given.trial_end ?? 0) - tx.now()) / 86_400));
}

export function appliedCode(tx: Transaction, session: CheckoutSession): string | null {
  const id = planOf(tx, session.id).discounts[0]?.promotion_code;
  return (id && tx.get('promotion_code', id)?.code) || null;
}

export function discountLabel(tx: Transaction, session: CheckoutSession): string {
  const [discount] = planOf(tx, session.id).discounts;
  return appliedCode(tx, session) ?? (discount && couponBehind(tx, discount).name) ?? 'Discount';
}

/** What the buyer may add to the order, or take away again. */
export function optionalLines(
  tx: Transaction,
  { optional }: CheckoutPlan,
  currency: string,
  action: string,
): OptionalLine[] {
  return optional.map(({ price: id, quantity, chosen }, at) => {
    const price = tx.require('price', id, 'price');
    const rhythm = price.recurring ? ` per ${interval(price.recurring)}` : '';
    return {
      name: productOf(tx, { price }),
      detail: `${money(amountOf(price, currency, quantity), currency)}${rhythm}`,
      action: `${action}/optional`,
      at,
      chosen: chosen !== null,
    };
  });
}
