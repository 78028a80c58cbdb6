import { type Refused, refuse } from './ruling.js';

export interface CataloguePrice {
  id: string;
  lookupKey: string | null;
  active: boolean;
  /** `recurring` or `one_time` */
  type: string;
  /** `licensed` or `metered` */
  usageType: string | null;
  interval: string | null;
  intervalCount: number | null;
  /** The default currency. */
  currency: string;
  /** All that it is offered in, the default one included. */
  currencies: readonly string[];
  trialDays: number | null;
  /** Metadata `tollgate_include` is `never`: it does not come along with a licensed price. */
  excluded: boolean;
  /** Stripe's seconds. */
  created: number;
}
export interface CataloguePlan {
  /** Stripe's product id. */
  id: string;
  key: string;
  group: string;
  active: boolean;
  defaultPriceId: string | null;
  trialDays: number | null;
  created: number;
  prices: readonly CataloguePrice[];
}
export interface PlanChoiceInput {
  priceId?: string | null;
  priceKey?: string | null;
  planKey?: string | null;
  /** Stripe's word: `month` */
  interval?: string | null;
  currency?: string | null;
  quantity?: number | null;
}
export interface PlanChoice {
  plan: CataloguePlan;
  price: CataloguePrice;
  /** The metered prices that are subscribed along. */
  companions: CataloguePrice[];
  currency: string;
  /** Null for a metered price. */
  quantity: number | null;
}
export type ChoiceWay = 'priceId' | 'priceKey' | 'planKey';

const MOST_SEATS = 999_999;

/** Which of the three ways the input takes; it must be exactly one. */
export function choiceWay(input: PlanChoiceInput): ChoiceWay | Refused {
  const given = (['priceId', 'priceKey', 'planKey'] as const).filter((way) => input[way] != null);
  const [way] = given;
  if (way === undefined || given.length > 1) {
    return refuse(
      'INPUT_INVALID',
      'Say what is chosen in one way: by priceId, by priceKey, or by planKey with interval.',
      {
        field: given.at(-1) ?? [],
      },
    );
  }
  if (way === 'planKey' && input.interval == null) {
    return refuse('INPUT_INVALID', 'A planKey needs an interval with it.', { field: 'interval' });
  }
  return way;
}

/**
 * The price that is meant and what comes along with it.
 * @param plans the products that the input may mean, inactive ones included
 * @param lockedCurrency the currency that the account's first charge locked; null while it is free
 */
export function choosePlan(
  input: PlanChoiceInput,
  plans: readonly CataloguePlan[],
  lockedCurrency: string | null,
): PlanChoice | Refused {
  const way = choiceWay(input);
  if (typeof way !== 'string') return way;
  const wanted = input.currency?.toLowerCase() ?? null;
  const found = way === 'planKey' ? ofPlan(input, plans, wanted ?? lockedCurrency, wanted) : ofPrice(way, input, plans);
  if ('refused' in found) return found;

  const { plan, price } = found;
  const currency =
    wanted ?? (lockedCurrency && price.currencies.includes(lockedCurrency) ? lockedCurrency : price.currency);
  if (!price.currencies.includes(currency)) {
    return refuse('PRICE_NOT_FOUND', `This price is not offered in ${currency.toUpperCase()}.`, { field: 'currency' });
  }
  if (lockedCurrency !== null && currency !== lockedCurrency) {
    return refuse(
      'CURRENCY_LOCKED',
      `This account is billed in ${lockedCurrency.toUpperCase()}, and this price is not offered in it.`,
      { field: wanted === null ? way : 'currency' },
    );
  }
  const quantity = seatsOf(price, input.quantity ?? null);
  if (quantity !== null && typeof quantity === 'object') return quantity;
  return { plan, price, companions: companionsOf(plan, price, currency), currency, quantity };
}

