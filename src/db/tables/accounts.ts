import { bigint, index, integer, jsonb, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';
import type { AccountStatus } from '../../access/status-types.js';

/** The payer: one owner, one Stripe customer, always. Exists from the owner's first request on. */
export const billingAccounts = pgTable(
  'billing_accounts',
  {
    /** `tga_…` */
    id: text('id').primaryKey(),
    /** `user` or `organization` */
    ownerKind: text('owner_kind').notNull(),
    ownerId: text('owner_id').notNull(),
    email: text('email'),
    stripeCustomerId: text('stripe_customer_id').unique(),
    /** Grows by one with each change of status, in commit order. */
    version: bigint('version', { mode: 'number' }).notNull().default(1),
    /** The result of the pure rules; null until first computed. */
    status: jsonb('status').$type<AccountStatus>(),
    cause: text('cause').notNull().default('ACCOUNT_CREATED'),
    changedAt: timestamp('changed_at', { withTimezone: true }).notNull().defaultNow(),
    /** When time alone may change the status; the due-time sweep looks here. */
    nextTransitionAt: timestamp('next_transition_at', { withTimezone: true }),
    /** When the account was last read from Stripe as a whole (billingRefresh, backfill). */
    syncedAt: timestamp('synced_at', { withTimezone: true }),
    /** When `billingRefresh` was last asked for; it is rate limited. */
    refreshAskedAt: timestamp('refresh_asked_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique('billing_accounts_owner').on(t.ownerKind, t.ownerId),
    index('billing_accounts_due').on(t.nextTransitionAt),
  ],
);
export type BillingAccountRow = typeof billingAccounts.$inferSelect;

/** A customer being created: recorded with its exact parameters before Stripe is called. */
export const customerClaims = pgTable('customer_claims', {
  accountId: text('account_id').primaryKey(),
  attempt: integer('attempt').notNull().default(1),
  /** Stripe's idempotency key of this attempt. */
  idempotencyKey: text('idempotency_key').notNull(),
  params: jsonb('params').$type<Record<string, unknown>>().notNull(),
  claimedAt: timestamp('claimed_at', { withTimezone: true }).notNull().defaultNow(),
  /** When the first attempt was claimed: a search for a lost customer looks at those created since. */
  firstClaimedAt: timestamp('first_claimed_at', { withTimezone: true }).notNull().defaultNow(),
});
