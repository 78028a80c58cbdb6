import { newId } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { amountOf, chargesOf, chargingIn, type PriceCharge } from '../pricing/amounts.js';
import type { Period } from '../pricing/periods.js';
import { day, money } from '../wording.js';

export type InvoiceLine = StripeObjects['line_item'];
type InvoiceItem = StripeObjects['invoiceitem'];
type Price = StripeObjects['price'];
type Subscription = StripeObjects['subscription'];
type SubscriptionItem = StripeObjects['subscription_item'];

export interface LineOf {
  currency: string;
  amount: number;
  description: string;
  period: Period;
  quantity: number | null;
  price: Price | null;
  parent: InvoiceLine['parent'];
  subscription: string | null;
  discountable?: boolean;
  discounts?: string[];
  metadata?: Record<string, string>;
}

export function invoiceLine(given: LineOf): InvoiceLine {
  const { amount, currency, price, quantity } = given;
  return {
    id: newId('il'),
    object: 'line_item',
    amount,
    currency,
    description: given.description,
    discount_amounts: [],
    discountable: given.discountable ?? true,
    discounts: given.discounts ?? [],
    invoice: null,
    livemode: false,
    metadata: given.metadata ?? {},
    parent: given.parent,
    period: { start: given.period.start, end: given.period.end },
    pretax_credit_amounts: [],
    pricing: price && pricingOf(price, currency),
    quantity,
    quantity_decimal: quantity === null ? null : String(quantity),
    subscription: given.subscription,
    subtotal: amount,
    taxes: [],
  };
}

export function pricingOf(price: Price, currency: string): NonNullable<InvoiceLine['pricing']> {
  return {
    price_details: { price: price.id, product: price.product },
    type: 'price_details',
    unit_amount_decimal: chargingIn(price, currency)?.unit_amount_decimal ?? null,
  };
}

/**
 * What a subscription item costs for one of its periods: one line, or one for each tier (and each flat amount) that
 * charges. Not established: how Stripe words a tier's flat amount.
 */
export function periodLines(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  period: Period,
  quantity = item.quantity ?? 1,
): InvoiceLine[] {
  if (item.price.billing_scheme !== 'tiered') return [periodLine(tx, subscription, item, period, quantity)];
  return chargesOf(item.price, subscription.currency, quantity).map((charge) => {
    const line = itemLine(subscription, item, {
      amount: charge.amount,
      description: tierWording(tx, item.price, subscription.currency, charge),
      period,
      quantity: Number(charge.quantity),
    });
    return { ...line, pricing: line.pricing && { ...line.pricing, unit_amount_decimal: charge.unit_amount_decimal } };
  });
}

/** The same as one line, for what is derived from the whole. */
export function periodLine(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  period: Period,
  quantity = item.quantity ?? 1,
): InvoiceLine {
  return itemLine(subscription, item, {
    amount: amountOf(item.price, subscription.currency, quantity),
    description: `${quantity} × ${productName(tx, item.price)} (${rate(item.price, subscription.currency)})`,
    period,
    quantity,
  });
}

export function trialLine(
  tx: Transaction,
  subscription: Subscription,
  item: SubscriptionItem,
  period: Period,
): InvoiceLine {
  const description = `Trial period for ${productName(tx, item.price)}`;
  return itemLine(subscription, item, { amount: 0, description, period, quantity: item.quantity ?? 1 });
}

function itemLine(
  subscription: Subscription,
  item: SubscriptionItem,
  line: Pick<LineOf, 'amount' | 'description' | 'period' | 'quantity'>,
): InvoiceLine {
  return invoiceLine({
    ...line,
    currency: subscription.currency,
    price: item.price,
    subscription: subscription.id,
    discounts: item.discounts as string[],
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
  });
}

/** The line that bills a pending invoice item. */
export function lineOfInvoiceItem(tx: Transaction, item: InvoiceItem): InvoiceLine {
  const owner = item.parent?.subscription_details;
  const details = {
    invoice_item: item.id,
    proration: item.proration,
    proration_details: item.proration ? { credited_items: null } : null,
    subscription: owner?.subscription ?? null,
  };
  const ofItem = owner?.subscription_item;
  const priceId = item.pricing?.price_details?.price;
  return {
    ...invoiceLine({
      currency: item.currency,
      amount: item.amount,
      description: item.description ?? '',
      period: item.period,
      quantity: item.quantity,
      price: (priceId && tx.get('price', priceId)) || null,
      subscription: owner?.subscription ?? null,
      discountable: item.discountable,
      discounts: (item.discounts ?? []) as string[],
      metadata: item.metadata ?? {},
      parent: ofItem
        ? {
            invoice_item_details: null,
            subscription_item_details: { ...details, subscription_item: ofItem },
            type: 'subscription_item_details',
          }
        : { invoice_item_details: details, subscription_item_details: null, type: 'invoice_item_details' },
    }),
    pricing: item.pricing,
    quantity_decimal: item.quantity_decimal,
  };
}

export function productName(tx: Transaction, price: Price): string {
  return tx.get('product', price.product)?.name ?? price.product;
}

/** `Unused time on 3 × Team after 24 Nov 2026` */
export function prorationWording(
  tx: Transaction,
  price: Price,
  quantity: number,
  at: number,
  kind: 'Unused' | 'Remaining',
): string {
  const count = quantity === 1 ? '' : `${quantity} × `;
  return `${kind} time on ${count}${productName(tx, price)} after ${day(at)}`;
}

/** `5 × API calls (Tier 1 at $0.10 / month)` */
function tierWording(tx: Transaction, price: Price, currency: string, charge: PriceCharge): string {
  const { tier, flat, quantity, unit_amount_decimal } = charge;
  const at = `at ${money(Number(unit_amount_decimal), currency)}${every(price)}`;
  const name = productName(tx, price);
  return flat ? `${name} (Tier ${tier} flat fee ${at})` : `${quantity} × ${name} (Tier ${tier} ${at})`;
}

/** `at $29.00 / month` */
function rate(price: Price, currency: string): string {
  const unit = chargingIn(price, currency)?.unit_amount_decimal;
  if (price.billing_scheme === 'tiered' || unit == null) return `tiered${every(price)}`;
  const packages = price.transform_quantity ? ` per ${price.transform_quantity.divide_by}` : '';
  return `at ${money(Number(unit), currency)}${packages}${every(price)}`;
}

function every({ recurring }: Price): string {
  if (!recurring) return '';
  const { interval, interval_count } = recurring;
  return ` / ${interval_count === 1 ? interval : `every ${interval_count} ${interval}s`}`;
}
