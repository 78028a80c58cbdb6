import type { Queryable } from './connect.js';

export interface CustomerClaim {
  attempt: number;
  /** Stripe's idempotency key of this attempt. */
  idempotencyKey: string;
  params: Record<string, unknown>;
  /** Seconds since this attempt was claimed, by the database's clock. */
  age: number;
  /** Seconds since 1970: when the account first claimed a customer. */
  firstClaimedAt: number;
}

const columns = (q: Queryable) => q.sql`
  attempt, idempotency_key as "idempotencyKey", params,
  extract(epoch from clock_timestamp() - claimed_at)::float8 as age,
  floor(extract(epoch from first_claimed_at))::bigint as "firstClaimedAt"`;

/** The account's claim: the one given where there was none (`isNew`), else the one that stands, with its parameters. */
export async function claimCustomer(
  q: Queryable,
  accountId: string,
  claim: Pick<CustomerClaim, 'idempotencyKey' | 'params'>,
): Promise<CustomerClaim & { isNew: boolean }> {
  const [made] = await q.sql<CustomerClaim[]>`
    insert into customer_claims (account_id, idempotency_key, params)
    values (${accountId}, ${claim.idempotencyKey}, ${q.sql.json(claim.params as never)})
    on conflict (account_id) do nothing returning ${columns(q)}`;
  if (made) return { ...made, isNew: true };
  const [standing] = await q.sql<CustomerClaim[]>`
    select ${columns(q)} from customer_claims where account_id = ${accountId}`;
  // Settled between the two statements: the next look finds the account's customer.
  if (!standing) return claimCustomer(q, accountId, claim);
  return { ...standing, isNew: false };
}

/** The next attempt, with a key of its own; the same for all who see the last one fail. */
export async function claimAgain(
  q: Queryable,
  accountId: string,
  failed: CustomerClaim,
  claim: Pick<CustomerClaim, 'idempotencyKey' | 'params'>,
): Promise<void> {
  await q.sql`
    update customer_claims set attempt = attempt + 1, claimed_at = clock_timestamp(),
      idempotency_key = ${claim.idempotencyKey}, params = ${q.sql.json(claim.params as never)}
    where account_id = ${accountId} and attempt = ${failed.attempt}`;
}

export async function dropClaim(q: Queryable, accountId: string): Promise<void> {
  await q.sql`delete from customer_claims where account_id = ${accountId}`;
}

/** The oldest mirrored customer that says it is the owner's and is no other account's; null where there is none. */
export async function unattachedCustomerOf(q: Queryable, owner: string): Promise<string | null> {
  const [row] = await q.sql<{ id: string }[]>`
    select c.id from stripe_customers c
    where c.owner = ${owner} and c.raw is not null and c.deleted_at is null
      and not exists (select from billing_accounts a where a.stripe_customer_id = c.id)
    order by c.created, c.id limit 1`;
  return row?.id ?? null;
}
