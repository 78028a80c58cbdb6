import { invalidRequest, missingParam } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, hash, int, map, metadata, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { createProduct } from './new-product.js';
import { type Charging, charging, chargingParams, currencyOf } from './price-charging.js';

type Price = StripeObjects['price'];

export const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified');
export const interval = oneOf('day', 'month', 'week', 'year');
export const currencyOptions = map(hash({ ...chargingParams, tax_behavior: taxBehavior }));

/** `default_price_data` of a new product. */
export const defaultPriceParams = {
  currency: required(str(3)),
  currency_options: currencyOptions,
  metadata: metadata(),
  recurring: hash({ interval: required(interval), interval_count: int(1) }),
  tax_behavior: taxBehavior,
  unit_amount: chargingParams.unit_amount,
  unit_amount_decimal: chargingParams.unit_amount_decimal,
};

export const creatable = {
  ...chargingParams,
  active: bool(),
  billing_scheme: oneOf('per_unit', 'tiered'),
  currency: required(str(3)),
  currency_options: currencyOptions,
  lookup_key: str(200),
  metadata: metadata(),
  nickname: str(),
  product: str(),
  product_data: hash({
    active: bool(),
    id: str(),
    metadata: metadata(),
    name: required(str()),
    statement_descriptor: str(22),
    tax_code: str(),
    unit_label: str(12),
  }),
  recurring: hash({
    interval: required(interval),
    interval_count: int(1),
    meter: str(),
    trial_period_days: int(0),
    usage_type: oneOf('licensed', 'metered'),
  }),
  tax_behavior: taxBehavior,
  tiers_mode: oneOf('graduated', 'volume'),
  transfer_lookup_key: bool(),
  transform_quantity: hash({ divide_by: required(int(1)), round: required(oneOf('down', 'up')) }),
};
type Creatable = ParamsOf<typeof creatable>;

/** Longest period of a price: three years. */
const LONGEST = { day: 1095, week: 156, month: 36, year: 3 };

/** @param id of the seed's choosing; Stripe's own otherwise */
export function createPrice(tx: Transaction, params: Creatable, id = tx.newId('price')): Price {
  const scheme = params.billing_scheme ?? 'per_unit';
  const currency = currencyOf(params.currency, 'currency');
  const amounts = charging(params, scheme, '');
  const product = productOf(tx, params);
  const price = tx.put('price', {
    id,
    object: 'price',
    active: params.active ?? true,
    billing_scheme: scheme,
    created: tx.now(),
    currency,
    currency_options: optionsOf(params, currency, amounts, scheme),
    custom_unit_amount: null,
    livemode: false,
    lookup_key: claimLookupKey(tx, id, params.lookup_key, params.transfer_lookup_key),
    metadata: mergeMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    product,
    recurring: recurringOf(tx, params.recurring),
    tax_behavior: params.tax_behavior ?? 'unspecified',
    ...(amounts.tiers ? { tiers: amounts.tiers } : {}),
    tiers_mode: tiersMode(params, scheme),
    transform_quantity: params.transform_quantity ?? null,
    type: params.recurring ? 'recurring' : 'one_time',
    unit_amount: amounts.unit_amount,
    unit_amount_decimal: amounts.unit_amount_decimal,
  });
  tx.emit('price.created', price);
  return price;
}

function productOf(tx: Transaction, { product, product_data }: Creatable): string {
  if (product !== undefined && product_data) {
    throw invalidRequest('You may only specify one of these parameters: product, product_data.', { param: 'product' });
  }
  if (product_data) return createProduct(tx, product_data).id;
  if (product === undefined) throw missingParam('product');
  const found = tx.require('product', product, 'product');
  if (!found.active) throw invalidRequest(`The product ${found.id} is marked as inactive.`, { param: 'product' });
  return found.id;
}

function recurringOf(tx: Transaction, given: Creatable['recurring']): Price['recurring'] {
  if (!given) return null;
  const count = given.interval_count ?? 1;
  if (count > LONGEST[given.interval]) {
    throw invalidRequest('The maximum billing period is three years.', { param: 'recurring[interval_count]' });
  }
  const usage = given.usage_type ?? 'licensed';
  if (usage === 'metered' && given.meter === undefined) {
    throw invalidRequest('Metered prices must be backed by a meter: pass `recurring[meter]`.', {
      param: 'recurring[meter]',
      code: 'parameter_missing',
    });
  }
  if (given.meter !== undefined) {
    const meter = tx.require('billing.meter', given.meter, 'recurring[meter]');
    if (usage !== 'metered') {
      throw invalidRequest('A meter can only be used with `usage_type=metered`.', { param: 'recurring[meter]' });
    }
    if (meter.status !== 'active') throw invalidRequest('The meter is not active.', { param: 'recurring[meter]' });
  }
  return {
    interval: given.interval,
    interval_count: count,
    meter: given.meter ?? null,
    trial_period_days: given.trial_period_days ?? null,
    usage_type: usage,
  };
}

function tiersMode(params: Creatable, scheme: Price['billing_scheme']): Price['tiers_mode'] {
  if (scheme !== 'tiered') return null;
  if (!params.tiers_mode) throw missingParam('tiers_mode');
  return params.tiers_mode;
}

/** The base currency is among the options, as Stripe answers them. */
export function optionsOf(
  params: Pick<Creatable, 'currency_options' | 'tax_behavior'>,
  currency: string,
  base: Charging,
  scheme: string,
): NonNullable<Price['currency_options']> {
  const option = (amounts: Charging, behavior: Creatable['tax_behavior']) => ({
    custom_unit_amount: null,
    tax_behavior: behavior ?? 'unspecified',
    ...(amounts.tiers ? { tiers: amounts.tiers } : {}),
    unit_amount: amounts.unit_amount,
    unit_amount_decimal: amounts.unit_amount_decimal,
  });
  const options: NonNullable<Price['currency_options']> = { [currency]: option(base, params.tax_behavior) };
  for (const [name, given] of Object.entries(params.currency_options ?? {})) {
    const path = `currency_options[${name}]`;
    const other = currencyOf(name, path);
    if (other === currency) throw invalidRequest('The default currency cannot be an option.', { param: path });
    options[other] = option(charging(given, scheme, path), given.tax_behavior);
  }
  return options;
}

export function claimLookupKey(tx: Transaction, id: string, key: string | undefined, transfer: boolean | undefined) {
  if (key === undefined) return null;
  for (const other of tx.where('price', 'lookup_key', key)) {
    if (other.id === id) continue;
    if (!transfer) {
      throw invalidRequest(`A price (\`${other.id}\`) already uses that lookup key.`, { param: 'lookup_key' });
    }
    tx.emit('price.updated', tx.patch('price', other.id, { lookup_key: null }));
  }
  return key;
}
