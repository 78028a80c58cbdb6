import type { CataloguePlan, CataloguePrice, PlanChoiceInput } from '../access/plan-choice.js';
import type { Queryable } from './connect.js';

type PlanRow = Omit<CataloguePlan, 'prices'> & { prices: CataloguePrice[] | null };

/** The products that an input may mean, with all their prices: what of it can be bought is for the rules to say. */
export async function plansMeantBy(q: Queryable, input: PlanChoiceInput): Promise<CataloguePlan[]> {
  const { priceId = null, priceKey = null, planKey = null } = input;
  const rows = await q.sql<PlanRow[]>`
    select p.id, p.plan_key as key, p.plan_group as "group", p.active, p.default_price_id as "defaultPriceId",
      p.trial_days as "trialDays", p.created, prices.list as prices
    from stripe_products p
    cross join lateral (
      select json_agg(json_build_object(
        'id', r.id, 'lookupKey', r.lookup_key, 'active', r.active, 'type', r.type, 'usageType', r.usage_type,
        'interval', r.interval, 'intervalCount', r.interval_count, 'currency', r.currency,
        'currencies', coalesce((select json_agg(c) from (
          select jsonb_object_keys(r.currency_options) union select r.currency) as all_of (c)), '[]'),
        'trialDays', r.trial_days, 'excluded', coalesce(r.metadata->>'tollgate_include' = 'never', false),
        'created', r.created)) as list
      from stripe_prices r where r.product_id = p.id and r.raw is not null and r.deleted_at is null
    ) as prices
    where p.raw is not null and p.deleted_at is null and (
      p.plan_key = ${planKey}
      or p.id in (select product_id from stripe_prices where id = ${priceId} or lookup_key = ${priceKey}))`;
  return rows.map((row) => ({ ...row, prices: row.prices ?? [] }));
}

/** The plan group of each product, as far as it is mirrored. */
export async function groupsOfProducts(q: Queryable, productIds: readonly string[]): Promise<Map<string, string>> {
  if (productIds.length === 0) return new Map();
  const rows = await q.sql<{ id: string; group: string }[]>`
    select id, plan_group as "group" from stripe_products
    where id = any(${[...productIds]}) and raw is not null and deleted_at is null`;
  return new Map(rows.map(({ id, group }) => [id, group]));
}
