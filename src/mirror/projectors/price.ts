import type { Stripe } from 'stripe';
import { type PriceRow, type StoredPriceTier, stripePrices } from '../../db/tables/prices.js';
import { decimalText, idOf, projector, wholeNumber } from '../projector.js';

/** The tiers of other currencies can only be asked for by currency: see `fetch`. */
export const priceExpansions = ['currency_options', 'tiers'];

const currenciesWithoutTiers = (payload: Stripe.Price) =>
  payload.billing_scheme === 'tiered'
    ? Object.entries(payload.currency_options ?? {}).flatMap(([currency, { tiers }]) => (tiers ? [] : currency))
    : [];

export const price = projector<Stripe.Price, PriceRow>({
  type: 'price',
  table: stripePrices,
  eventTypes: ['price.created', 'price.updated', 'price.deleted'],
  goneTypes: ['price.deleted'],
  deletable: true,
  fetch: async (ask, id) => {
    const value = await ask((sdk) => sdk.prices.retrieve(id, { expand: priceExpansions }));
    const lacking = currenciesWithoutTiers(value).map((currency) => `currency_options.${currency}.tiers`);
    if (lacking.length === 0) return value;
    return ask((sdk) => sdk.prices.retrieve(id, { expand: [...priceExpansions, ...lacking] }));
  },
  // No event carries these parts, and a currency can be added to a price that exists: a price is always read.
  complete: (payload) =>
    payload.currency_options !== undefined &&
    (payload.billing_scheme !== 'tiered' || payload.tiers !== undefined) &&
    currenciesWithoutTiers(payload).length === 0,
  owned: [],
  stripped: [],
  optional: [],
  volatile: [],
  customerOf: () => null,
  row: (payload) => ({
    productId: idOf(payload.product) ?? '',
    active: payload.active,
    lookupKey: payload.lookup_key,
    currency: payload.currency,
    unitAmount: decimalText(payload.unit_amount_decimal ?? payload.unit_amount),
    type: payload.type,
    interval: payload.recurring?.interval ?? null,
    intervalCount: payload.recurring?.interval_count ?? null,
    usageType: payload.recurring?.usage_type ?? null,
    meterId: payload.recurring?.meter ?? null,
    billingScheme: payload.billing_scheme,
    tiersMode: payload.tiers_mode,
    tiers: payload.tiers?.map(tier) ?? null,
    currencyOptions: Object.fromEntries(
      Object.entries(payload.currency_options ?? {}).map(([currency, option]) => [
        currency,
        {
          unit_amount_decimal: decimalText(option.unit_amount_decimal ?? option.unit_amount),
          ...(option.tiers ? { tiers: option.tiers.map(tier) } : {}),
        },
      ]),
    ),
    transformQuantity: payload.transform_quantity
      ? { divide_by: payload.transform_quantity.divide_by, round: payload.transform_quantity.round }
      : null,
    trialDays: wholeNumber(payload.metadata.plan_trial_days),
    metadata: payload.metadata,
    created: payload.created,
  }),
});

function tier(source: Stripe.Price.Tier | Stripe.Price.CurrencyOptions.Tier): StoredPriceTier {
  return {
    up_to: source.up_to,
    unit_amount_decimal: decimalText(source.unit_amount_decimal ?? source.unit_amount),
    flat_amount_decimal: decimalText(source.flat_amount_decimal ?? source.flat_amount),
  };
}
