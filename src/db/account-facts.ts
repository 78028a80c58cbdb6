import { featureLimit } from '../access/feature-limit.js';
import type { AccountFacts, InvoiceFacts, ItemFacts, SubscriptionFacts } from '../access/status-types.js';
import type { Queryable } from './connect.js';
import { stripeNowSql } from './stripe-time.js';
import type { ProductFeature } from './tables/products.js';

export interface AccountFactsNow {
  facts: AccountFacts;
  /** The account's now, in Stripe's seconds: its customer's test clock, else Stripe's time as last observed. */
  now: number;
  /** Time stands still between the clock's own events. */
  onTestClock: boolean;
}

type LoadedItem = Omit<ItemFacts, 'features'> & {
  productFeatures: ProductFeature[] | null;
  productMetadata: Record<string, string> | null;
};
interface Loaded {
  now: number;
  frozen_time: number | null;
  default_payment_method_id: string | null;
  subscriptions: (Omit<SubscriptionFacts, 'items'> & { items: LoadedItem[] })[];
  invoices: InvoiceFacts[];
  payment_methods: AccountFacts['paymentMethods'];
}

/** Everything that an account's status depends on, as of one moment: one statement. */
export async function accountFacts(q: Queryable, accountId: string): Promise<AccountFactsNow | null> {
  const [row] = await q.sql<Loaded[]>`
    select
      ${stripeNowSql(q)} as now,
      clock.frozen_time,
      customer.default_payment_method_id,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', s.id, 'status', s.status, 'created', s.created, 'startDate', s.start_date, 'trialEnd', s.trial_end,
          'cancelAt', s.cancel_at, 'cancelAtPeriodEnd', s.cancel_at_period_end, 'canceledAt', s.canceled_at,
          'endedAt', s.ended_at, 'collectionMethod', s.collection_method,
          'collectionPaused', s.pause_collection is not null and s.pause_collection <> 'null',
          'hasPendingUpdate', s.pending_update is not null and s.pending_update <> 'null',
          'pendingUpdateExpiresAt', (s.pending_update ->> 'expires_at')::bigint,
          'latestInvoiceId', s.latest_invoice_id, 'defaultPaymentMethodId', s.default_payment_method_id,
          'items', coalesce((
            select jsonb_agg(jsonb_build_object(
              'id', i.id, 'priceId', i.price_id, 'productId', i.product_id, 'quantity', i.quantity::text,
              'usageType', price.usage_type, 'group', product.plan_group,
              'currentPeriodStart', i.current_period_start, 'currentPeriodEnd', i.current_period_end,
              'productFeatures', product.features, 'productMetadata', product.metadata
            ) order by i.position, i.id)
            from stripe_subscription_items i
            left join stripe_prices price on price.id = i.price_id
            left join stripe_products product on product.id = i.product_id and product.raw is not null
            where i.subscription_id = s.id), '[]')))
        from stripe_subscriptions s
        where s.customer_id = customer.id and s.raw is not null and s.deleted_at is null), '[]') as subscriptions,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', v.id, 'subscriptionId', v.subscription_id, 'status', v.status, 'attempted', v.attempted,
          'attemptCount', v.attempt_count, 'amountRemaining', v.amount_remaining, 'created', v.created,
          'finalizedAt', v.finalized_at, 'dueDate', v.due_date, 'nextPaymentAttempt', v.next_payment_attempt))
        from stripe_invoices v
        where v.customer_id = customer.id and v.raw is not null and v.deleted_at is null
          and v.status is distinct from 'paid' and v.status is distinct from 'void'
          and v.status is distinct from 'draft'), '[]') as invoices,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', m.id, 'expMonth', m.exp_month, 'expYear', m.exp_year))
        from stripe_payment_methods m
        where m.customer_id = customer.id and m.raw is not null and m.deleted_at is null), '[]') as payment_methods
    from billing_accounts account
    left join stripe_customers customer on customer.id = account.stripe_customer_id and customer.deleted_at is null
    left join stripe_test_clocks clock on clock.id = customer.test_clock_id and clock.raw is not null
    where account.id = ${accountId}`;
  if (!row) return null;
  return {
    now: row.frozen_time ?? row.now,
    onTestClock: row.frozen_time !== null,
    facts: {
      subscriptions: row.subscriptions.map(({ items, ...rest }) => ({ ...rest, items: items.map(itemFacts) })),
      invoices: row.invoices,
      paymentMethods: row.payment_methods,
      defaultPaymentMethodId: row.default_payment_method_id,
    },
  };
}

function itemFacts({ productFeatures, productMetadata, ...item }: LoadedItem): ItemFacts {
  const features = (productFeatures ?? []).map(({ key, name, metadata }) => ({
    key,
    name,
    limit: featureLimit(key, productMetadata ?? {}, metadata),
  }));
  return { ...item, features };
}
