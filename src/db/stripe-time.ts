import type { Queryable } from './connect.js';

/** Key in `installation`: by how many seconds Stripe's clock is ahead of the database's. */
const KEY = 'stripe_clock_offset';

/** Stripe's time as this installation knows it, in seconds: the database's clock and the offset last observed. */
export async function stripeNow(q: Queryable): Promise<number> {
  const [row] = await q.sql<{ now: number }[]>`select ${stripeNowSql(q)} as now`;
  if (!row) throw new Error('A select without from answered no row.');
  return row.now;
}

/** The same as an expression of whole seconds, for statements that compare with it. */
export function stripeNowSql(q: Queryable) {
  return q.sql`floor(extract(epoch from clock_timestamp()) + coalesce(
    (select (value #>> '{}')::float8 from installation where key = ${KEY}), 0))::bigint`;
}

/** The offset last observed, in seconds; 0 while none was. */
export async function stripeClockOffset(q: Queryable): Promise<number> {
  const [row] = await q.sql<{ offset: number }[]>`
    select coalesce((select (value #>> '{}')::float8 from installation where key = ${KEY}), 0) as offset`;
  return row?.offset ?? 0;
}

/**
 * Remembers that Stripe's clock showed `seconds` when the database's shows now. Smaller differences than `tolerance`
 * seconds from the database's own clock are none.
 */
export async function rememberStripeTime(q: Queryable, seconds: number, tolerance: number): Promise<number> {
  const [row] = await q.sql<{ offset: number }[]>`
    with seen as (select ${seconds}::float8 - extract(epoch from clock_timestamp())::float8 as offset)
    insert into installation (key, value)
    select ${KEY}, to_jsonb(case when abs(seen.offset) <= ${tolerance}::float8 then 0 else round(seen.offset::numeric, 1) end)
    from seen
    on conflict (key) do update set value = excluded.value
    returning (value #>> '{}')::float8 as offset`;
  if (!row) throw new Error('An insert with returning answered no row.');
  return row.offset;
}
