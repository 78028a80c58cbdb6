import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

export const stripePaymentMethods = pgTable(
  'stripe_payment_methods',
  {
    ...mirrored(),
    /** Null once detached. */
    customerId: text('customer_id'),
    type: text('type').notNull().default(''),
    brand: text('brand'),
    last4: text('last4'),
    expMonth: integer('exp_month'),
    expYear: integer('exp_year'),
    fingerprint: text('fingerprint'),
    created: seconds('created').notNull().default(0),
  },
  (t) => [index('stripe_payment_methods_customer').on(t.customerId)],
);
export type PaymentMethodRow = typeof stripePaymentMethods.$inferSelect;
