import { builtIn } from './seed-source.js';

const rank = (key: string, place: number, more: Record<string, string> = {}) => ({
  plan_key: key,
  plan_group: 'default',
  plan_rank: String(place),
  ...more,
});

/** A price in both currencies, in minor units. */
const licensed = (lookup_key: string, interval: 'month' | 'year', usd: number, eur: number) => ({
  lookup_key,
  currency: 'usd',
  unit_amount: usd,
  recurring: { interval },
  currency_options: { eur: { unit_amount: eur } },
});

/** API calls: so many cost nothing, each more a fraction of a minor unit. */
const usage = (lookup_key: string, interval: 'month' | 'year', included: number) => {
  const tiers = (beyond: string) => [
    { up_to: included, unit_amount: 0 },
    { up_to: 'inf', unit_amount_decimal: beyond },
  ];
  return {
    lookup_key,
    currency: 'usd',
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: tiers('0.04'),
    recurring: { interval, usage_type: 'metered', meter: 'api_calls' },
    currency_options: { eur: { tiers: tiers('0.035') } },
  };
};

/** The catalogue of a fresh sandbox, as a seed file would say it. Ids and lookup keys never change. */
export const DEFAULT_CATALOGUE = builtIn({
  meters: [{ event_name: 'api_calls', display_name: 'API calls', default_aggregation: { formula: 'sum' } }],
  features: [
    { lookup_key: 'projects', name: 'Projects', metadata: { limit: '3' } },
    { lookup_key: 'api_calls', name: 'API calls', metadata: { limit: '1000', meter: 'api_calls' } },
    { lookup_key: 'team_members', name: 'Team members' },
    { lookup_key: 'audit_log', name: 'Audit log' },
    { lookup_key: 'priority_support', name: 'Priority support' },
  ],
  products: [
    {
      id: 'prod_starter',
      name: 'Starter',
      description: 'For one person getting going.',
      metadata: rank('starter', 1),
      features: ['projects', 'api_calls'],
      default_price: 'starter_monthly',
      prices: [licensed('starter_monthly', 'month', 900, 850), licensed('starter_yearly', 'year', 9000, 8500)],
    },
    {
      id: 'prod_team',
      name: 'Team',
      description: 'For a team that works together; priced by the seat.',
      unit_label: 'seat',
      metadata: rank('team', 2, { plan_trial_days: '14', 'limit:projects': '50', 'limit:api_calls': '50000' }),
      features: ['projects', 'api_calls', 'team_members'],
      default_price: 'team_monthly',
      prices: [licensed('team_monthly', 'month', 1200, 1100), licensed('team_yearly', 'year', 12_000, 11_000)],
    },
    {
      id: 'prod_scale',
      name: 'Scale',
      description: 'For products in production; a base fee and what you use.',
      metadata: rank('scale', 3, { 'limit:projects': '500', 'limit:api_calls': '10000000' }),
      features: ['projects', 'api_calls', 'team_members', 'audit_log', 'priority_support'],
      default_price: 'scale_monthly',
      prices: [
        licensed('scale_monthly', 'month', 9900, 9400),
        licensed('scale_yearly', 'year', 99_000, 94_000),
        usage('scale_usage_monthly', 'month', 100_000),
        usage('scale_usage_yearly', 'year', 1_200_000),
      ],
    },
  ],
});
