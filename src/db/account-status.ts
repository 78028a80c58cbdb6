import type { AccountStatus, StatusCause } from '../access/status-types.js';
import type { Owner } from './accounts.js';
import type { Queryable, Tx } from './connect.js';
import { stripeNowSql } from './stripe-time.js';

export interface StoredStatus {
  version: number;
  /** Null until the rules first ran. */
  status: AccountStatus | null;
}

/** The account's row lock, held until the transaction ends, and what is stored. Null: there is no such account. */
export async function lockStatus(tx: Tx, accountId: string): Promise<StoredStatus | null> {
  const [row] = await tx.sql<StoredStatus[]>`
    select version, status from billing_accounts where id = ${accountId} for update`;
  return row ?? null;
}

/** Stores a new version and its feed entry. `nextTransitionAt` in Stripe's seconds. Answers the version. */
export async function storeStatus(
  tx: Tx,
  accountId: string,
  change: { status: AccountStatus; cause: StatusCause; nextTransitionAt: number | null },
): Promise<number> {
  const [row] = await tx.sql<{ version: number }[]>`
    with stored as (
      update billing_accounts set
        version = version + 1,
        status = ${tx.sql.json(change.status as never)},
        cause = ${change.cause},
        changed_at = clock_timestamp(),
        next_transition_at = to_timestamp(${change.nextTransitionAt})
      where id = ${accountId}
      returning id, version, cause
    )
    insert into feed_entries (account_id, version, cause) select id, version, cause from stored
    returning version`;
  if (!row) throw new Error(`Account ${accountId} vanished while it was locked.`);
  return row.version;
}

/** The status is as stored (or is the one that no status stands for): only its next transition is noted. */
export async function confirmStatus(
  tx: Tx,
  accountId: string,
  status: AccountStatus,
  nextTransitionAt: number | null,
): Promise<void> {
  await tx.sql`
    update billing_accounts
    set status = coalesce(status, ${tx.sql.json(status as never)}), next_transition_at = to_timestamp(${nextTransitionAt})
    where id = ${accountId}
      and (status is null or next_transition_at is distinct from to_timestamp(${nextTransitionAt}))`;
}

/** Versions of those of the accounts whose version is not the one given: `known` maps account id to version. */
export async function versionsBeyond(q: Queryable, known: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const rows = await q.sql<{ id: string; version: number }[]>`
    select account.id, account.version
    from unnest(${[...known.keys()]}::text[], ${[...known.values()]}::bigint[]) as known (id, version)
    join billing_accounts account on account.id = known.id
    where account.version <> known.version`;
  return new Map(rows.map(({ id, version }) => [id, version]));
}

export interface WatchedStatus {
  accountId: string;
  owner: Owner;
  version: number;
  /** Until time alone may change it, on Stripe's clock; null when it cannot. */
  secondsToTransition: number | null;
}

/** What following an account's status needs of it: one indexed row. */
export async function watchedStatus(q: Queryable, accountId: string): Promise<WatchedStatus | null> {
  const [row] = await q.sql<(Omit<WatchedStatus, 'accountId' | 'owner'> & { kind: Owner['kind']; ownerId: string })[]>`
    select owner_kind as kind, owner_id as "ownerId", version,
      (extract(epoch from next_transition_at) - ${stripeNowSql(q)})::float8 as "secondsToTransition"
    from billing_accounts where id = ${accountId}`;
  if (!row) return null;
  const { kind, ownerId, version, secondsToTransition } = row;
  return { accountId, owner: { kind, id: ownerId }, version, secondsToTransition };
}
