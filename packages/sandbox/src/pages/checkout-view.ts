import { type CheckoutPlan, type CheckoutSession, isTrial, planOf } from '../billing/checkout/checkout-sessions.js';
import { type CheckoutTotals, couponBehind, isMetered, totalsOf } from '../billing/checkout/checkout-totals.js';
import { MERCHANT_NAME } from '../billing/payments/merchant.js';
import { amountOf } from '../billing/pricing/amounts.js';
import { money } from '../billing/wording.js';
import type { Transaction } from '../engine/transaction.js';
import type { Entries, Problem } from './card-entry.js';
import type { CheckoutView, SummaryLine } from './checkout-page.js';
import { billed, interval, plural, unitPrice } from './wording.js';

type Line = CheckoutTotals['lines'][number];

/** What the page of an open session shows. */
export function checkoutView(
  tx: Transaction,
  session: CheckoutSession,
  entries: Entries,
  problems: Problem[],
): CheckoutView {
  const merchant = MERCHANT_NAME;
  const customer = session.customer ? tx.get('customer', session.customer as string) : undefined;
  const known = customer?.email ?? session.customer_email;
  const form = {
    action: `/c/pay/${session.id}`,
    busy: 'Processing…',
    entries,
    problems,
    email: { value: known ?? '', readonly: known !== null && known !== undefined },
  };
  const message = session.custom_text?.submit?.message;
  if (session.mode === 'setup') {
    return {
      merchant,
      cancelUrl: session.cancel_url,
      headline: 'Save a card',
      price: { figure: 'No charge today' },
      lines: [],
      totals: [],
      form: {
        ...form,
        submit: 'Save card',
        note: message ?? `You allow ${merchant} to charge this card for later payments.`,
      },
    };
  }

  const plan = planOf(tx, session.id);
  const currency = session.currency as string;
  const trial = isTrial(plan);
  const totals = totalsOf(tx, plan.items, currency, plan.discounts, trial);
  const later = totalsOf(tx, plan.items, currency, plan.discounts, false);
  const products = [...new Set(totals.lines.map((line) => productOf(tx, line)))];
  const what = `${products[0]}${products.length > 1 ? ` and ${products.length - 1} more` : ''}`;
  const freeDays = trial ? trialDays(tx, plan.subscription) : 0;
  const rhythm = commonInterval(later.lines);
  return {
    merchant,
    cancelUrl: session.cancel_url,
    headline: `${trial ? 'Try' : 'Subscribe to'} ${what}`,
    price: trial
      ? { figure: `${plural(freeDays, 'day')} free`, later: `Then ${rate(later.total, currency, rhythm)}` }
      : { figure: money(totals.total, currency), ...whenItRecurs(tx, plan, currency, rhythm) },
    lines: totals.lines.map((line) => summaryLine(tx, line, currency, trial)),
    totals: [
      { label: 'Subtotal', amount: money(totals.subtotal, currency) },
      ...(totals.discount > 0
        ? [{ label: discountLabel(tx, session), amount: `−${money(totals.discount, currency)}`, less: true }]
        : []),
      { label: 'Total due today', amount: money(totals.total, currency), due: true },
    ],
    ...(session.allow_promotion_codes && { promotion: { applied: appliedCode(tx, session) } }),
    form: {
      ...form,
      cardless: totals.total === 0 && session.payment_method_collection === 'if_required',
      submit: trial ? 'Start trial' : 'Subscribe',
      note:
        message ??
        `You allow ${merchant} to charge your card ${trial ? 'when the trial ends' : 'now'} and at each renewal until you cancel.`,
    },
  };
}

function productOf(tx: Transaction, { price }: Line): string {
  return tx.get('product', price.product as string)?.name ?? price.nickname ?? price.id;
}

/** e.g. `$36.00 per month` */
function rate(amount: number, currency: string, rhythm: string | undefined): string {
  return `${money(amount, currency)}${rhythm ? ` per ${rhythm}` : ''}`;
}

/** How long the figure above holds: for good, or while a discount lasts. */
function whenItRecurs(tx: Transaction, { items, discounts }: CheckoutPlan, currency: string, rhythm?: string) {
  const per = rhythm ? { per: `per ${rhythm}` } : {};
  const [discount] = discounts;
  const coupon = discount && couponBehind(tx, discount);
  if (!coupon || coupon.duration === 'forever') return per;
  const full = rate(totalsOf(tx, items, currency, [], false).total, currency, rhythm);
  if (coupon.duration === 'once') return { later: `Then ${full}` };
  return { ...per, later: `For ${plural(coupon.duration_in_months ?? 1, 'month')}, then ${full}` };
}

function summaryLine(tx: Transaction, line: Line, currency: string, trial: boolean): SummaryLine {
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
  };
}

/** `month` where everything that is charged up front recurs alike. */
function commonInterval(lines: Line[]): string | undefined {
  const rhythms = new Set(
    lines
      .filter(({ price }) => !isMetered(price) && price.recurring)
      .map(({ price }) => interval(price.recurring as never)),
  );
  return rhythms.size === 1 && lines.every(({ price }) => price.type === 'recurring') ? [...rhythms][0] : undefined;
}

function trialDays(tx: Transaction, given: { trial_end?: number; trial_period_days?: number }): number {
  if (given.trial_period_days !== undefined) return given.trial_period_days;
  return Math.max(1, Math.floor(((given.trial_end ?? 0) - tx.now()) / 86_400));
}

function appliedCode(tx: Transaction, session: CheckoutSession): string | null {
  const id = planOf(tx, session.id).discounts[0]?.promotion_code;
  return (id && tx.get('promotion_code', id)?.code) || null;
}

function discountLabel(tx: Transaction, session: CheckoutSession): string {
  const [discount] = planOf(tx, session.id).discounts;
  return appliedCode(tx, session) ?? (discount && couponBehind(tx, discount).name) ?? 'Discount';
}
