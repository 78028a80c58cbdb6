import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';

/** What this database remembers of its surroundings: the Stripe account and mode it mirrors, its own identity, backfill progress. */
export const installation = pgTable('installation', {
  key: text('key').primaryKey(),
  value: jsonb('value').notNull(),
});
