import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CataloguePlan,
  type CataloguePrice,
  choosePlan,
  type PlanChoice,
  type PlanChoiceInput,
  trialDaysOf,
} from '../../src/access/plan-choice.js';
import type { Refused } from '../../src/access/ruling.js';

const price = (id: string, more: Partial<CataloguePrice> = {}): CataloguePrice => ({
  id,
  lookupKey: null,
  active: true,
  type: 'recurring',
  usageType: 'licensed',
  interval: 'month',
  intervalCount: 1,
  currency: 'usd',
  currencies: ['usd', 'eur'],
  trialDays: null,
  excluded: false,
  created: 1,
  ...more,
});
const plan = (key: string, prices: CataloguePrice[], more: Partial<CataloguePlan> = {}): CataloguePlan => ({
  id: `prod_${key}`,
  key,
  group: 'default',
  active: true,
  defaultPriceId: null,
  trialDays: null,
  created: 1,
  prices,
  ...more,
});
const scale = plan('scale', [
  price('p_month', { lookupKey: 'scale_monthly' }),
  price('p_year', { interval: 'year' }),
  price('p_usage', { usageType: 'metered' }),
  price('p_usage_usd', { usageType: 'metered', currencies: ['usd'] }),
  price('p_usage_year', { usageType: 'metered', interval: 'year' }),
  price('p_usage_alone', { usageType: 'metered', excluded: true }),
  price('p_usage_old', { usageType: 'metered', active: false }),
  price('p_once', { type: 'one_time', interval: null, intervalCount: null }),
  price('p_gone', { active: false, lookupKey: 'gone' }),
]);
const chosen = (input: PlanChoiceInput, locked: string | null = null, plans = [scale]) => {
  const ruling = choosePlan(input, plans, locked) as PlanChoice & Refused;
  if (ruling.refused) return `${ruling.refused} ${ruling.field?.join('.') ?? ''}`.trim();
  const along = ruling.companions.map(({ id }) => id).join('+');
  return `${ruling.price.id} ${ruling.currency} ×${ruling.quantity}${along && ` +${along}`}`;
};

describe('what is chosen', () => {
  it.each<[string, PlanChoiceInput, string | null, string]>([
    ['a price by its id', { priceId: 'p_month' }, null, 'p_month usd ×1 +p_usage+p_usage_usd'],
    ['a price by its key', { priceKey: 'scale_monthly' }, null, 'p_month usd ×1 +p_usage+p_usage_usd'],
    ['a plan by key and interval', { planKey: 'scale', interval: 'year' }, null, 'p_year usd ×1 +p_usage_year'],
    ['in another currency', { planKey: 'scale', interval: 'month', currency: 'EUR' }, null, 'p_month eur ×1 +p_usage'],
    ['in the currency that the account is billed in', { priceId: 'p_month' }, 'eur', 'p_month eur ×1 +p_usage'],
    ['with seats', { priceId: 'p_year', quantity: 7 }, null, 'p_year usd ×7 +p_usage_year'],
    ['a metered price alone', { priceId: 'p_usage' }, null, 'p_usage usd ×null'],
    ['nothing', {}, null, 'INPUT_INVALID'],
    ['two ways at once', { priceId: 'p_month', planKey: 'scale' }, null, 'INPUT_INVALID planKey'],
    ['a plan without an interval', { planKey: 'scale' }, null, 'INPUT_INVALID interval'],
    ['an interval that is not the price’s', { priceId: 'p_month', interval: 'year' }, null, 'INPUT_INVALID interval'],
    ['an unknown plan', { planKey: 'gold', interval: 'month' }, null, 'PLAN_NOT_FOUND planKey'],
    ['an interval that is not offered', { planKey: 'scale', interval: 'week' }, null, 'PRICE_NOT_FOUND interval'],
    ['a currency that is not offered', { priceId: 'p_month', currency: 'jpy' }, null, 'PRICE_NOT_FOUND currency'],
    ['an unknown price', { priceId: 'p_none' }, null, 'PRICE_NOT_FOUND priceId'],
    ['an inactive price', { priceKey: 'gone' }, null, 'PRICE_NOT_FOUND priceKey'],
    ['a price charged once', { priceId: 'p_once' }, null, 'PRICE_NOT_FOUND priceId'],
    ['a currency beside the locked one', { priceId: 'p_month', currency: 'usd' }, 'eur', 'CURRENCY_LOCKED currency'],
    ['a price not offered in the locked one', { priceId: 'p_month' }, 'jpy', 'CURRENCY_LOCKED priceId'],
    ['no seats', { priceId: 'p_month', quantity: 0 }, null, 'SEATS_INVALID quantity'],
    ['half a seat', { priceId: 'p_month', quantity: 1.5 }, null, 'SEATS_INVALID quantity'],
    ['seats of a metered price', { priceId: 'p_usage', quantity: 2 }, null, 'SEATS_INVALID quantity'],
  ])('%s', (_, input, locked, expected) => {
    expect(chosen(input, locked)).toBe(expected);
  });

  it('is the older of two active plans with one key', () => {
    const twins = [
      plan('pro', [price('p_new')], { id: 'prod_b', created: 5 }),
      plan('pro', [price('p_old')], { id: 'prod_a', created: 2 }),
      plan('pro', [price('p_older')], { id: 'prod_c', created: 1, active: false }),
    ];
    expect(chosen({ planKey: 'pro', interval: 'month' }, null, twins)).toBe('p_old usd ×1');
  });

  it('is the plan’s default price where several fit, else the shortest interval, else the oldest', () => {
    const prices = [
      price('p_b', { created: 2 }),
      price('p_a', { created: 1 }),
      price('p_q', { intervalCount: 3, created: 0 }),
    ];
    expect(chosen({ planKey: 'pro', interval: 'month' }, null, [plan('pro', prices)])).toBe('p_a usd ×1');
    const preferred = plan('pro', prices, { defaultPriceId: 'p_q' });
    expect(chosen({ planKey: 'pro', interval: 'month' }, null, [preferred])).toBe('p_q usd ×1');
  });

  it('is the price that the lookup key moved to', () => {
    const moved = plan('pro', [price('p_1', { lookupKey: 'k', active: false }), price('p_2', { lookupKey: 'k' })]);
    expect(chosen({ priceKey: 'k' }, null, [moved])).toBe('p_2 usd ×1');
  });
});

