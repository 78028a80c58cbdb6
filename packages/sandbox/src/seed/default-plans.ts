/** The catalogue of a fresh sandbox. Amounts in minor units; ids and lookup keys never change. */
export interface SeedFeature {
  key: string;
  name: string;
  /** Metadata: `limit`, and `meter` (an event name) for what is counted. */
  metadata: Record<string, string>;
}

export interface SeedPrice {
  lookupKey: string;
  interval: 'month' | 'year';
  /** Per unit; a metered price has tiers instead. */
  amount?: { usd: number; eur: number };
  metered?: {
    meter: string;
    /** Calls that cost nothing; then the price of one, in fractions of a minor unit. */
    included: number;
    beyond: { usd: string; eur: string };
  };
}

export interface SeedPlan {
  key: string;
  name: string;
  description: string;
  unitLabel?: string;
  metadata: Record<string, string>;
  features: string[];
  /** The first one is the product's default. */
  prices: SeedPrice[];
}

export const FEATURES: SeedFeature[] = [
  { key: 'projects', name: 'Projects', metadata: { limit: '3' } },
  { key: 'api_calls', name: 'API calls', metadata: { limit: '1000', meter: 'api_calls' } },
  { key: 'team_members', name: 'Team members', metadata: {} },
  { key: 'audit_log', name: 'Audit log', metadata: {} },
  { key: 'priority_support', name: 'Priority support', metadata: {} },
];

export const METERS = [{ eventName: 'api_calls', displayName: 'API calls', formula: 'sum' as const }];

const rank = (key: string, place: number, more: Record<string, string> = {}) => ({
  plan_key: key,
  plan_group: 'default',
  plan_rank: String(place),
  ...more,
});

export const PLANS: SeedPlan[] = [
  {
    key: 'starter',
    name: 'Starter',
    description: 'For one person getting going.',
    metadata: rank('starter', 1),
    features: ['projects', 'api_calls'],
    prices: [
      { lookupKey: 'starter_monthly', interval: 'month', amount: { usd: 900, eur: 850 } },
      { lookupKey: 'starter_yearly', interval: 'year', amount: { usd: 9000, eur: 8500 } },
    ],
  },
  {
    key: 'team',
    name: 'Team',
    description: 'For a team that works together; priced by the seat.',
    unitLabel: 'seat',
    metadata: rank('team', 2, { plan_trial_days: '14', 'limit:projects': '50', 'limit:api_calls': '50000' }),
    features: ['projects', 'api_calls', 'team_members'],
    prices: [
      { lookupKey: 'team_monthly', interval: 'month', amount: { usd: 1200, eur: 1100 } },
      { lookupKey: 'team_yearly', interval: 'year', amount: { usd: 12_000, eur: 11_000 } },
    ],
  },
  {
    key: 'scale',
    name: 'Scale',
    description: 'For products in production; a base fee and what you use.',
    metadata: rank('scale', 3, { 'limit:projects': '500', 'limit:api_calls': '10000000' }),
    features: ['projects', 'api_calls', 'team_members', 'audit_log', 'priority_support'],
    prices: [
      { lookupKey: 'scale_monthly', interval: 'month', amount: { usd: 9900, eur: 9400 } },
      { lookupKey: 'scale_yearly', interval: 'year', amount: { usd: 99_000, eur: 94_000 } },
      {
        lookupKey: 'scale_usage_monthly',
        interval: 'month',
        metered: { meter: 'api_calls', included: 100_000, beyond: { usd: '0.04', eur: '0.035' } },
      },
      {
        lookupKey: 'scale_usage_yearly',
        interval: 'year',
        metered: { meter: 'api_calls', included: 1_200_000, beyond: { usd: '0.04', eur: '0.035' } },
      },
    ],
  },
];
