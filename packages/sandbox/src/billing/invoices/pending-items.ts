import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Period } from '../pricing/periods.js';
import type { Price, Subscription } from '../subscriptions/subscription-store.js';
import { type InvoiceLine, lineOfInvoiceItem, pricingOf } from './invoice-lines.js';

type InvoiceItem = StripeObjects['invoiceitem'];

export interface NewInvoiceItem {
  customer: string;
  currency: string;
  /** Minor units. */
  amount: number;
  description: string | null;
  period: Period;
  price?: Price;
  quantity?: number;
  discountable?: boolean;
  discounts?: string[];
  metadata?: Record<string, string>;
  invoice?: string;
  subscription?: string;
  subscriptionItem?: string;
  proration?: boolean;
}

/** Something to bill on the next invoice (or on the named draft). */
export function createInvoiceItem(tx: Transaction, given: NewInvoiceItem): InvoiceItem {
  const { subscription, subscriptionItem, quantity = 1, proration = false } = given;
  const clock = tx.get('customer', given.customer)?.test_clock ?? null;
  const pricing = given.price
    ? pricingOf(given.price, given.currency)
    : { type: 'price_details' as const, unit_amount_decimal: unitAmount(given.amount, quantity) };
  const item = tx.put('invoiceitem', {
    id: tx.newId('invoiceitem'),
    object: 'invoiceitem',
    amount: given.amount,
    currency: given.currency,
    customer: given.customer,
    customer_account: null,
    date: tx.now(clock),
    description: given.description,
    discountable: given.discountable ?? !proration,
    discounts: given.discounts ?? [],
    invoice: given.invoice ?? null,
    livemode: false,
    metadata: given.metadata ?? {},
    net_amount: given.amount,
    parent: subscription
      ? {
          subscription_details: { subscription, ...(subscriptionItem && { subscription_item: subscriptionItem }) },
          type: 'subscription_details',
        }
      : null,
    period: { start: given.period.start, end: given.period.end },
    pricing,
    proration,
    ...(proration && { proration_details: { credited_items: null, discount_amounts: [] } }),
    quantity,
    quantity_decimal: String(quantity),
    tax_rates: [],
    test_clock: clock,
  });
  tx.emit('invoiceitem.created', item);
  return item;
}

/** What waits for the subscription's next invoice, oldest first: its own items and those of no subscription. */
export function pendingItems(tx: Transaction, subscription: Subscription): InvoiceItem[] {
  const ofSubscription = (item: InvoiceItem) => item.parent?.subscription_details?.subscription ?? null;
  return tx
    .where('invoiceitem', 'customer', subscription.customer)
    .filter((item) => item.invoice === null && item.currency === subscription.currency)
    .filter((item) => [null, subscription.id].includes(ofSubscription(item)))
    .reverse();
}

/** The lines of pending items, which from now on belong to the invoice. */
export function billItems(tx: Transaction, items: readonly InvoiceItem[], invoice: string): InvoiceLine[] {
  return items.map((item) => lineOfInvoiceItem(tx, tx.patch('invoiceitem', item.id, { invoice })));
}

function unitAmount(amount: number, quantity: number): string | null {
  return quantity !== 0 && amount % quantity === 0 ? String(amount / quantity) : null;
}
