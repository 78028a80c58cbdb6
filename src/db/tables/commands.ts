import { index, jsonb, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';

/** One call to Stripe made by a command: what is needed to repeat it exactly. */
export interface CommandStep {
  /** Unique in the command, but for the attempts of one step. */
  name: string;
  /** Which call, e.g. `subscriptions.create`. */
  call: string;
  /** Id of the object that is changed; absent where one is made. */
  target?: string;
  /** Stripe's idempotency key. */
  key: string;
  params: Record<string, unknown>;
  /** When the key was first used; after 23 h it is never reused. */
  sentAt: string;
  /** Id of the object that Stripe answered with. */
  result?: string;
  /** The step failed for good: a decline or refusal, or a server error, which Stripe stores and repeats. */
  failed?: string;
}

/** The idempotency ledger: (account, operation, key, hash of input) -> outcome. */
export const commands = pgTable(
  'commands',
  {
    /** `tgc_…`; objects made in Stripe carry it in metadata `tollgate_command`. */
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    operation: text('operation').notNull(),
    /** The caller's idempotency key; the command's own id where none was given. */
    key: text('key').notNull(),
    inputHash: text('input_hash').notNull(),
    input: jsonb('input').notNull(),
    /** RUNNING (or interrupted), DONE, UNKNOWN (Stripe gave no answer: to be repeated) */
    state: text('state').notNull().default('RUNNING'),
    steps: jsonb('steps').$type<CommandStep[]>().notNull().default([]),
    outcome: jsonb('outcome').$type<Record<string, unknown>>(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique('commands_key').on(t.accountId, t.operation, t.key),
    index('commands_account').on(t.accountId, t.createdAt),
  ],
);
export type CommandRow = typeof commands.$inferSelect;

/** One command at a time an account; held by lease so that no lock is open while Stripe is called. */
export const commandLeases = pgTable('command_leases', {
  accountId: text('account_id').primaryKey(),
  holder: text('holder').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
