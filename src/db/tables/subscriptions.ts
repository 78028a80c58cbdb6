import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

export const stripeSubscriptions = pgTable(
  'stripe_subscriptions',
  {
    ...mirrored(),
    customerId: text('customer_id').notNull().default(''),
    /** Stripe's own word. */
    status: text('status').notNull().default(''),
    currency: text('currency'),
    collectionMethod: text('collection_method'),
    startDate: seconds('start_date').notNull().default(0),
    trialStart: seconds('trial_start'),
    trialEnd: seconds('trial_end'),
    cancelAt: seconds('cancel_at'),
    cancelAtPeriodEnd: boolean('cancel_at_period_end').notNull().default(false),
    canceledAt: seconds('canceled_at'),
    endedAt: seconds('ended_at'),
    billingCycleAnchor: seconds('billing_cycle_anchor'),
    pauseCollection: jsonb('pause_collection').$type<Record<string, unknown>>(),
    pendingUpdate: jsonb('pending_update').$type<Record<string, unknown>>(),
    discounts: jsonb('discounts').$type<unknown[]>().notNull().default([]),
    scheduleId: text('schedule_id'),
    latestInvoiceId: text('latest_invoice_id'),
    pendingSetupIntentId: text('pending_setup_intent_id'),
    defaultPaymentMethodId: text('default_payment_method_id'),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
    created: seconds('created').notNull().default(0),
  },
  (t) => [
    index('stripe_subscriptions_customer').on(t.customerId, t.created),
    index('stripe_subscriptions_begun').on(t.customerId).where(sql`status = 'incomplete'`),
  ],
);
export type SubscriptionRow = typeof stripeSubscriptions.$inferSelect;

/** Rewritten as a whole with its subscription. */
export const stripeSubscriptionItems = pgTable(
  'stripe_subscription_items',
  {
    id: text('id').primaryKey(),
    subscriptionId: text('subscription_id').notNull(),
    /** Stripe's order within the subscription. */
    position: integer('position').notNull(),
    priceId: text('price_id').notNull(),
    productId: text('product_id').notNull(),
    /** Null for metered prices. */
    quantity: numeric('quantity'),
    currentPeriodStart: seconds('current_period_start'),
    currentPeriodEnd: seconds('current_period_end'),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
  },
  (t) => [
    index('stripe_subscription_items_subscription').on(t.subscriptionId, t.position),
    index('stripe_subscription_items_price').on(t.priceId),
  ],
);
export type SubscriptionItemRow = typeof stripeSubscriptionItems.$inferSelect;
