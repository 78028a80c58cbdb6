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

/** A decimal text as an integer multiple of 10^-12. */
export function scaled(decimal: string): bigint {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * SCALE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  return negative ? -value : value;
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

/** What a quantity of the price costs for one whole period, in minor units of the currency. */
export function amountOf(price: Price, currency: string, quantity: number): number {
  const charging = chargingIn(price, currency);
  if (!charging) throw new Error(`${price.id} has no amount in ${currency}`);
  const units = transformed(price, quantity);
  if (price.billing_scheme === 'tiered') {
    const tiers = charging.tiers ?? [];
    const total = price.tiers_mode === 'volume' ? volume(tiers, units) : graduated(tiers, units);
    return Number(divideRounded(total, SCALE));
  }
  const unit = charging.unit_amount_decimal ?? String(charging.unit_amount ?? 0);
  return Number(divideRounded(scaled(unit) * BigInt(units), SCALE));
}

function transformed({ transform_quantity: transform }: Price, quantity: number): number {
  if (!transform) return quantity;
  const divided = quantity / transform.divide_by;
  return transform.round === 'up' ? Math.ceil(divided) : Math.floor(divided);
}

function volume(tiers: Tier[], quantity: number): bigint {
  const tier = tiers.find(({ up_to }) => up_to === null || quantity <= up_to);
  return tier ? costIn(tier, quantity) : 0n;
}

/** Each tier charges its part of the quantity; a flat amount is due as soon as a tier is reached. */
function graduated(tiers: Tier[], quantity: number): bigint {
  let total = 0n;
  let below = 0;
  for (const [place, tier] of tiers.entries()) {
    const within = Math.min(quantity, tier.up_to ?? Number.POSITIVE_INFINITY) - below;
    if (within < 0 || (within === 0 && place > 0)) break;
    total += costIn(tier, within);
    below += within;
  }
  return total;
}

function costIn(tier: Tier, quantity: number): bigint {
  const unit = tier.unit_amount_decimal ?? String(tier.unit_amount ?? 0);
  const flat = tier.flat_amount_decimal ?? String(tier.flat_amount ?? 0);
  return scaled(unit) * BigInt(quantity) + scaled(flat);
}
