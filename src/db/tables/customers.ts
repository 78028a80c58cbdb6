import { boolean, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { minorUnits, mirrored, seconds } from './mirrored.js';

export interface StoredAddress {
  line1: string | null;
  line2: string | null;
  city: string | null;
  state: string | null;
  postal_code: string | null;
  country: string | null;
}

export const stripeCustomers = pgTable(
  'stripe_customers',
  {
    ...mirrored(),
    /** `user:<sub>` or `organization:<org>`, from the metadata key that names the owner. */
    owner: text('owner'),
    email: text('email'),
    name: text('name'),
    phone: text('phone'),
    address: jsonb('address').$type<StoredAddress>(),
    /** Locked by the first charge. */
    currency: text('currency'),
    defaultPaymentMethodId: text('default_payment_method_id'),
    balance: minorUnits('balance').notNull().default(0),
    delinquent: boolean('delinquent').notNull().default(false),
    testClockId: text('test_clock_id'),
    metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
    created: seconds('created').notNull().default(0),
  },
  (t) => [index('stripe_customers_owner').on(t.owner)],
);
export type CustomerRow = typeof stripeCustomers.$inferSelect;
