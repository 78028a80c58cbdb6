import { bigint, jsonb, text, timestamp } from 'drizzle-orm/pg-core';

/** Stripe's time: whole seconds since 1970. */
export const seconds = (name: string) => bigint(name, { mode: 'number' });

/** An amount in the currency's smallest unit. */
export const minorUnits = (name: string) => bigint(name, { mode: 'number' });

/**
 * What every mirrored Stripe object keeps beside its own columns.
 * A row may exist before its object is known (`raw` is null): events count their arrival in `dirty_seq` first.
 */
export const mirrored = () => ({
  id: text('id').primaryKey(),
  /** The object as Stripe sent it, embedded foreign objects reduced to ids, secrets stripped. */
  raw: jsonb('raw').$type<Record<string, unknown>>(),
  /** Grows with each event received for the object. */
  dirtySeq: bigint('dirty_seq', { mode: 'number' }).notNull().default(0),
  /** `dirty_seq` as noted before the last applied read was sent: events up to it are answered by that read. */
  cleanSeq: bigint('clean_seq', { mode: 'number' }).notNull().default(0),
  /** Grows with each write of the object's state; a read that was sent before the last write is discarded. */
  writeSeq: bigint('write_seq', { mode: 'number' }).notNull().default(0),
  /** The stored state is Stripe's state at some moment within these bounds (Stripe's seconds). */
  stateFrom: seconds('state_from').notNull().default(0),
  stateTo: seconds('state_to').notNull().default(0),
  /** At most one read of an object is in flight; the lease outlives its holder's crash by its expiry only. */
  readLeaseUntil: timestamp('read_lease_until', { withTimezone: true }),
  readLeaseHolder: text('read_lease_holder'),
  /** Tombstone: Stripe no longer has the object. */
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
