import { boolean, index, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

/** One tier; amounts in minor units, decimals as strings. */
export interface StoredPriceTier {
  up_to: number | null;
  unit_amount_decimal: string | null;
  flat_amount_decimal: string | null;
}
export interface StoredCurrencyOption {
  unit_amount_decimal: string | null;
  tiers?: StoredPriceTier[];
}

export const stripePrices = pgTable(
  'stripe_prices',
  {
    ...mirrored(),
    productId: text('product_id').notNull().default(''),
    active: boolean('active').notNull().default(false),
    lookupKey: text('lookup_key'),
    currency: text('currency').notNull().default(''),
    /** Minor units, may be a fraction; null for tiered prices. */
    unitAmount: numeric('unit_amount'),
    /** `recurring` or `one_time` */
    type: text('type').notNull().default(''),
    interval: text('interval'),
    intervalCount: integer('interval_count'),
    /** `licensed` or `metered` */
    usageType: text('usage_type'),
    meterId: text('meter_id'),
    billingScheme: text('billing_scheme').notNull().default(''),
    tiersMode: text('tiers_mode'),
    /** Expand-only in Stripe: null until read with its expansion. */
    tiers: jsonb('tiers').$type<StoredPriceTier[]>(),
    /** By currency, the default one included. Expand-only in Stripe. */
    currencyOptions: jsonb('currency_options').$type<Record<string, StoredCurrencyOption>>(),
    transformQuantity: jsonb('transform_quantity').$type<{ divide_by: number; round: string }>(),
    /** Metadata `plan_trial_days`, overrides the product's. */
    trialDays: integer('trial_days'),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
    created: seconds('created').notNull().default(0),
  },
  (t) => [index('stripe_prices_product').on(t.productId), index('stripe_prices_lookup_key').on(t.lookupKey)],
);
export type PriceRow = typeof stripePrices.$inferSelect;
