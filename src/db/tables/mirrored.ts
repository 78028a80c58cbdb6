import { bigint, jsonb, pgSequence, text, timestamp } from 'drizzle-orm/pg-core';

/** Stripe's time: whole seconds since 1970. */
export const seconds = (name: string) => bigint(name, { mode: 'number' });

/** An amount in the currency's smallest unit. */
export const minorUnits = (name: string) => bigint(name, { mode: 'number' });

/**
 * The mirror's logical clock, one for all objects. A tick is drawn when something is learned (an event's arrival, a
 * write of a state) and before something is asked of Stripe; whatever was learned at an earlier tick, a later
 * question has seen. Never Stripe's seconds, never this machine's.
 */
export const mirrorClock = pgSequence('mirror_clock');

/**
 * What every mirrored Stripe object keeps beside its own columns.
 * A row may exist before its object is known (`raw` is null): an event that needs a read notes its arrival first.
 */
export const mirrored = () => ({
  id: text('id').primaryKey(),
  /** The object as Stripe sent it, embedded foreign objects reduced to ids, secrets stripped. */
  raw: jsonb('raw').$type<Record<string, unknown>>(),
  /** Tick of the newest event that asked for a read. */
  dirtySeq: bigint('dirty_seq', { mode: 'number' }).notNull().default(0),
  /** Tick noted before the last applied read was sent: events up to it are answered by that read. */
  cleanSeq: bigint('clean_seq', { mode: 'number' }).notNull().default(0),
  /** Tick of the last write of the object's state; an answer asked for before it is discarded. */
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
