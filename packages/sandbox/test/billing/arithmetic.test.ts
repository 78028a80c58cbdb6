import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discountAmounts, spread } from '../../src/billing/discounts/discounting.js';
import { amountOf, divideRounded, scaled, share } from '../../src/billing/pricing/amounts.js';
import { boundary, type Cadence, periodAt } from '../../src/billing/pricing/periods.js';
import { remainingAmount } from '../../src/billing/pricing/proration.js';
import type { Price } from '../../src/billing/subscriptions/subscription-store.js';

const utc = (text: string) => Date.parse(`${text}Z`) / 1000;
const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19);
const MONTH: Cadence = { interval: 'month', interval_count: 1 };

const anchors = fc.integer({ min: utc('2020-01-01T00:00:00'), max: utc('2032-12-31T23:59:59') });
const cadences: fc.Arbitrary<Cadence> = fc.record({
  interval: fc.constantFrom('day', 'week', 'month', 'year'),
  interval_count: fc.integer({ min: 1, max: 12 }),
});

describe('periods', () => {
  test.each([
    ['2027-01-31T10:00:00', MONTH, 1, '2027-02-28T10:00:00'],
    ['2027-01-31T10:00:00', MONTH, 2, '2027-03-31T10:00:00'],
    ['2027-10-31T10:00:00', MONTH, 4, '2028-02-29T10:00:00'],
    ['2027-03-31T10:00:00', MONTH, -1, '2027-02-28T10:00:00'],
    ['2028-02-29T00:00:00', { interval: 'year', interval_count: 1 }, 1, '2029-02-28T00:00:00'],
    ['2028-02-29T00:00:00', { interval: 'year', interval_count: 1 }, 4, '2032-02-29T00:00:00'],
    ['2027-11-30T23:59:59', { interval: 'month', interval_count: 3 }, 1, '2028-02-29T23:59:59'],
    ['2027-03-27T12:00:00', { interval: 'week', interval_count: 2 }, 1, '2027-04-10T12:00:00'],
  ] as const)('%s and %j × %i is %s', (anchor, cadence, n, expected) => {
    expect(day(boundary(utc(anchor), cadence, n))).toBe(expected);
  });

  test('each moment lies in exactly one period, and periods follow one another', () => {
    fc.assert(
      fc.property(anchors, cadences, anchors, (anchor, cadence, at) => {
        const { start, end } = periodAt(anchor, cadence, at);
        expect(start).toBeLessThanOrEqual(at);
        expect(at).toBeLessThan(end);
        expect(periodAt(anchor, cadence, end).start).toBe(end);
        expect(periodAt(anchor, cadence, start)).toEqual({ start, end });
        expect(periodAt(anchor, cadence, end - 1)).toEqual({ start, end });
      }),
    );
  });
});

