import { bigint, bigserial, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** One line a change of status, written in the transaction that makes the change. */
export const feedEntries = pgTable(
  'feed_entries',
  {
    seq: bigserial('seq', { mode: 'number' }).primaryKey(),
    /** Null: the catalogue changed. */
    accountId: text('account_id'),
    version: bigint('version', { mode: 'number' }),
    cause: text('cause').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('feed_entries_account').on(t.accountId, t.version)],
);
