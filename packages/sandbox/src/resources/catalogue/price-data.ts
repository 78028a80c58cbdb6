import { invalidRequest, StripeError } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { decimal, hash, int, required, str } from '../../http/params.js';
import { createPrice, interval, taxBehavior } from './new-price.js';

type Price = StripeObjects['price'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** A price made by `price_data`, by its id: lists of prices leave it out. */
    _inline_price: { id: string };
  }
}

const common = {
  currency: required(str(3)),
  product: required(str()),
  tax_behavior: taxBehavior,
  unit_amount_decimal: decimal(),
};

/** `price_data` of a single charge; a negative amount is a credit. */
export const oneTimePriceData = hash({ ...common, unit_amount: int() });

/** `price_data` of something that recurs. */
export const recurringPriceData = hash({
  ...common,
  recurring: required(hash({ interval: required(interval), interval_count: int(1) })),
  unit_amount: int(0),
});

/** Whatever a price can be made of; each place that takes `price_data` reads its own part of it. */
type PriceData = Parameters<typeof createPrice>[1];

/**
 * The price that `price_data` describes: usable for this one thing only, so it is inactive from the start and no list of
 * prices shows it. Its currency must be the one that is billed.
 * @param path where the parameter is in the request, such as `items[0][price_data]`
 * @throws Stripe's 400 with the parameter's full path
 */
export function inlinePrice(tx: Transaction, data: PriceData, path: string): Price {
  try {
    const price = createPrice(tx, { ...data, active: false });
    tx.put('_inline_price', { id: price.id });
    return price;
  } catch (error) {
    const param = error instanceof StripeError ? error.body.param : undefined;
    if (!(error instanceof StripeError) || param === undefined) throw error;
    const { message = '', code } = error.body;
    const at = `${path}[${param}]`;
    throw invalidRequest(message.replace(`: ${param}`, `: ${at}`), { param: at, ...(code && { code }) });
  }
}

export interface PriceChoice<D extends PriceData> {
  price?: string | undefined;
  price_data?: D | undefined;
}

/**
 * Of `price` and `price_data` the one that is given; undefined without either.
 * @param path of the hash that holds them, such as `items[0]`
 * @param named looks up and checks the price that an id names
 * @throws Stripe's 400 when both are given
 */
export function priceOrData<D extends PriceData>(
  tx: Transaction,
  { price, price_data }: PriceChoice<D>,
  path: string,
  named: (id: string, param: string) => Price,
): Price | undefined {
  const at = (name: string) => (path === '' ? name : `${path}[${name}]`);
  if (price !== undefined && price_data !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: ${at('price')}, ${at('price_data')}.`, {
      param: at('price'),
    });
  }
  if (price !== undefined) return named(price, at('price'));
  return price_data && inlinePrice(tx, price_data, at('price_data'));
}

/** The same where one of them must be given. */
export function requirePriceOrData<D extends PriceData>(
  tx: Transaction,
  choice: PriceChoice<D>,
  path: string,
  named: (id: string, param: string) => Price,
): Price {
  const price = priceOrData(tx, choice, path, named);
  if (price) return price;
  const param = path === '' ? 'price' : `${path}[price]`;
  throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}
