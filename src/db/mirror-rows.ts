import { getTableColumns, getTableName, inArray, sql } from 'drizzle-orm';
import type { Queryable, Tx } from './connect.js';
import type { stripeCheckoutSessions } from './tables/checkout-sessions.js';
import type { stripeCustomers } from './tables/customers.js';
import type { stripeInvoices } from './tables/invoices.js';
import type { stripePaymentMethods } from './tables/payment-methods.js';
import type { stripePrices } from './tables/prices.js';
import type { stripeProducts } from './tables/products.js';
import type { stripeSubscriptions } from './tables/subscriptions.js';
import type { stripeTestClocks } from './tables/test-clocks.js';

export type MirrorTable =
  | typeof stripeProducts
  | typeof stripePrices
  | typeof stripeCustomers
  | typeof stripeSubscriptions
  | typeof stripeInvoices
  | typeof stripePaymentMethods
  | typeof stripeCheckoutSessions
  | typeof stripeTestClocks;

/** What every mirrored row has beside its own columns. */
export type MirrorRow = Pick<
  typeof stripeProducts.$inferSelect,
  | 'id'
  | 'raw'
  | 'dirtySeq'
  | 'cleanSeq'
  | 'writeSeq'
  | 'stateFrom'
  | 'stateTo'
  | 'readLeaseUntil'
  | 'readLeaseHolder'
  | 'deletedAt'
  | 'updatedAt'
>;

// Every mirrored table has the columns of MirrorRow; queries that use only these may take any of them for this one.
const anyOf = (table: MirrorTable) => table as typeof stripeProducts;

/** Locks the rows of these ids until the transaction ends; those that do not exist are made, knowing nothing yet. */
export async function lockRows(tx: Tx, table: MirrorTable, ids: readonly string[]): Promise<Map<string, MirrorRow>> {
  const found = await lockExisting(tx, table, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    await tx.orm
      .insert(anyOf(table))
      .values(missing.sort().map((id) => ({ id })))
      .onConflictDoNothing();
    for (const [id, row] of await lockExisting(tx, table, missing)) found.set(id, row);
  }
  return found;
}

async function lockExisting(tx: Tx, table: MirrorTable, ids: readonly string[]): Promise<Map<string, MirrorRow>> {
  const rows = await tx.orm
    .select()
    .from(anyOf(table))
    .where(inArray(anyOf(table).id, [...ids]))
    .orderBy(anyOf(table).id)
    .for('update');
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes locked rows, every column. */
export async function writeRows(tx: Tx, table: MirrorTable, rows: readonly MirrorRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.orm
    .insert(anyOf(table))
    .values([...rows])
    .onConflictDoUpdate({ target: anyOf(table).id, set: everyColumn(table) });
}

function everyColumn(table: MirrorTable) {
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => key !== 'id');
  return Object.fromEntries(columns.map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]));
}

/** The next tick of the mirror's clock. */
export async function drawTick(q: Queryable): Promise<number> {
  const [row] = await q.sql<{ tick: number }[]>`select nextval('mirror_clock') as tick`;
  if (!row) throw new Error('nextval answered no row.');
  return row.tick;
}

export interface ReadLease {
  holder: string;
  /** The tick at which the question may be asked. */
  asked: number;
  /** A read asked for at this tick was applied already. */
  cleanSeq: number;
}

/** The right to read an object from Stripe now; null while another has it. The object's row is made if there is none. */
export async function takeReadLease(
  q: Queryable,
  table: MirrorTable,
  id: string,
  holder: string,
  seconds: number,
): Promise<ReadLease | null> {
  const [row] = await q.sql<{ asked: number; clean: number }[]>`
    insert into ${q.sql(getTableName(table))} as t (id, read_lease_holder, read_lease_until)
    values (${id}, ${holder}, now() + make_interval(secs => ${seconds}))
    on conflict (id) do update set read_lease_holder = excluded.read_lease_holder,
      read_lease_until = excluded.read_lease_until
      where t.read_lease_until is null or t.read_lease_until < now() or t.read_lease_holder = excluded.read_lease_holder
    returning nextval('mirror_clock') as asked, t.clean_seq as clean`;
  return row ? { holder, asked: row.asked, cleanSeq: row.clean } : null;
}

export async function releaseReadLease(q: Queryable, table: MirrorTable, id: string, holder: string): Promise<void> {
  await q.sql`update ${q.sql(getTableName(table))} set read_lease_until = null, read_lease_holder = null
    where id = ${id} and read_lease_holder = ${holder}`;
}

/** The tick up to which reads have answered; 0 for a row that does not exist. */
export async function cleanSeqOf(q: Queryable, table: MirrorTable, id: string): Promise<number> {
  const [row] = await q.sql<{ clean: number }[]>`
    select clean_seq as clean from ${q.sql(getTableName(table))} where id = ${id}`;
  return row?.clean ?? 0;
}