const anyPrice = fc.record({
  id: fc.constantFrom('p1', 'p2', 'p3', 'p4'),
  lookupKey: fc.constantFrom(null, 'k1', 'k2'),
  active: fc.boolean(),
  type: fc.constantFrom('recurring', 'one_time'),
  usageType: fc.constantFrom('licensed', 'metered'),
  interval: fc.constantFrom('month', 'year'),
  intervalCount: fc.constantFrom(1, 3),
  currency: fc.constantFrom('usd', 'eur'),
  currencies: fc.constant(['usd', 'eur']),
  trialDays: fc.constantFrom(null, 0, 14),
  excluded: fc.boolean(),
  created: fc.nat(9),
});
const anyPlans = fc.array(
  fc.record({
    id: fc.constantFrom('prod_a', 'prod_b'),
    key: fc.constantFrom('a', 'b'),
    group: fc.constant('default'),
    active: fc.boolean(),
    defaultPriceId: fc.constantFrom(null, 'p1'),
    trialDays: fc.constantFrom(null, 7),
    created: fc.nat(9),
    prices: fc.uniqueArray(anyPrice, { selector: ({ id }) => id, maxLength: 4 }),
  }),
  { maxLength: 3 },
);
const anyInput = fc.record(
  {
    priceId: fc.constantFrom('p1', 'p2', 'p9'),
    priceKey: fc.constantFrom('k1', 'k9'),
    planKey: fc.constantFrom('a', 'b', 'z'),
    interval: fc.constantFrom('month', 'year', 'week'),
    currency: fc.constantFrom('usd', 'EUR', 'jpy'),
    quantity: fc.integer({ min: -1, max: 3 }),
  },
  { requiredKeys: [] },
);

it('whatever the catalogue: what is chosen can be bought, comes with its own plan’s active metered prices, and is as asked', () => {
  fc.assert(
    fc.property(anyInput, anyPlans, fc.constantFrom(null, 'usd', 'jpy'), (input, plans, locked) => {
      const ruling = choosePlan(input, plans, locked);
      if ('refused' in ruling) return;
      expect(ruling.plan.active && ruling.price.active && ruling.price.type === 'recurring').toBe(true);
      expect(ruling.price.currencies).toContain(ruling.currency);
      expect(locked === null || ruling.currency === locked).toBe(true);
      expect(ruling.quantity === null).toBe(ruling.price.usageType === 'metered');
      for (const along of ruling.companions) {
        expect(ruling.plan.prices).toContain(along);
        expect(along).toMatchObject({
          active: true,
          usageType: 'metered',
          excluded: false,
          interval: ruling.price.interval,
        });
      }
      expect(ruling.companions.map(({ id }) => id)).not.toContain(ruling.price.id);
    }),
  );
});

describe('a trial', () => {
  it.each([
    ['the price’s days over the plan’s', 14, 7, { wanted: true, used: false }, 14],
    ['none, where the price says 0', 0, 7, { wanted: true, used: false }, null],
    ['the plan’s days', null, 7, { wanted: true, used: false }, 7],
    ['none, where it was used', null, 7, { wanted: true, used: true }, null],
    ['none, where it is not wanted', null, 7, { wanted: false, used: false }, null],
    ['none, where none is offered', null, null, { wanted: true, used: false }, null],
  ])('lasts %s', (_, ofPrice, ofPlan, right, days) => {
    const offered = { plan: plan('a', [], { trialDays: ofPlan }), price: price('p', { trialDays: ofPrice }) };
    expect(trialDaysOf(offered, right)).toBe(days);
  });
});
