import { pgTable, text } from 'drizzle-orm/pg-core';
import { mirrored, seconds } from './mirrored.js';

/** Stripe's test clocks: a customer that lives on one has its time, not ours. */
export const stripeTestClocks = pgTable('stripe_test_clocks', {
  ...mirrored(),
  name: text('name'),
  /** `ready`, `advancing` or `internal_failure` */
  status: text('status').notNull().default(''),
  frozenTime: seconds('frozen_time').notNull().default(0),
  created: seconds('created').notNull().default(0),
});
export type TestClockRow = typeof stripeTestClocks.$inferSelect;
