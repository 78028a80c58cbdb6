/** What a plan's rank is computed from where the catalogue gives none. */
export interface RankedPrice {
  /** Minor units of the default currency, a decimal; null for tiered prices. */
  unitAmount: string | null;
  /** Stripe's words; null for one-time prices. */
  interval: string | null;
  intervalCount: number | null;
  usageType: string | null;
}

const monthsOf: Record<string, number> = { day: 12 / 365, week: 12 / 52, month: 1, year: 12 };
const highest = 2 ** 31 - 1;

/**
 * Metadata `plan_rank`, else the lowest amount a month of the plan's licensed prices, in minor units: a plan that
 * costs more ranks higher, whatever else is sold. 0 where nothing has a fixed amount.
 */
export function planRank(planRank: number | null, prices: readonly RankedPrice[]): number {
  if (planRank !== null) return planRank;
  const amounts = prices.flatMap((price) => {
    const months = (monthsOf[price.interval ?? ''] ?? 0) * (price.intervalCount ?? 1);
    const licensed = price.usageType !== 'metered' && price.unitAmount !== null && months > 0;
    return licensed ? [Number(price.unitAmount) / months] : [];
  });
  return amounts.length === 0 ? 0 : Math.min(Math.round(Math.min(...amounts)), highest);
}
