import type { StripeObjects } from '../../engine/objects.js';

type Price = StripeObjects['price'];
type Tier = NonNullable<Price['tiers']>[number];

/** Decimal places of `unit_amount_decimal`: https://docs.stripe.com/api/prices/object */
const PLACES = 12;
const SCALE = 10n ** BigInt(PLACES);

/** `numerator / denominator`, rounded to the nearest integer, halves away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive');
  const half = denominator / 2n;
  return numerator < 0n ? -((-numerator + half) / denominator) : (numerator + half) / denominator;
}

/** `amount × numerator / denominator` in minor units, rounded once. All are integers. */
export function share(amount: number, numerator: number, denominator: number): number {
  return Number(divideRounded(BigInt(amount) * BigInt(numerator), BigInt(denominator)));
}

/** A decimal (text, or a whole number) as an integer multiple of 10^-12. */
export function scaled(number: number | string): bigint {
  const decimal = String(number);
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * SCALE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  return negative ? -value : value;
}

/** The decimal text of an integer multiple of 10^-12 that is not negative. */
function unscaled(value: bigint): string {
  const fraction = String(value % SCALE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / SCALE) : `${value / SCALE}.${fraction}`;
}

interface Charging {
  unit_amount: number | null;
  unit_amount_decimal: string | null;
  tiers?: Tier[];
}

/** How a price charges in a currency; undefined if it is not offered in that currency. */
export function chargingIn(price: Price, currency: string): Charging | undefined {
  if (price.currency === currency) return price;
  return price.currency_options?.[currency];
}

export function currenciesOf(price: Price): string[] {
  return [...new Set([price.currency, ...Object.keys(price.currency_options ?? {})])];
}

/** One part of what a quantity costs: all of it, or what one tier charges. */
export interface PriceCharge {
  /** Which tier charges it, from 1; null unless the price is tiered. */
  tier: number | null;
  /** A tier's flat amount, due as soon as the tier is reached, rather than its units. */
  flat: boolean;
  /** Units charged, as a decimal text. */
  quantity: string;
  /** Minor units for each, as a decimal text. */
  unit_amount_decimal: string;
  /** Minor units, rounded to the nearest, halves away from zero. */
  amount: number;
}

/** What a quantity of the price costs for one whole period, in minor units of the currency. */
export function amountOf(price: Price, currency: string, quantity: number | string): number {
  return chargesOf(price, currency, quantity).reduce((sum, { amount }) => sum + amount, 0);
}

/**
 * The parts of that cost: one, unless tiers charge it. Each part is rounded by itself, because each is a line of an
 * invoice: https://docs.stripe.com/products-prices/pricing-models#tiered-pricing
 */
export function chargesOf(price: Price, currency: string, quantity: number | string): PriceCharge[] {
  const charging = chargingIn(price, currency);
  if (!charging) throw new Error(`${price.id} has no amount in ${currency}`);
  if (price.billing_scheme === 'tiered') {
    const tiers = charging.tiers ?? [];
    return price.tiers_mode === 'volume' ? volume(tiers, scaled(quantity)) : graduated(tiers, scaled(quantity));
  }
  const unit_amount_decimal = charging.unit_amount_decimal ?? String(charging.unit_amount ?? 0);
  const amount = times(unit_amount_decimal, transformed(price, scaled(quantity)));
  return [{ tier: null, flat: false, quantity: String(quantity), unit_amount_decimal, amount }];
}

/** `unit × quantity` in minor units, rounded once; both are decimal texts. */
export function unitTimes(unit: string, quantity: number | string): number {
  return times(unit, scaled(quantity));
}

const times = (unit: string, quantity: bigint) => Number(divideRounded(scaled(unit) * quantity, SCALE * SCALE));

/** Packages of units: a begun one counts or does not, as the price says. */
function transformed({ transform_quantity: transform }: Price, quantity: bigint): bigint {
  if (!transform) return quantity;
  const size = BigInt(transform.divide_by) * SCALE;
  const whole = quantity / size;
  return (transform.round === 'up' && whole * size < quantity ? whole + 1n : whole) * SCALE;
}

/** The tier that the whole quantity reaches charges all of it. */
function volume(tiers: Tier[], quantity: bigint): PriceCharge[] {
  const at = tiers.findIndex(({ up_to }) => up_to === null || quantity <= scaled(up_to));
  const tier = tiers[at];
  return tier ? tierCharges(tier, at + 1, quantity) : [];
}

/** Each tier charges its part of the quantity. */
function graduated(tiers: Tier[], quantity: bigint): PriceCharge[] {
  const charges: PriceCharge[] = [];
  let below = 0n;
  for (const [at, tier] of tiers.entries()) {
    const limit = tier.up_to === null ? quantity : scaled(tier.up_to);
    const within = (quantity < limit ? quantity : limit) - below;
    if (within < 0n || (within === 0n && at > 0)) break;
    charges.push(...tierCharges(tier, at + 1, within));
    below += within;
  }
  return charges;
}

function tierCharges(tier: Tier, number: number, quantity: bigint): PriceCharge[] {
  const unit = tier.unit_amount_decimal ?? (tier.unit_amount === null ? null : String(tier.unit_amount));
  const flat = tier.flat_amount_decimal ?? (tier.flat_amount === null ? null : String(tier.flat_amount));
  const units = (unit_amount_decimal: string): PriceCharge => ({
    tier: number,
    flat: false,
    quantity: unscaled(quantity),
    unit_amount_decimal,
    amount: times(unit_amount_decimal, quantity),
  });
  return [
    ...(unit !== null || flat === null ? [units(unit ?? '0')] : []),
    ...(flat !== null && scaled(flat) > 0n
      ? [{ tier: number, flat: true, quantity: '1', unit_amount_decimal: flat, amount: times(flat, SCALE) }]
      : []),
  ];
}
