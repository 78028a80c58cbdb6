import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Period } from '../pricing/periods.js';
import type { Price, Subscription } from '../subscriptions/subscription-store.js';
import { type InvoiceLine, lineOfInvoiceItem, pricingOf } from './invoice-lines.js';

type InvoiceItem = StripeObjects['invoiceitem'];

export interface NewInvoiceItem {
  /** A new one by default. */
  id?: string;
  customer: string;
  currency: string;
  /** Minor units. */
  amount: number;
  description: string | null;
  period: Period;
  price?: Price;
  /** Whole, or a decimal text. */
  quantity?: number | string;
  /** Minor units for each, as a decimal text; the price's by default, or what makes the amount. */
  unit_amount_decimal?: string | null;
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
  const { subscription, subscriptionItem, proration = false } = given;
  const quantity = String(given.quantity ?? 1);
  const clock = tx.get('customer', given.customer)?.test_clock ?? null;
  const item = tx.put('invoiceitem', {
    id: given.id ?? tx.newId('invoiceitem'),
    object: 'invoiceitem',
    amount: given.amount,
    currency: given.currency,
    customer: given.customer,
    customer_account: null,
    date: tx.now(clock),
    description: given.description,
    discountable: given.discountable ?? (!proration && given.amount >= 0),
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
    pricing: itemPricing({ ...given, quantity }),
    proration,
    ...(proration && { proration_details: { credited_items: null, discount_amounts: [] } }),
    quantity: Math.trunc(Number(quantity)),
    quantity_decimal: quantity,
    tax_rates: [],
    test_clock: clock,
  });
  tx.emit('invoiceitem.created', item);
  return item;
}

/**
 * What waits for the subscription's next invoice: its own items and those of no subscription. Newest first, as the lines
 * of an invoice are: https://docs.stripe.com/api/invoices/object#invoice_object-lines
 */
export function pendingItems(tx: Transaction, subscription: Subscription): InvoiceItem[] {
  const ofSubscription = (item: InvoiceItem) => item.parent?.subscription_details?.subscription ?? null;
  return tx
    .where('invoiceitem', 'customer', subscription.customer)
    .filter((item) => item.invoice === null && item.currency === subscription.currency)
    .filter((item) => [null, subscription.id].includes(ofSubscription(item)));
}

/** The lines of pending items, which from now on belong to the invoice. */
export function billItems(tx: Transaction, items: readonly InvoiceItem[], invoice: string): InvoiceLine[] {
  return items.map((item) => lineOfInvoiceItem(tx, tx.patch('invoiceitem', item.id, { invoice })));
}

type Charged = Pick<NewInvoiceItem, 'amount' | 'currency' | 'price' | 'unit_amount_decimal'> & { quantity: string };

export function itemPricing({
  amount,
  currency,
  price,
  quantity,
  unit_amount_decimal,
}: Charged): InvoiceItem['pricing'] {
  if (price) return pricingOf(price, currency);
  const count = Number(quantity);
  const whole = count !== 0 && amount % count === 0 ? String(amount / count) : null;
  return { type: 'price_details', unit_amount_decimal: unit_amount_decimal ?? whole };
}
