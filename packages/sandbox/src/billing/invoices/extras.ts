import type { Transaction } from '../../engine/transaction.js';
import { type DiscountGiven, redeemAll } from '../discounts/redeem.js';
import { amountOf } from '../pricing/amounts.js';
import type { Period } from '../pricing/periods.js';
import { requireOffered } from '../subscriptions/subscription-items.js';
import type { Price, Subscription } from '../subscriptions/subscription-store.js';
import { productName } from './invoice-lines.js';
import { createInvoiceItem } from './pending-items.js';

/** A one-time charge beside a subscription's items. */
export interface Extra {
  price: Price;
  quantity: number;
  discountable?: boolean;
  discounts?: DiscountGiven[];
  metadata?: Record<string, string>;
  /** From the latest start to the earliest end of the subscription's periods, if nothing else is said. */
  period?: {
    start: { type: 'max_item_period_start' | 'now' } | { type: 'timestamp'; timestamp: number };
    end: { type: 'min_item_period_end' } | { type: 'timestamp'; timestamp: number };
  };
}

/** Charges that go onto the subscription's next invoice. @throws 400 for a price without an amount in its currency */
export function addExtras(tx: Transaction, subscription: Subscription, extras: readonly Extra[], now: number): void {
  for (const [at, { price, quantity, discounts = [], ...extra }] of extras.entries()) {
    requireOffered([price], subscription.currency, `add_invoice_items[${at}][price]`);
    const id = tx.newId('invoiceitem');
    const on = { customer: subscription.customer, invoiceItem: id };
    createInvoiceItem(tx, {
      id,
      customer: subscription.customer,
      currency: subscription.currency,
      amount: amountOf(price, subscription.currency, quantity),
      description: productName(tx, price),
      period: periodOf(subscription, extra.period, now),
      price,
      quantity,
      discountable: extra.discountable ?? true,
      discounts: redeemAll(tx, discounts, on, `add_invoice_items[${at}][discounts]`),
      ...(extra.metadata && { metadata: extra.metadata }),
      subscription: subscription.id,
    });
  }
}

function periodOf({ items }: Subscription, given: Extra['period'], now: number): Period {
  const starts = items.data.map(({ current_period_start }) => current_period_start);
  const ends = items.data.map(({ current_period_end }) => current_period_end);
  const { start = { type: 'max_item_period_start' as const }, end = { type: 'min_item_period_end' as const } } =
    given ?? {};
  return {
    start: start.type === 'timestamp' ? start.timestamp : start.type === 'now' ? now : Math.max(...starts),
    end: end.type === 'timestamp' ? end.timestamp : Math.min(...ends),
  };
}
