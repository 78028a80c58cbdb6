import { featureLimit } from '../../access/feature-limit.js';
import type { OfferedPlan } from '../../access/plan-eligibility.js';
import { planRank } from '../../access/plan-rank.js';
import type { CataloguePrice, CatalogueProduct, ProductWithPrices } from '../../db/catalogue.js';
import type { StoredPriceTier } from '../../db/tables/prices.js';
import { unitAmount } from '../../schema/currency.js';
import { fromStripe } from '../../schema/enum.js';
import type { UnitAmount } from '../../schema/money.js';
import type { MetadataEntry, Plan, PlanFeature } from '../../schema/plan.js';
import {
  BillingInterval,
  BillingScheme,
  type PlanPrice,
  PriceUsage,
  RoundDirection,
  TiersMode,
  type TransformQuantity,
} from '../../schema/plan-price.js';

// The catalogue is built once and answered many times: every field is computed when a view is made.
export class PlanView implements Plan {
  readonly __typename = 'Plan';
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly group: string;
  readonly rank: number;
  readonly features: PlanFeature[];
  readonly prices: PlanPriceView[];
  readonly metadata: MetadataEntry[];
  /** What the rules of eligibility look at. */
  readonly offer: OfferedPlan;
  readonly created: number;
  readonly #inCurrency = new Map<string, PlanView>();

  constructor({ product, prices }: ProductWithPrices) {
    this.id = product.id;
    this.key = product.planKey;
    this.name = product.name;
    this.description = product.description;
    this.group = product.planGroup;
    this.rank = planRank(product.planRank, prices);
    this.features = (product.features ?? []).map(({ key, name, metadata }) => ({
      key,
      name,
      limit: featureLimit(key, product.metadata, metadata),
    }));
    this.prices = prices.map((price) => new PlanPriceView(price, product)).sort(byInterval);
    this.metadata = Object.entries(product.metadata)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    this.created = product.created;
    const sold = this.prices.filter(({ usage, interval }) => usage === 'LICENSED' && interval !== 'ONE_TIME');
    this.offer = {
      id: this.id,
      group: this.group,
      rank: this.rank,
      currencies: [...new Set(sold.flatMap(({ currencies }) => currencies))],
      hasTrial: sold.some(({ trialDays }) => trialDays !== null && trialDays > 0),
    };
  }

  /** The plan with those of its prices that are offered in a currency; null when it cannot be bought in it. */
  offeredIn(currency: string): PlanView | null {
    if (!this.offer.currencies.includes(currency)) return null;
    let plan = this.#inCurrency.get(currency);
    if (!plan) {
      const prices = this.prices.filter((price) => price.currencies.includes(currency));
      plan = Object.assign(Object.create(PlanView.prototype) as PlanView, this, { prices });
      this.#inCurrency.set(currency, plan);
    }
    return plan;
  }
}

export class PlanPriceView implements PlanPrice {
  readonly __typename = 'PlanPrice';
  readonly id: string;
  readonly key: string | null;
  readonly currency: string;
  readonly currencies: string[];
  readonly interval: BillingInterval;
  readonly intervalCount: number;
  readonly usage: PriceUsage;
  readonly billingScheme: BillingScheme;
  readonly tiersMode: TiersMode | null;
  readonly transformQuantity: TransformQuantity | null;
  readonly trialDays: number | null;
  readonly #price: CataloguePrice;

  constructor(price: CataloguePrice, product: CatalogueProduct | null) {
    this.#price = price;
    this.id = price.id;
    this.key = price.lookupKey;
    this.currency = price.currency;
    this.currencies = [...new Set([price.currency, ...Object.keys(price.currencyOptions ?? {}).sort()])];
    this.interval = price.type === 'one_time' ? 'ONE_TIME' : fromStripe(BillingInterval, price.interval);
    this.intervalCount = price.intervalCount ?? 1;
    this.usage = price.type === 'one_time' ? 'LICENSED' : fromStripe(PriceUsage, price.usageType);
    this.billingScheme = fromStripe(BillingScheme, price.billingScheme);
    this.tiersMode = price.tiersMode === null ? null : fromStripe(TiersMode, price.tiersMode);
    this.transformQuantity = price.transformQuantity && {
      divideBy: price.transformQuantity.divide_by,
      round: fromStripe(RoundDirection, price.transformQuantity.round),
    };
    this.trialDays = price.trialDays ?? product?.trialDays ?? null;
  }

  /** Null for tiered prices, and for a currency that the price is not offered in. */
  unitAmountIn(currency: string = this.currency): UnitAmount | null {
    const amount =
      currency === this.currency
        ? this.#price.unitAmount
        : this.#price.currencyOptions?.[currency]?.unit_amount_decimal;
    return amount == null || this.#price.billingScheme === 'tiered' ? null : unitAmount(amount, currency);
  }

  /** Empty for prices without tiers, and for a currency that the price is not offered in. */
  tiersIn(currency: string = this.currency) {
    const tiers =
      currency === this.currency ? this.#price.tiers : (this.#price.currencyOptions?.[currency]?.tiers ?? null);
    return (tiers ?? []).map((tier) => tierOf(tier, currency));
  }
}

function tierOf(tier: StoredPriceTier, currency: string) {
  const amount = (decimal: string | null) => (decimal === null ? null : unitAmount(decimal, currency));
  return {
    upTo: tier.up_to,
    unitAmount: amount(tier.unit_amount_decimal),
    flatAmount: amount(tier.flat_amount_decimal),
  };
}

const intervals = ['DAY', 'WEEK', 'MONTH', 'YEAR', 'ONE_TIME', 'UNKNOWN'];
const usages = ['LICENSED', 'METERED', 'UNKNOWN'];
function byInterval(a: PlanPriceView, b: PlanPriceView): number {
  return (
    intervals.indexOf(a.interval) - intervals.indexOf(b.interval) ||
    a.intervalCount - b.intervalCount ||
    usages.indexOf(a.usage) - usages.indexOf(b.usage) ||
    (a.id < b.id ? -1 : 1)
  );
}
