import type { BillingAccountRow } from './accounts.js';
import { accountByCustomer } from './accounts.js';
import type { Queryable } from './connect.js';

/** The account that a mirrored subscription belongs to; null where either is unknown. */
export async function accountOfSubscription(q: Queryable, subscriptionId: string): Promise<BillingAccountRow | null> {
  const [row] = await q.sql<{ customerId: string }[]>`
    select customer_id as "customerId" from stripe_subscriptions where id = ${subscriptionId} and raw is not null`;
  return row ? accountByCustomer(q, row.customerId) : null;
}

export interface CustomerStanding {
  /** Locked by the first charge; null while it is free. */
  currency: string | null;
  trialUsed: boolean;
}

/** What of a customer's past decides on a start. */
export async function customerStanding(q: Queryable, customerId: string): Promise<CustomerStanding> {
  const [row] = await q.sql<CustomerStanding[]>`
    select (select currency from stripe_customers where id = ${customerId}) as currency,
      exists (select from stripe_subscriptions
        where customer_id = ${customerId} and trial_start is not null) as "trialUsed"`;
  return row ?? { currency: null, trialUsed: false };
}

/** False: the account was refreshed less than `seconds` ago, on whichever instance. */
export async function mayRefresh(q: Queryable, accountId: string, seconds: number): Promise<boolean> {
  const rows = await q.sql`
    update billing_accounts set refresh_asked_at = clock_timestamp()
    where id = ${accountId}
      and (refresh_asked_at is null or refresh_asked_at <= clock_timestamp() - make_interval(secs => ${seconds}))
    returning 1`;
  return rows.length > 0;
}

/**
 * Of the given accounts (all, without them) those with something left in a group that has a subscription in force: an
 * open Checkout session, or a start that was never paid.
 */
export async function accountsWithLeftovers(q: Queryable, accountIds: readonly string[] | null): Promise<string[]> {
  const only = accountIds === null ? q.sql`true` : q.sql`a.id = any(${[...accountIds]})`;
  const rows = await q.sql<{ id: string }[]>`
    with held as (
      select a.id as account_id, s.id, s.status, coalesce(s.metadata->>'tollgate_group', p.plan_group) as plan_group
      from billing_accounts a
      join stripe_subscriptions s on s.customer_id = a.stripe_customer_id
      left join lateral (
        select p.plan_group from stripe_subscription_items i
        join stripe_prices r on r.id = i.price_id and r.usage_type = 'licensed'
        join stripe_products p on p.id = i.product_id
        where i.subscription_id = s.id order by i.position limit 1) as p on true
      where ${only} and s.status not in ('canceled', 'incomplete_expired', '')
    )
    select distinct live.account_id as id from held live
    join billing_accounts a on a.id = live.account_id
    where live.status <> 'incomplete' and live.plan_group is not null and (
      exists (select from held begun where begun.account_id = live.account_id
        and begun.status = 'incomplete' and begun.plan_group = live.plan_group)
      or exists (select from stripe_checkout_sessions c where c.customer_id = a.stripe_customer_id
        and c.status = 'open' and c.mode = 'subscription' and c.metadata->>'tollgate_group' = live.plan_group))
    order by id limit 500`;
  return rows.map(({ id }) => id);
}
