import { type ChargeGiven, type ItemCharge, requireOneTimePrice } from '../../billing/invoices/item-charge.js';
import { itemPricing } from '../../billing/invoices/pending-items.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, decimal, hash, int, list, metadata, type ParamsOf, required, str, time } from '../../http/params.js';
import { taxBehavior } from '../catalogue/new-price.js';
import { createProduct } from '../catalogue/new-product.js';
import { inlinePrice, oneTimePriceData, priceOrData } from '../catalogue/price-data.js';
import { discounts } from '../subscriptions/subscription-params.js';

type InvoiceItem = StripeObjects['invoiceitem'];

export const period = hash({ end: required(time()), start: required(time()) });

/** What invoice items and lines of drafts share. */
export const itemShape = {
  amount: int(),
  description: str(5000),
  discountable: bool(),
  discounts,
  metadata: metadata(),
  period,
  quantity: int(0),
  quantity_decimal: decimal(),
};

/** What makes an invoice item cost something. */
export const invoiceItemShape = {
  ...itemShape,
  price_data: oneTimePriceData,
  pricing: hash({ price: str() }),
  unit_amount_decimal: decimal(),
};

/** `price_data` of a line may describe its product, too. */
export const linePriceData = hash({
  currency: required(str(3)),
  product: str(),
  product_data: hash({
    description: str(),
    images: list(str(), 8),
    metadata: metadata(),
    name: required(str()),
    tax_code: str(),
    unit_label: str(12),
  }),
  tax_behavior: taxBehavior,
  unit_amount: int(),
  unit_amount_decimal: decimal(),
});

export const lineShape = { ...itemShape, price_data: linePriceData, pricing: hash({ price: str() }) };
export type LineParams = ParamsOf<typeof lineShape>;

export const within = (path: string) => (member: string) => (path === '' ? member : `${path}[${member}]`);

type ChargeParams = Pick<LineParams, 'amount' | 'price_data' | 'pricing' | 'quantity' | 'quantity_decimal'> & {
  currency?: string;
  unit_amount_decimal?: string;
};

/** @param path where the parameters are: '' or `lines[0]`. @throws 400 for parameters that exclude each other */
export function chargeGiven(tx: Transaction, params: ChargeParams, path: string): ChargeGiven {
  const at = within(path);
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const only = (...names: string[]) => {
    const [first, second] = names.filter((name) => given.some(([each]) => each === name));
    if (first === undefined || second === undefined) return;
    throw invalidRequest(`You may only specify one of these parameters: ${first}, ${second}.`, { param: at(first) });
  };
  only('amount', 'quantity');
  only('amount', 'quantity_decimal');
  only('amount', 'pricing', 'price_data', 'unit_amount_decimal');
  only('quantity', 'quantity_decimal');
  const { amount, currency, pricing, quantity, quantity_decimal, unit_amount_decimal } = params;
  const price = priceOrData(tx, { price: pricing?.price }, at('pricing'), (id, param) =>
    requireOneTimePrice(tx, id, param),
  );
  const own = price ?? linePrice(tx, params.price_data, at('price_data'));
  const count = quantity_decimal ?? (quantity === undefined ? undefined : String(quantity));
  return {
    ...(amount !== undefined && { amount }),
    ...(own && { price: own }),
    ...(unit_amount_decimal !== undefined && { unit_amount_decimal }),
    ...(count !== undefined && { quantity: count }),
    ...(currency !== undefined && { currency: currency.toLowerCase() }),
  };
}

function linePrice(tx: Transaction, data: LineParams['price_data'], path: string) {
  if (!data) return undefined;
  const { product, product_data, ...rest } = data;
  if ((product === undefined) === (product_data === undefined)) {
    const param = `${path}[product]`;
    throw invalidRequest(`You must specify one of these parameters: ${param}, ${path}[product_data].`, { param });
  }
  const id = product ?? (product_data && createProduct(tx, product_data).id);
  return inlinePrice(tx, { ...rest, product: id as string }, path);
}

/** What an invoice item costs so far. */
export function chargeOfItem(tx: Transaction, item: InvoiceItem): ItemCharge {
  const price = tx.get('price', item.pricing?.price_details?.price ?? '');
  return {
    currency: item.currency,
    amount: item.amount,
    // A proration's amount is no multiple of its price.
    ...(price && !item.proration && { price }),
    quantity: item.quantity_decimal,
    unit_amount_decimal: item.pricing?.unit_amount_decimal ?? null,
  };
}

/** The members of an invoice item that its charge makes. */
export function chargedMembers(
  charge: ItemCharge,
): Pick<InvoiceItem, 'amount' | 'net_amount' | 'pricing' | 'quantity' | 'quantity_decimal'> {
  const { amount, quantity } = charge;
  return {
    amount,
    net_amount: amount,
    pricing: itemPricing(charge),
    quantity: Math.trunc(Number(quantity)),
    quantity_decimal: quantity,
  };
}

/** @throws 400 for a period that ends before it starts */
export function periodOf<P extends { start: number; end: number } | undefined>(given: P, path: string): P {
  if (given && given.end < given.start) {
    const param = within(path)('period[end]').replace('[period[end]]', '[period][end]');
    throw invalidRequest('The period end must be greater than or equal to the period start.', { param });
  }
  return given;
}
