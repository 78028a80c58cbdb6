import { getTableName } from 'drizzle-orm';
import type { Queryable } from './connect.js';
import type { MirrorTable } from './mirror-rows.js';

type OfCustomer = Exclude<MirrorTable, { _: { name: 'stripe_products' | 'stripe_prices' | 'stripe_customers' } }>;

/** Ids of the customer's rows that are not tombstones; `status` narrows to rows in that state. */
export async function idsOfCustomer(
  q: Queryable,
  table: OfCustomer,
  customerId: string,
  status?: string,
): Promise<string[]> {
  const rows = await q.sql<{ id: string }[]>`
    select id from ${q.sql(getTableName(table))}
    where customer_id = ${customerId} and deleted_at is null
    ${status === undefined ? q.sql`` : q.sql`and status = ${status}`} order by id`;
  return rows.map(({ id }) => id);
}

/** Customers after the given id, in id order; tombstones left out. */
export async function customerIdsAfter(q: Queryable, after: string, limit: number): Promise<string[]> {
  const rows = await q.sql<{ id: string }[]>`
    select id from stripe_customers where id > ${after} and deleted_at is null and raw is not null
    order by id limit ${limit}`;
  return rows.map(({ id }) => id);
}

export async function testClockIds(q: Queryable): Promise<string[]> {
  const rows = await q.sql<{ id: string }[]>`
    select id from stripe_test_clocks where deleted_at is null and raw is not null order by id`;
  return rows.map(({ id }) => id);
}

/** Notes when the accounts were last read as a whole: one of them, or all that have a customer. */
export async function markSynced(q: Queryable, accountId: string | null, at: Date): Promise<void> {
  await q.sql`update billing_accounts set synced_at = greatest(synced_at, ${at})
    where stripe_customer_id is not null and (${accountId}::text is null or id = ${accountId})`;
}
