import type { Transaction } from '../../engine/transaction.js';
import { type InvoiceLine, periodLine, periodLines } from '../invoices/invoice-lines.js';
import { amountOf } from '../pricing/amounts.js';
import { periodAt } from '../pricing/periods.js';
import { remainingAmount } from '../pricing/proration.js';
import { paidUntil } from './prorated-items.js';
import { cadenceOf } from './subscription-items.js';
import type { Subscription, SubscriptionItem } from './subscription-store.js';

/**
 * The lines for the period that a licensed item shows: whole, or the part of a whole one that it covers, when it begins
 * within one or the subscription is canceled before its end.
 */
export function chargeForPeriod(tx: Transaction, subscription: Subscription, item: SubscriptionItem): InvoiceLine[] {
  const start = item.current_period_start;
  const end = paidUntil(subscription, item.current_period_end);
  const whole = periodAt(subscription.billing_cycle_anchor, cadenceOf(item.price), start);
  if (start === whole.start && end >= whole.end) return periodLines(tx, subscription, item, { start, end: whole.end });
  const full = amountOf(item.price, subscription.currency, item.quantity ?? 1);
  const amount = remainingAmount(full, whole, start, end);
  return [{ ...periodLine(tx, subscription, item, { start, end }), amount, subtotal: amount }];
}
