import type { Owner } from './accounts.js';
import type { Queryable, Tx } from './connect.js';

/**
 * Objects of one customer are projected one at a time: whoever writes one holds this lock until the transaction ends.
 * It is not the account's row, because the customer's account may not be known yet.
 */
export async function lockCustomers(tx: Tx, customerIds: readonly string[]): Promise<void> {
  if (customerIds.length === 0) return;
  await tx.sql`
    select pg_advisory_xact_lock(hashtextextended(id, 0))
    from (select distinct unnest(${[...customerIds].sort()}::text[]) as id order by 1) as customers`;
}

/** Locks the rows of the customers' accounts, in the accounts' order. Maps customer id to account id. */
export async function lockAccountsOf(tx: Tx, customerIds: readonly string[]): Promise<Map<string, string>> {
  if (customerIds.length === 0) return new Map();
  const rows = await tx.sql<{ id: string; customer: string }[]>`
    select id, stripe_customer_id as customer from billing_accounts
    where stripe_customer_id = any(${[...customerIds]}) order by id for update`;
  return new Map(rows.map(({ id, customer }) => [customer, id]));
}

export interface Attachment {
  accountId: string;
  /** `conflict`: the owner's account has another customer, or the customer another account. Nothing was changed. */
  result: 'attached' | 'already' | 'conflict';
}

/**
 * Makes a customer the owner's, with an account if the owner has none (`accountId` its id, unless that is taken): so a
 * lost database finds its accounts again. Never switches either side.
 */
export async function attachCustomer(
  tx: Tx,
  customerId: string,
  owner: Owner,
  options: { accountId?: string; email?: string | null } = {},
): Promise<Attachment> {
  const made = options.accountId ?? null;
  await tx.sql`
    insert into billing_accounts (id, owner_kind, owner_id, email)
    select case when ${made}::text is not null and not exists (select from billing_accounts where id = ${made})
      then ${made} else 'tga_' || replace(gen_random_uuid()::text, '-', '') end, ${owner.kind}, ${owner.id}, ${options.email ?? null}
    on conflict (owner_kind, owner_id) do nothing`;
  const accounts = await tx.sql<{ id: string; customer: string | null; owned: boolean }[]>`
    select id, stripe_customer_id as customer, owner_kind = ${owner.kind} and owner_id = ${owner.id} as owned
    from billing_accounts
    where (owner_kind = ${owner.kind} and owner_id = ${owner.id}) or stripe_customer_id = ${customerId}
    order by id for update`;
  const account = accounts.find(({ owned }) => owned);
  if (!account) throw new Error(`The account of ${owner.kind}:${owner.id} vanished while it was attached.`);
  if (account.customer === customerId) return { accountId: account.id, result: 'already' };
  if (account.customer !== null || accounts.length > 1) return { accountId: account.id, result: 'conflict' };
  await tx.sql`update billing_accounts set stripe_customer_id = ${customerId} where id = ${account.id}`;
  return { accountId: account.id, result: 'attached' };
}

/** A deleted customer can never be charged again: its account is free for another. Answers the accounts it left. */
export async function detachCustomers(tx: Tx, customerIds: readonly string[]): Promise<string[]> {
  if (customerIds.length === 0) return [];
  const rows = await tx.sql<{ id: string }[]>`
    update billing_accounts set stripe_customer_id = null
    where stripe_customer_id = any(${[...customerIds]}) returning id`;
  return rows.map(({ id }) => id);
}

export interface CustomerConflict {
  customerId: string;
  /** `user:<sub>` or `organization:<org>`, as the customer's metadata say. */
  owner: string;
  accountId: string;
  /** The customer that the owner's account has. */
  attachedCustomerId: string | null;
}

/** Customers that say they are an owner's whose account has another: `doctor` reports them. */
export async function customerConflicts(q: Queryable): Promise<CustomerConflict[]> {
  return q.sql<CustomerConflict[]>`
    select c.id as "customerId", c.owner, a.id as "accountId", a.stripe_customer_id as "attachedCustomerId"
    from stripe_customers c
    join billing_accounts a on a.owner_kind || ':' || a.owner_id = c.owner
    where c.raw is not null and c.deleted_at is null and a.stripe_customer_id is distinct from c.id
    order by c.owner, c.id`;
}

/** Customers that live on these test clocks: few by Stripe's limits. */
export async function customersOnClocks(q: Queryable, testClockIds: readonly string[]): Promise<string[]> {
  if (testClockIds.length === 0) return [];
  const rows = await q.sql<{ id: string }[]>`
    select id from stripe_customers where test_clock_id = any(${[...testClockIds]}) and deleted_at is null`;
  return rows.map(({ id }) => id);
}

/** The due-time sweep computes these accounts again: what their plans grant may have changed. */
export async function markAccountsDue(
  tx: Tx,
  because: { productIds: readonly string[]; priceIds: readonly string[] },
): Promise<void> {
  const products = [...because.productIds];
  const prices = [...because.priceIds];
  await tx.sql`
    update billing_accounts set next_transition_at = to_timestamp(0)
    where id in (
      select a.id from billing_accounts a
      where a.stripe_customer_id in (
        select s.customer_id from stripe_subscription_items i
        join stripe_subscriptions s on s.id = i.subscription_id
        where (i.product_id = any(${products}) or i.price_id = any(${prices}))
          and s.status not in ('canceled', 'incomplete_expired'))
      order by a.id for update)`;
}
