import { sql } from 'drizzle-orm';
import { bigint, bigserial, customType, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { seconds } from './mirrored.js';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Every correctly signed message, once. `id` is Stripe's event id. */
export const inboxEvents = pgTable(
  'inbox_events',
  {
    id: text('id').primaryKey(),
    /** Order of arrival. */
    seq: bigserial('seq', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    apiVersion: text('api_version'),
    created: seconds('created').notNull(),
    objectType: text('object_type'),
    objectId: text('object_id'),
    /** Events of one lane are projected one at a time and in order: the customer's id, else the object's. */
    lane: text('lane').notNull(),
    /** The mirror's clock when the event was first projected: a read sent later has seen what it tells. */
    tick: bigint('tick', { mode: 'number' }),
    /** The body as signed. */
    body: bytea('body').notNull(),
    /** RECEIVED, DONE, STALE, IGNORED, FAILED (will be retried), GAVE_UP */
    state: text('state').notNull().default('RECEIVED'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
    nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }).notNull().defaultNow(),
    processedAt: timestamp('processed_at', { withTimezone: true }),
    accountId: text('account_id'),
  },
  (t) => [
    index('inbox_events_seq').on(t.seq),
    index('inbox_events_object').on(t.objectId),
    // What waits for work stays small however long the table gets.
    index('inbox_events_due').on(t.nextAttemptAt).where(sql`state in ('RECEIVED', 'FAILED')`),
    index('inbox_events_lane').on(t.lane, t.seq).where(sql`state in ('RECEIVED', 'FAILED')`),
  ],
);
export type InboxEventRow = typeof inboxEvents.$inferSelect;

/** A lane being worked on; the lease lets another instance go on after a crash. */
export const inboxLanes = pgTable('inbox_lanes', {
  lane: text('lane').primaryKey(),
  holder: text('holder').notNull(),
  leaseUntil: timestamp('lease_until', { withTimezone: true }).notNull(),
});
