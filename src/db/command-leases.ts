import type { Queryable } from './connect.js';

/** One command at a time an account. Every moment is the database's: clocks of instances differ. */
export async function takeLease(q: Queryable, accountId: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await q.sql`
    insert into command_leases (account_id, holder, expires_at)
    values (${accountId}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
    on conflict (account_id) do update set holder = excluded.holder, expires_at = excluded.expires_at
      where command_leases.expires_at < clock_timestamp()
    returning 1`;
  return rows.length > 0;
}

/** False: it ran out and another has it. */
export async function renewLease(q: Queryable, accountId: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await q.sql`
    update command_leases set expires_at = clock_timestamp() + make_interval(secs => ${seconds})
    where account_id = ${accountId} and holder = ${holder} returning 1`;
  return rows.length > 0;
}

export async function releaseLease(q: Queryable, accountId: string, holder: string): Promise<void> {
  await q.sql`delete from command_leases where account_id = ${accountId} and holder = ${holder}`;
}
