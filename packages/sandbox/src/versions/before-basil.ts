import type { Hash } from '../engine/hash.js';
import type { Transaction } from '../engine/transaction.js';
import type { Older } from './older-shapes.js';

interface Period {
  current_period_start: number;
  current_period_end: number;
}
interface ItemParent {
  subscription?: string | null;
  subscription_item?: string | null;
  proration?: boolean;
  proration_details?: unknown;
  invoice_item?: string | null;
}

/** One period for all items; with several the one that ends first. Not established: Stripe's choice among them. */
const subscription: Older = (object, tx) => {
  const { data } = object.items as { data: Period[] };
  const first = [...data].sort((a, b) => a.current_period_end - b.current_period_end)[0];
  return {
    current_period_start: first?.current_period_start ?? null,
    current_period_end: first?.current_period_end ?? null,
    discount: firstDiscount(object, tx),
  };
};

const invoice: Older = (object, tx) => {
  const details = (object.parent as { subscription_details?: Hash | null } | null)?.subscription_details ?? null;
  const intent = typeof object.id === 'string' ? defaultIntent(tx, object.id) : null;
  const taxes = (object.total_taxes ?? []) as { amount: number }[];
  return {
    charge: (intent && tx.get('payment_intent', intent)?.latest_charge) ?? null,
    discount: firstDiscount(object, tx),
    paid: object.status === 'paid',
    paid_out_of_band: object.status === 'paid' && !intent && (object.total as number) > 0,
    payment_intent: intent,
    quote: null,
    subscription: details?.subscription ?? null,
    subscription_details: details && { metadata: details.metadata ?? null },
    tax: taxes.length === 0 ? null : taxes.reduce((sum, { amount }) => sum + amount, 0),
    total_tax_amounts: taxes,
    transfer_data: null,
    parent: undefined,
    payments: undefined,
    confirmation_secret: undefined,
    total_taxes: undefined,
  };
};

const line: Older = (object, tx) => {
  const parent = object.parent as { subscription_item_details?: ItemParent; invoice_item_details?: ItemParent } | null;
  const ofItem = parent?.subscription_item_details;
  const details = ofItem ?? parent?.invoice_item_details;
  return {
    invoice_item: details?.invoice_item ?? undefined,
    price: priceOf(object, tx),
    proration: details?.proration ?? false,
    proration_details: details?.proration_details ?? { credited_items: null },
    subscription: details?.subscription ?? object.subscription ?? null,
    subscription_item: details?.subscription_item ?? undefined,
    tax_amounts: object.taxes ?? [],
    tax_rates: [],
    type: ofItem ? 'subscription' : 'invoiceitem',
    parent: undefined,
    pricing: undefined,
    taxes: undefined,
  };
};

const invoiceItem: Older = (object, tx) => {
  const details = (object.parent as { subscription_details?: ItemParent | null } | null)?.subscription_details;
  const { unit_amount_decimal = null } = (object.pricing ?? {}) as { unit_amount_decimal?: string | null };
  return {
    price: priceOf(object, tx),
    subscription: details?.subscription ?? null,
    subscription_item: details?.subscription_item ?? undefined,
    unit_amount:
      unit_amount_decimal !== null && /^-?\d+$/.test(unit_amount_decimal) ? Number(unit_amount_decimal) : null,
    unit_amount_decimal,
    parent: undefined,
    pricing: undefined,
  };
};

const paymentIntent: Older = (object, tx) => ({ invoice: invoiceOf(tx, object.id) });
const charge: Older = (object, tx) => ({ invoice: invoiceOf(tx, object.payment_intent) });

/** Before 2025-03-31.basil. */
export const beforeBasil: Readonly<Record<string, Older>> = {
  charge,
  invoice,
  invoiceitem: invoiceItem,
  line_item: line,
  payment_intent: paymentIntent,
  subscription,
};

/** The discount that `discount` showed beside `discounts`. */
function firstDiscount(object: Hash, tx: Transaction): unknown {
  const [first] = (object.discounts ?? []) as (string | Hash)[];
  if (typeof first !== 'string') return first ?? null;
  return tx.get('discount', first) ?? null;
}

function priceOf(object: Hash, tx: Transaction): unknown {
  const price = (object.pricing as { price_details?: { price?: string | Hash } } | null)?.price_details?.price;
  return (typeof price === 'string' ? tx.get('price', price) : price) ?? null;
}

function defaultIntent(tx: Transaction, invoiceId: string): string | null {
  const payments = tx.where('invoice_payment', 'invoice', invoiceId);
  const shown = payments.find(({ is_default }) => is_default) ?? payments[0];
  return shown?.payment.payment_intent ?? null;
}

function invoiceOf(tx: Transaction, intent: unknown): string | null {
  const id = typeof intent === 'string' ? intent : (intent as { id?: string } | null)?.id;
  return id === undefined ? null : (tx.where('invoice_payment', 'payment_intent', id)[0]?.invoice ?? null);
}