/** The active metered prices that come along with a licensed price: same product, interval and currency. */
export function companionsOf(plan: CataloguePlan, price: CataloguePrice, currency: string): CataloguePrice[] {
  if (price.usageType !== 'licensed') return [];
  return plan.prices.filter(
    (other) =>
      other.active &&
      other.usageType === 'metered' &&
      other.interval === price.interval &&
      other.intervalCount === price.intervalCount &&
      other.currencies.includes(currency) &&
      !other.excluded,
  );
}

/** How long a trial to start with, in days; null for none. A price's own setting overrides its plan's. */
export function trialDaysOf(
  { plan, price }: Pick<PlanChoice, 'plan' | 'price'>,
  right: { wanted: boolean; used: boolean },
): number | null {
  const days = price.trialDays ?? plan.trialDays ?? 0;
  return right.wanted && !right.used && days > 0 ? days : null;
}

type Found = Pick<PlanChoice, 'plan' | 'price'>;

function ofPrice(
  way: 'priceId' | 'priceKey',
  input: PlanChoiceInput,
  plans: readonly CataloguePlan[],
): Found | Refused {
  const field = { field: way };
  const matches = (price: CataloguePrice) =>
    way === 'priceId' ? price.id === input.priceId : price.lookupKey === input.priceKey;
  const found = plans.flatMap((plan) => plan.prices.filter(matches).map((price) => ({ plan, price })));
  // A lookup key moves from an old price to a new one: the one that can be bought is meant.
  const offered = found.find(({ plan, price }) => plan.active && price.active);
  if (!offered) return refuse('PRICE_NOT_FOUND', 'There is no such price on offer. Load the plans again.', field);
  if (offered.price.type !== 'recurring') {
    return refuse('PRICE_NOT_FOUND', 'This price is charged once: it cannot be subscribed to.', field);
  }
  if (input.interval != null && input.interval !== offered.price.interval) {
    return refuse('INPUT_INVALID', `This price is charged every ${offered.price.interval}; leave interval out.`, {
      field: 'interval',
    });
  }
  return offered;
}

function ofPlan(
  input: PlanChoiceInput,
  plans: readonly CataloguePlan[],
  currency: string | null,
  asked: string | null,
): Found | Refused {
  // Two active products with one key: the older wins.
  const [plan] = plans.filter((each) => each.active && each.key === input.planKey).sort(byAge);
  if (!plan)
    return refuse('PLAN_NOT_FOUND', 'There is no such plan on offer. Load the plans again.', { field: 'planKey' });
  const fits = plan.prices
    .filter((price) => price.active && price.type === 'recurring' && price.interval === input.interval)
    .sort(
      (a, b) =>
        preference(a, plan) - preference(b, plan) || (a.intervalCount ?? 1) - (b.intervalCount ?? 1) || byAge(a, b),
    );
  const price = fits.find(({ currencies }) => currency === null || currencies.includes(currency)) ?? fits[0];
  if (!price) {
    return refuse('PRICE_NOT_FOUND', `This plan is not offered by the ${input.interval}.`, { field: 'interval' });
  }
  if (asked !== null && !price.currencies.includes(asked)) {
    return refuse('PRICE_NOT_FOUND', `This plan is not offered in ${asked.toUpperCase()}.`, { field: 'currency' });
  }
  return { plan, price };
}

function preference(price: CataloguePrice, plan: CataloguePlan): number {
  if (price.usageType !== 'licensed') return 2;
  return price.id === plan.defaultPriceId ? 0 : 1;
}

function byAge(a: { created: number; id: string }, b: { created: number; id: string }): number {
  return a.created - b.created || (a.id < b.id ? -1 : 1);
}

function seatsOf(price: CataloguePrice, asked: number | null): number | null | Refused {
  if (price.usageType !== 'licensed') {
    if (asked === null) return null;
    return refuse('SEATS_INVALID', 'This price is charged by use: it takes no quantity.', { field: 'quantity' });
  }
  const seats = asked ?? 1;
  if (Number.isInteger(seats) && seats >= 1 && seats <= MOST_SEATS) return seats;
  return refuse('SEATS_INVALID', `The quantity must be a whole number from 1 to ${MOST_SEATS}.`, { field: 'quantity' });
}
