import { and, desc, eq, sql } from 'drizzle-orm';
import type { Queryable } from './connect.js';
import { type CommandRow, type CommandStep, commands } from './tables/commands.js';

export type { CommandRow, CommandStep };
export type NewCommand = Pick<CommandRow, 'id' | 'accountId' | 'operation' | 'key' | 'inputHash' | 'input'>;

export async function commandByKey(
  q: Queryable,
  of: Pick<CommandRow, 'accountId' | 'operation' | 'key'>,
): Promise<CommandRow | null> {
  const [row] = await q.orm
    .select()
    .from(commands)
    .where(and(eq(commands.accountId, of.accountId), eq(commands.operation, of.operation), eq(commands.key, of.key)))
    .limit(1);
  return row ?? null;
}

/** The command of this key: the one given, or an earlier one. */
export async function openCommand(q: Queryable, command: NewCommand): Promise<CommandRow> {
  const [made] = await q.orm.insert(commands).values(command).onConflictDoNothing().returning();
  const row = made ?? (await commandByKey(q, command));
  if (!row) throw new Error(`Command ${command.id} was neither made nor found.`);
  return row;
}

/** What changes of a command while it is carried out. */
export type CommandProgress = Partial<Pick<CommandRow, 'steps' | 'state' | 'outcome'>>;

/** False: the lease went to another, and nothing was written. */
export async function writeCommand(
  q: Queryable,
  command: Pick<CommandRow, 'id' | 'accountId'>,
  holder: string,
  progress: CommandProgress,
): Promise<boolean> {
  const rows = await q.orm
    .update(commands)
    .set({ ...progress, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(commands.id, command.id), heldBy(command, holder)))
    .returning({ id: commands.id });
  return rows.length > 0;
}

/** For a command that did nothing: its key is free again. Not if the lease went to another. */
export async function forgetCommand(
  q: Queryable,
  command: Pick<CommandRow, 'id' | 'accountId'>,
  holder: string,
): Promise<void> {
  await q.orm.delete(commands).where(and(eq(commands.id, command.id), heldBy(command, holder)));
}

const heldBy = ({ accountId }: Pick<CommandRow, 'accountId'>, holder: string) =>
  sql`exists (select from command_leases l where l.account_id = ${accountId} and l.holder = ${holder})`;

/** Commands of the account that have no outcome yet, newest first: they were interrupted, or Stripe gave no answer. */
export async function openCommandsOf(q: Queryable, accountId: string): Promise<CommandRow[]> {
  return q.orm
    .select()
    .from(commands)
    .where(and(eq(commands.accountId, accountId), sql`${commands.state} <> 'DONE'`))
    .orderBy(desc(commands.createdAt))
    .limit(20);
}
