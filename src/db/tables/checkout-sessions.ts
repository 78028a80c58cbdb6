import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

export const stripeCheckoutSessions = pgTable(
  'stripe_checkout_sessions',
  {
    ...mirrored(),
    customerId: text('customer_id'),
    mode: text('mode').notNull().default(''),
    /** `open`, `complete` or `expired` */
    status: text('status'),
    paymentStatus: text('payment_status'),
    subscriptionId: text('subscription_id'),
    expiresAt: seconds('expires_at'),
    /** Carries `tollgate_command`, `tollgate_group` and `tollgate_price` for sessions of ours. */
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
    created: seconds('created').notNull().default(0),
  },
  (t) => [
    index('stripe_checkout_sessions_customer').on(t.customerId),
    index('stripe_checkout_sessions_open').on(t.customerId).where(sql`status = 'open'`),
  ],
);
export type CheckoutSessionRow = typeof stripeCheckoutSessions.$inferSelect;
