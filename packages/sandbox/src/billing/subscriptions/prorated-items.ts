import type { Transaction } from '../../engine/transaction.js';
import { withDiscounts } from '../discounts/discounts.js';
import { periodLine, prorationWording } from '../invoices/invoice-lines.js';
import type { NewInvoiceItem } from '../invoices/pending-items.js';
import { amountOf, share } from '../pricing/amounts.js';
import { type Period, periodAt } from '../pricing/periods.js';
import { remainingAmount } from '../pricing/proration.js';
import { runningDiscounts } from './subscription-discounts.js';
import { cadenceOf } from './subscription-items.js';
import { isMetered, type Subscription, type SubscriptionItem } from './subscription-store.js';

/**
 * What a change at the moment `at` owes: for each licensed item that changed, a credit for the unused time of the old
 * one and a charge for the remaining time of the new one. Amounts are after discounts, so the lines are not
 * discountable again. Nothing is owed for trials. With `restarts` new periods begin: the old ones are credited whole,
 * the new ones are not prorated.
 */
export function prorations(
  tx: Transaction,
  before: Subscription,
  after: Subscription,
  at: number,
  restarts = false,
): NewInvoiceItem[] {
  const credits = unused(tx, before, after, at, restarts);
  return restarts ? credits : [...credits, ...remaining(tx, before, after, at), ...movedEnds(tx, before, after)];
}

/** Until when a running period is paid for: the subscription may be canceled before its end. */
export const paidUntil = ({ cancel_at }: Subscription, end: number) =>
  Math.min(end, cancel_at ?? Number.POSITIVE_INFINITY);

/** A cancellation within the running period credits the rest of it; withdrawn or moved, that is charged again. */
function movedEnds(tx: Transaction, before: Subscription, after: Subscription): NewInvoiceItem[] {
  if (UNPAID.includes(before.status) || UNPAID.includes(after.status)) return [];
  return after.items.data
    .filter((item) => !isMetered(item) && sameCharge(item, find(before, item.id)))
    .flatMap((item) => {
      const [was, is] = [paidUntil(before, item.current_period_end), paidUntil(after, item.current_period_end)];
      if (was === is) return [];
      const whole = wholePeriod(after, item, Math.min(was, is));
      const period = { start: Math.min(was, is), end: Math.max(was, is) };
      const paid = amountPaidFor(tx, before, item, period.start);
      const amount = remainingAmount(paid, whole, period.start, period.end);
      return is < was
        ? [prorated(tx, after, item, -amount, period, 'Unused')]
        : [prorated(tx, after, item, amount, period, 'Remaining')];
    });
}

/** Nothing is paid for a period of these, so nothing is credited and nothing owed for the rest of it. */
const UNPAID: readonly Subscription['status'][] = ['incomplete', 'paused', 'trialing'];

/** Credits for what was paid and is no longer used. */
function unused(
  tx: Transaction,
  before: Subscription,
  after: Subscription,
  at: number,
  restarts: boolean,
): NewInvoiceItem[] {
  if (UNPAID.includes(before.status)) return [];
  return before.items.data
    .filter((item) => !isMetered(item))
    .filter((item) => restarts || !sameCharge(item, find(after, item.id)))
    .map((item) => unusedTime(tx, before, item, at));
}

/** The credit for an item's time from `at` to the end of its period. */
export function unusedTime(tx: Transaction, before: Subscription, item: SubscriptionItem, at: number): NewInvoiceItem {
  const whole = wholePeriod(before, item, at);
  const end = paidUntil(before, whole.end);
  const paid = amountPaidFor(tx, before, item, at);
  return prorated(tx, before, item, -remainingAmount(paid, whole, at, end), { start: at, end }, 'Unused');
}

function remaining(tx: Transaction, before: Subscription, after: Subscription, at: number): NewInvoiceItem[] {
  if (UNPAID.includes(after.status)) return [];
  return after.items.data
    .filter((item) => !isMetered(item))
    .filter((item) => !sameCharge(item, find(before, item.id)))
    .map((item) => remainingTime(tx, after, item, at));
}

/** The charge for an item's time from `at` to the end of its period. */
export function remainingTime(
  tx: Transaction,
  after: Subscription,
  item: SubscriptionItem,
  at: number,
): NewInvoiceItem {
  const whole = wholePeriod(after, item, at);
  const end = paidUntil(after, whole.end);
  const price = amountToday(tx, after, item, at);
  return prorated(tx, after, item, remainingAmount(price, whole, at, end), { start: at, end }, 'Remaining');
}

const find = ({ items }: Subscription, id: string) => items.data.find((item) => item.id === id);

function sameCharge(a: SubscriptionItem, b: SubscriptionItem | undefined): boolean {
  return b !== undefined && a.price.id === b.price.id && (a.quantity ?? 1) === (b.quantity ?? 1);
}

/** The full period that the moment lies in: the first one may have begun before the subscription did. */
function wholePeriod({ billing_cycle_anchor }: Subscription, { price }: SubscriptionItem, at: number): Period {
  return periodAt(billing_cycle_anchor, cadenceOf(price), at);
}

/** A whole period of the item with the discounts that run at the moment. */
function amountToday(tx: Transaction, subscription: Subscription, item: SubscriptionItem, at: number): number {
  const lines = subscription.items.data
    .filter((each) => !isMetered(each))
    .map((each) => periodLine(tx, subscription, each, { start: at, end: at }));
  const priced = withDiscounts(tx, lines, subscription.currency, runningDiscounts(tx, subscription, at));
  const line = priced.find(({ parent }) => parent?.subscription_item_details?.subscription_item === item.id);
  const off = (line?.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
  return (line?.amount ?? 0) - off;
}

/**
 * A whole period of the item at the discount that its last invoice gave: a coupon for one payment has left the
 * subscription, but what it took off was never paid and is not credited. An item that only prorations billed so far was
 * billed at the discounts of today.
 */
function amountPaidFor(tx: Transaction, subscription: Subscription, item: SubscriptionItem, at: number): number {
  // Classic billing credits at what the item costs now: https://docs.stripe.com/billing/subscriptions/billing-mode/compare
  if (subscription.billing_mode.type === 'classic') return amountToday(tx, subscription, item, at);
  const full = amountOf(item.price, subscription.currency, item.quantity ?? 1);
  for (const invoice of tx.where('invoice', 'subscription', subscription.id)) {
    // One for each tier that charges.
    const lines = invoice.lines.data.filter(
      ({ parent, amount, pricing }) =>
        parent?.subscription_item_details?.subscription_item === item.id &&
        !parent.subscription_item_details.proration &&
        pricing?.price_details?.price === item.price.id &&
        amount > 0,
    );
    if (lines.length === 0) continue;
    const amount = lines.reduce((sum, line) => sum + line.amount, 0);
    const off = lines.flatMap((line) => line.discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0);
    return share(full, amount - off, amount);
  }
  return amountToday(tx, subscription, item, at);
}

function prorated(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  amount: number,
  period: Period,
  kind: 'Unused' | 'Remaining',
): NewInvoiceItem {
  const quantity = item.quantity ?? 1;
  return {
    customer: subscription.customer,
    currency: subscription.currency,
    // No negative zero: a credit of nothing is nothing.
    amount: amount === 0 ? 0 : amount,
    description: prorationWording(tx, item.price, quantity, period.start, kind),
    period,
    price: item.price,
    quantity,
    metadata: subscription.metadata,
    subscription: subscription.id,
    subscriptionItem: item.id,
    proration: true,
  };
}
