import type { Database } from '../src/db/connect.js';

export interface DataSize {
  customers: number;
  invoicesEach: number;
}
export const standardSize: DataSize = { customers: 20_000, invoicesEach: 10 };

const plans = 6;
const intervals = ['month', 'year'] as const;

/** The owner of the nth account. */
export const ownerOf = (n: number) => `user_${n}`;

/** Fills an empty, migrated database: a catalogue, and for each customer one subscription and its invoices. */
export async function fillDatabase(db: Database, { customers, invoicesEach }: DataSize): Promise<void> {
  await fillCatalogue(db);
  await db.sql`
    insert into stripe_customers (id, raw, owner, email, name, currency, default_payment_method_id, created)
    select 'cus_' || n, '{}', 'user:user_' || n, 'user_' || n || '@example.com', 'Customer ' || n, 'usd', 'pm_' || n,
      1700000000 + n
    from generate_series(1, ${customers}::int) n`;
  await db.sql`
    insert into stripe_payment_methods (id, raw, customer_id, type, brand, last4, exp_month, exp_year, created)
    select 'pm_' || n, '{}', 'cus_' || n, 'card', 'visa', '4242', 12, 2040, 1700000000 + n
    from generate_series(1, ${customers}::int) n`;
  await db.sql`
    insert into billing_accounts (id, owner_kind, owner_id, email, stripe_customer_id, version, status, cause)
    select 'tga_' || n, 'user', 'user_' || n, 'user_' || n || '@example.com', 'cus_' || n, 3,
      jsonb_build_object('state', 'FULL', 'reason', null, 'graceEndsAt', null, 'openInvoice', null,
        'notices', '[]'::jsonb, 'subscriptions', '[]'::jsonb, 'features', jsonb_build_array(
          jsonb_build_object('key', 'seats', 'name', 'Seats', 'allowed', true, 'limit', '25', 'source', 'PLAN'))),
      'SUBSCRIPTION_STARTED'
    from generate_series(1, ${customers}::int) n`;
  await db.sql`
    insert into stripe_subscriptions (id, raw, customer_id, status, currency, collection_method, start_date,
      billing_cycle_anchor, latest_invoice_id, created)
    select 'sub_' || n, '{}', 'cus_' || n, 'active', 'usd', 'charge_automatically', 1700000000 + n, 1700000000 + n,
      'in_' || n || '_' || ${invoicesEach}::int, 1700000000 + n
    from generate_series(1, ${customers}::int) n`;
  await db.sql`
    insert into stripe_subscription_items (id, subscription_id, position, price_id, product_id, quantity,
      current_period_start, current_period_end)
    select 'si_' || n || '_' || i, 'sub_' || n, i,
      case when i = 0 then 'price_' || (n % ${plans}::int) || '_month' else 'price_' || (n % ${plans}::int) || '_metered' end,
      'prod_' || (n % ${plans}::int), case when i = 0 then 3 end, 1763000000 + n, 1765592000 + n
    from generate_series(1, ${customers}::int) n, generate_series(0, 1) i`;
  await db.sql`
    insert into stripe_invoices (id, raw, customer_id, subscription_id, number, status, billing_reason,
      collection_method, currency, total, subtotal, tax, amount_due, amount_paid, amount_remaining, attempted,
      attempt_count, finalized_at, paid_at, period_start, period_end, hosted_invoice_url, invoice_pdf, lines, created)
    select 'in_' || n || '_' || i, '{}', 'cus_' || n, 'sub_' || n, 'N' || n || '-' || lpad(i::text, 4, '0'), 'paid',
      'subscription_cycle', 'charge_automatically', 'usd', 5900, 5900, 0, 5900, 5900, 0, true, 1,
      1700000000 + n + i * 2592000, 1700000100 + n + i * 2592000, 1700000000 + n + i * 2592000,
      1702592000 + n + i * 2592000, 'https://invoices.example.com/i/' || n || '/' || i,
      'https://invoices.example.com/i/' || n || '/' || i || '.pdf',
      jsonb_build_array(jsonb_build_object('id', 'il_' || n || '_' || i, 'description', 'Team', 'amount', 5900,
        'currency', 'usd', 'quantity', '3', 'period_start', 1700000000 + n + i * 2592000,
        'period_end', 1702592000 + n + i * 2592000, 'proration', false,
        'price_id', 'price_' || (n % ${plans}::int) || '_month', 'product_id', 'prod_' || (n % ${plans}::int))),
      1700000000 + n + i * 2592000
    from generate_series(1, ${customers}::int) n, generate_series(1, ${invoicesEach}::int) i`;
  await db.sql`vacuum analyze`;
}

async function fillCatalogue(db: Database): Promise<void> {
  for (let n = 0; n < plans; n++) {
    const features = ['seats', 'exports', 'support'].map((key) => ({
      id: `prodft_${n}_${key}`,
      featureId: `feat_${key}`,
      key,
      name: `Feature ${key}`,
      metadata: { limit: String(10 * (n + 1)) },
    }));
    await db.sql`
      insert into stripe_products (id, raw, name, description, active, plan_key, plan_group, plan_rank, trial_days,
        features, metadata, created)
      values (${`prod_${n}`}, '{}', ${`Plan ${n}`}, ${`What plan ${n} gives to those who take it.`}, true,
        ${`plan_${n}`}, 'default', ${n + 1}, 14, ${db.sql.json(features)},
        ${db.sql.json({ plan_key: `plan_${n}`, plan_rank: String(n + 1) })}, ${1_690_000_000 + n})`;
    for (const [i, interval] of intervals.entries()) {
      const amount = 1900 * (n + 1) * (i === 0 ? 1 : 10);
      const options = Object.fromEntries(
        ['usd', 'eur', 'jpy'].map((currency) => [currency, { unit_amount_decimal: String(amount) }]),
      );
      await db.sql`
        insert into stripe_prices (id, raw, product_id, active, lookup_key, currency, unit_amount, type, interval,
          interval_count, usage_type, billing_scheme, currency_options, created)
        values (${`price_${n}_${interval}`}, '{}', ${`prod_${n}`}, true, ${`plan_${n}_${interval}`}, 'usd', ${amount},
          'recurring', ${interval}, 1, 'licensed', 'per_unit', ${db.sql.json(options)}, ${1_690_000_000 + i})`;
    }
    await db.sql`
      insert into stripe_prices (id, raw, product_id, active, currency, type, interval, interval_count, usage_type,
        billing_scheme, tiers_mode, tiers, currency_options, created)
      values (${`price_${n}_metered`}, '{}', ${`prod_${n}`}, true, 'usd', 'recurring', 'month', 1, 'metered', 'tiered',
        'graduated', ${db.sql.json([
          { up_to: 1000, unit_amount_decimal: '0', flat_amount_decimal: null },
          { up_to: null, unit_amount_decimal: '0.4', flat_amount_decimal: null },
        ])}, ${db.sql.json({ usd: { unit_amount_decimal: null } })}, 1690000009)`;
  }
}
