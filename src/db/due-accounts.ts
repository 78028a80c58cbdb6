import type { Queryable, Tx } from './connect.js';
import { stripeNowSql } from './stripe-time.js';

/** Locks and answers accounts whose status may have changed by time alone; those that others work on are left out. */
export async function claimDueAccounts(tx: Tx, most: number): Promise<string[]> {
  const rows = await tx.sql<{ id: string }[]>`
    select id from billing_accounts
    where next_transition_at <= to_timestamp(${stripeNowSql(tx)})
    order by next_transition_at
    limit ${most}
    for update skip locked`;
  return rows.map(({ id }) => id);
}

/** Seconds until an account is due; 0 when one is, null when none will be. */
export async function secondsToNextDue(q: Queryable): Promise<number | null> {
  const [row] = await q.sql<{ seconds: number | null }[]>`
    select greatest(0, extract(epoch from next_transition_at) - ${stripeNowSql(q)})::float8 as seconds
    from billing_accounts where next_transition_at is not null order by next_transition_at limit 1`;
  return row?.seconds ?? null;
}

/** Lets an account that cannot be computed wait, so that it does not hold up others. */
export async function postponeAccount(q: Queryable, accountId: string, seconds: number): Promise<void> {
  await q.sql`
    update billing_accounts set next_transition_at = to_timestamp(${stripeNowSql(q)} + ${seconds}::bigint)
    where id = ${accountId}`;
}