describe('amounts', () => {
  const price = (charging: Partial<Price>) =>
    ({ id: 'price_1', currency: 'usd', billing_scheme: 'per_unit', transform_quantity: null, ...charging }) as Price;
  const tier = (up_to: number | null, unit_amount: number, flat_amount: number | null = null) => ({
    up_to,
    unit_amount,
    unit_amount_decimal: String(unit_amount),
    flat_amount,
    flat_amount_decimal: flat_amount === null ? null : String(flat_amount),
  });
  const tiers = [tier(5, 500, 100), tier(10, 400), tier(null, 300, 50)];

  test.each([
    ['a decimal', price({ unit_amount_decimal: '0.4' }), 1255, 502],
    ['a decimal, halves up', price({ unit_amount_decimal: '0.5' }), 3, 2],
    [
      'packages, rounded up',
      price({ unit_amount_decimal: '900', transform_quantity: { divide_by: 10, round: 'up' } }),
      11,
      1800,
    ],
    [
      'packages, rounded down',
      price({ unit_amount_decimal: '900', transform_quantity: { divide_by: 10, round: 'down' } }),
      19,
      900,
    ],
    [
      'graduated tiers',
      price({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers }),
      12,
      100 + 2500 + 2000 + 600 + 50,
    ],
    ['graduated tiers at a limit', price({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers }), 5, 2600],
    ['graduated tiers of nothing', price({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers }), 0, 100],
    ['volume tiers', price({ billing_scheme: 'tiered', tiers_mode: 'volume', tiers }), 12, 3650],
    ['volume tiers at a limit', price({ billing_scheme: 'tiered', tiers_mode: 'volume', tiers }), 5, 2600],
    [
      'another currency',
      price({ unit_amount_decimal: '1', currency_options: { eur: { unit_amount_decimal: '2' } } as never }),
      7,
      14,
    ],
  ])('%s', (name, of, quantity, amount) => {
    expect(amountOf(of, name === 'another currency' ? 'eur' : 'usd', quantity)).toBe(amount);
  });

  test('rounding is to the nearest, halves away from zero', () => {
    expect([5n, -5n, 4n, -4n, 7n].map((n) => divideRounded(n, 2n))).toEqual([3n, -3n, 2n, -2n, 4n]);
    expect([4n, -4n, 5n].map((n) => divideRounded(n, 3n))).toEqual([1n, -1n, 2n]);
    expect(scaled('-0.000000000001')).toBe(-1n);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (amount, n, d) => {
        expect(Math.abs(share(amount, n, d) - (amount * n) / d)).toBeLessThanOrEqual(
          0.500001 + Math.abs(amount * n) / d / 1e14,
        );
      }),
    );
  });
});

describe('prorations', () => {
  test('lie between nothing and the whole, fall with time, and credit what they charge', () => {
    const periods = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 366 * 86_400 }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), periods, fc.nat(), fc.nat(), (amount, [start, length], a, b) => {
        const period = { start, end: start + length };
        const [first, second] = [a % (length + 1), b % (length + 1)].sort((x, y) => x - y) as [number, number];
        const early = remainingAmount(amount, period, start + first);
        const late = remainingAmount(amount, period, start + second);
        expect(early).toBeLessThanOrEqual(amount);
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThanOrEqual(early);
        expect(remainingAmount(-amount, period, start + first) + early).toBe(0);
        expect(remainingAmount(amount, period, start)).toBe(amount);
        expect(remainingAmount(amount, period, period.end)).toBe(0);
      }),
    );
  });
});

describe('discounts', () => {
  const lines = fc.array(fc.record({ amount: fc.integer({ min: -5000, max: 1e7 }), discountable: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  });
  const reductions = fc.array(
    fc.oneof(
      fc.record({ percent_off: fc.integer({ min: 1, max: 1000 }).map((n) => n / 10), amount_off: fc.constant(null) }),
      fc.record({ percent_off: fc.constant(null), amount_off: fc.integer({ min: 1, max: 1e6 }) }),
    ),
    { maxLength: 3 },
  );

  test('never exceed a line, leave credits alone, and a fixed amount is taken to the last minor unit', () => {
    fc.assert(
      fc.property(lines, reductions, (given, off) => {
        const result = discountAmounts(given, off);
        const taken = result.map((amounts) => amounts.reduce((sum, amount) => sum + amount, 0));
        given.forEach(({ amount, discountable }, at) => {
          const most = discountable ? Math.max(amount, 0) : 0;
          expect(taken[at]).toBeGreaterThanOrEqual(0);
          expect(taken[at]).toBeLessThanOrEqual(most);
        });
        const [first] = off;
        if (first?.amount_off != null) {
          const open = given.reduce((sum, line) => sum + (line.discountable ? Math.max(line.amount, 0) : 0), 0);
          const sum = result.reduce((total, amounts) => total + (amounts[0] ?? 0), 0);
          expect(sum).toBe(Math.min(first.amount_off, open));
        }
      }),
    );
    expect(spread(100, [1, 1, 1])).toEqual([1, 1, 1]);
    expect(spread(2, [1, 1, 1])).toEqual([1, 1, 0]);
  });
});
