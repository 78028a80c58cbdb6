import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

/** A product's entitlement feature as attached to it. */
export interface ProductFeature {
  /** `prodft_…` */
  id: string;
  /** `feat_…` */
  featureId: string;
  /** The feature's lookup key. */
  key: string;
  name: string;
  metadata: Record<string, string>;
}

export const stripeProducts = pgTable(
  'stripe_products',
  {
    ...mirrored(),
    name: text('name').notNull().default(''),
    description: text('description'),
    active: boolean('active').notNull().default(false),
    defaultPriceId: text('default_price_id'),
    /** Metadata `plan_key`, else the product id. */
    planKey: text('plan_key').notNull().default(''),
    /** Metadata `plan_group`, else `default`. */
    planGroup: text('plan_group').notNull().default('default'),
    /** Metadata `plan_rank`; null: by lowest monthly amount. */
    planRank: integer('plan_rank'),
    /** Metadata `plan_trial_days`. */
    trialDays: integer('trial_days'),
    /** Stripe sends no events for these: read with the product. Null until first read. */
    features: jsonb('features').$type<ProductFeature[]>(),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
    created: seconds('created').notNull().default(0),
  },
  (t) => [index('stripe_products_plan_key').on(t.planKey)],
);
export type ProductRow = typeof stripeProducts.$inferSelect;
