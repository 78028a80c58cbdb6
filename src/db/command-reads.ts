import { accountByCustomer } from './accounts.js';
import type { Queryable } from './connect.js';
import type { BillingAccountRow } from './tables/accounts.js';

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
 * Of the given accounts (of all, without them) those with something left of a start in a group that has a subscription
 * in force: an open Checkout session, or a subscription that was never paid. At most 500.
 */
export async function accountsWithLeftovers(q: Queryable, accountIds: readonly string[] | null): Promise<string[]> {
  const ofThese = accountIds === null ? q.sql`` : q.sql`and a.id = any(${[...accountIds]})`;
  // As the rules find it: the first licensed item whose product is known.
  const groupOf = q.sql`
    select coalesce(p.plan_group, s.metadata->>'tollgate_group') as plan_group from stripe_subscription_items i
    join stripe_prices r on r.id = i.price_id and r.usage_type = 'licensed'
    join stripe_products p on p.id = i.product_id
    where i.subscription_id = s.id order by i.position limit 1`;
  const rows = await q.sql<{ id: string }[]>`
    with begun as (
      select s.customer_id, g.plan_group from stripe_subscriptions s, lateral (${groupOf}) as g
      where s.status = 'incomplete'
      union all
      select c.customer_id, c.metadata->>'tollgate_group' from stripe_checkout_sessions c
      where c.status = 'open' and c.mode = 'subscription'
    )
    select distinct a.id from begun
    join billing_accounts a on a.stripe_customer_id = begun.customer_id ${ofThese}
    where exists (
      select from stripe_subscriptions s, lateral (${groupOf}) as g
      where s.customer_id = begun.customer_id and g.plan_group = begun.plan_group
        and s.status not in ('', 'incomplete', 'incomplete_expired', 'canceled'))
    order by a.id limit 500`;
  return rows.map(({ id }) => id);
}
