import { invalidRequest, missingParam } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import { decimal, either, hash, int, list, oneOf, type ParamsOf, required } from '../../http/params.js';

type Tier = NonNullable<StripeObjects['price']['tiers']>[number];

/** What a price (or its option in another currency) charges: per unit, or by tiers. */
export interface Charging {
  unit_amount: number | null;
  unit_amount_decimal: string | null;
  tiers?: Tier[];
}

const tier = hash({
  flat_amount: int(0),
  flat_amount_decimal: decimal(),
  unit_amount: int(0),
  unit_amount_decimal: decimal(),
  up_to: required(either(oneOf('inf'), int(1))),
});

export const chargingParams = { tiers: list(tier), unit_amount: int(0), unit_amount_decimal: decimal() };

/** @param path where the parameters are in the request: '' or `currency_options[eur]` */
export function charging(given: ParamsOf<typeof chargingParams>, scheme: string, path: string): Charging {
  const at = (name: string) => (path === '' ? name : `${path}[${name}]`);
  if (scheme === 'tiered') {
    if (given.unit_amount !== undefined || given.unit_amount_decimal !== undefined) {
      throw invalidRequest('A tiered price has no `unit_amount`: put the amounts into `tiers`.', {
        param: at('unit_amount'),
      });
    }
    if (!given.tiers?.length) throw missingParam(at('tiers'));
    return { unit_amount: null, unit_amount_decimal: null, tiers: tiersOf(given.tiers, at('tiers')) };
  }
  if (given.tiers) {
    throw invalidRequest('`tiers` can only be set when `billing_scheme=tiered`.', { param: at('tiers') });
  }
  const amount = pair(given.unit_amount, given.unit_amount_decimal, at('unit_amount'));
  if (!amount) throw missingParam(at('unit_amount'));
  return { unit_amount: amount.whole, unit_amount_decimal: amount.decimal };
}

function tiersOf(given: ParamsOf<typeof chargingParams>['tiers'] & object, path: string): Tier[] {
  let below = 0;
  return given.map((each, place) => {
    const last = place === given.length - 1;
    if (last !== (each.up_to === 'inf')) {
      throw invalidRequest('Only the last tier, and that one, must have `up_to=inf`.', {
        param: `${path}[${place}][up_to]`,
      });
    }
    if (typeof each.up_to === 'number') {
      if (each.up_to <= below) {
        throw invalidRequest('Tiers must be in ascending order of `up_to`.', { param: `${path}[${place}][up_to]` });
      }
      below = each.up_to;
    }
    const unit = pair(each.unit_amount, each.unit_amount_decimal, `${path}[${place}][unit_amount]`);
    const flat = pair(each.flat_amount, each.flat_amount_decimal, `${path}[${place}][flat_amount]`);
    if (!unit && !flat) throw missingParam(`${path}[${place}][unit_amount]`);
    return {
      flat_amount: flat?.whole ?? null,
      flat_amount_decimal: flat?.decimal ?? null,
      unit_amount: unit?.whole ?? null,
      unit_amount_decimal: unit?.decimal ?? null,
      up_to: each.up_to === 'inf' ? null : each.up_to,
    };
  });
}

/** The integer and the decimal form of one amount; the integer is null for a fraction of a minor unit. */
function pair(whole: number | undefined, decimalText: string | undefined, param: string) {
  if (whole !== undefined && decimalText !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: ${param}, ${param}_decimal.`, { param });
  }
  if (whole !== undefined) return { whole, decimal: String(whole) };
  if (decimalText === undefined) return undefined;
  const plain = decimalText.includes('.') ? decimalText.replace(/\.?0+$/, '') : decimalText;
  return { whole: /^\d+$/.test(plain) ? Number(plain) : null, decimal: plain };
}

const CURRENCIES = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));

/** Lower case; 400 for what is no currency. */
export function currencyOf(given: string, param: string): string {
  const currency = given.toLowerCase();
  if (!CURRENCIES.has(currency)) {
    throw invalidRequest(`Invalid currency: ${currency}. See https://stripe.com/docs/currencies.`, { param });
  }
  return currency;
}
