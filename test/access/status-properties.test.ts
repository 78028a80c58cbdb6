import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLimits } from '../../src/access/feature-limit.js';
import { statusOf } from '../../src/access/status.js';
import type { AccessState, AccountFacts, InvoiceFacts, SubscriptionFacts } from '../../src/access/status-types.js';
import { day, invoice, item, now, policy, subscription } from './account-facts.js';

const words = [
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'paused',
  'incomplete',
  'incomplete_expired',
  'canceled',
  'hibernating',
];
const moment = fc.integer({ min: now - 60 * day, max: now + 60 * day });
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const limit = maybe(fc.constantFrom('0', '1', '2.5', '10', '9007199254740993'));

const feature = fc.record({ key: fc.constantFrom('api', 'seats', 'sso'), name: fc.constantFrom('A', 'B'), limit });
const items = fc.array(
  fc.record({
    period: fc.tuple(moment, moment),
    features: fc.array(feature, { maxLength: 3 }),
    group: maybe(fc.constantFrom('default', 'addon')),
  }),
  { maxLength: 3 },
);
const subscriptionFacts: fc.Arbitrary<Omit<SubscriptionFacts, 'id'>> = fc
  .record({
    status: fc.constantFrom(...words),
    created: moment,
    trialEnd: maybe(moment),
    cancelAt: maybe(moment),
    cancelAtPeriodEnd: fc.boolean(),
    endedAt: maybe(moment),
    hasPendingUpdate: fc.boolean(),
    collectionPaused: fc.boolean(),
    collectionMethod: fc.constantFrom('charge_automatically', 'send_invoice', null),
    defaultPaymentMethodId: maybe(fc.constantFrom('pm_0', 'pm_1')),
    items,
  })
  .map(({ items, endedAt, ...rest }) => ({
    ...subscription(),
    ...rest,
    endedAt: rest.status === 'canceled' ? endedAt : null,
    items: items.map(({ period: [start, end], ...of }, index) =>
      item({ id: `si_${index}`, currentPeriodStart: start, currentPeriodEnd: end, ...of }),
    ),
  }));
const invoiceFacts: fc.Arbitrary<Omit<InvoiceFacts, 'id'>> = fc
  .record({
    subscriptionId: maybe(fc.constantFrom('sub_0', 'sub_1', 'sub_2')),
    status: fc.constantFrom('open', 'uncollectible', 'frozen', null),
    attempted: fc.boolean(),
    attemptCount: fc.nat({ max: 4 }),
    amountRemaining: fc.constantFrom(0, 500),
    created: moment,
    finalizedAt: maybe(moment),
    dueDate: maybe(moment),
  })
  .map((more) => ({ ...invoice(), ...more }));
const facts: fc.Arbitrary<AccountFacts> = fc
  .record({
    subscriptions: fc.array(subscriptionFacts, { maxLength: 4 }),
    invoices: fc.array(invoiceFacts, { maxLength: 4 }),
    paymentMethods: fc.array(
      fc.record({ expMonth: fc.integer({ min: 1, max: 12 }), expYear: fc.constantFrom(2026, 2027) }),
      { maxLength: 2 },
    ),
    defaultPaymentMethodId: maybe(fc.constant('pm_0')),
  })
  .map((all) => ({
    ...all,
    subscriptions: all.subscriptions.map((one, index) => ({ ...one, id: `sub_${index}` })),
    invoices: all.invoices.map((one, index) => ({ ...one, id: `in_${index}` })),
    paymentMethods: all.paymentMethods.map((one, index) => ({ ...one, id: `pm_${index}` })),
  }));

const best: AccessState[] = ['FULL', 'GRACE', 'UNKNOWN', 'BLOCKED', 'NONE'];
const rank = (state: AccessState) => best.indexOf(state);
const at = (given: AccountFacts, moment: number) => statusOf(given, policy, moment);

test('the same facts give the same answer until the next transition', () => {
  fc.assert(
    fc.property(facts, moment, fc.nat({ max: 10_000 }), (given, when, share) => {
      const { status, nextTransitionAt } = at(given, when);
      const until = nextTransitionAt ?? when + 400 * day;
      expect(until).toBeGreaterThan(when);
      const between = when + Math.floor(((until - 1 - when) * share) / 10_000);
      expect(at(given, between)).toEqual({ status, nextTransitionAt });
      expect(at(given, until - 1)).toEqual({ status, nextTransitionAt });
    }),
    { numRuns: 700 },
  );
});

test('time alone only takes away: access, features and their limits', () => {
  fc.assert(
    fc.property(facts, moment, moment, (given, a, b) => {
      const [earlier, later] = [at(given, Math.min(a, b)).status, at(given, Math.max(a, b)).status];
      expect(rank(later.state)).toBeGreaterThanOrEqual(rank(earlier.state));
      const had = new Map(earlier.features.map(({ key, limit }) => [key, limit]));
      for (const { key, limit } of later.features) {
        expect(had.has(key)).toBe(true);
        expect(compareLimits(limit, had.get(key) ?? null)).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 700 },
  );
});

test('walking from transition to transition ends, and misses nothing', () => {
  fc.assert(
    fc.property(facts, fc.integer({ min: now - 60 * day, max: now + 400 * day }), (given, target) => {
      let [when, computed] = [now - 60 * day, at(given, now - 60 * day)];
      for (let steps = 0; computed.nextTransitionAt !== null && computed.nextTransitionAt <= target; steps++) {
        expect(steps).toBeLessThan(60);
        when = computed.nextTransitionAt;
        computed = at(given, when);
      }
      expect(computed.status).toEqual(at(given, Math.max(target, when)).status);
    }),
    { numRuns: 400 },
  );
});

test('one more subscription never lowers access, and a good one gives it all', () => {
  fc.assert(
    fc.property(facts, subscriptionFacts, moment, (given, another, when) => {
      const more = { ...given, subscriptions: [...given.subscriptions, { ...another, id: 'sub_more' }] };
      // What somebody has counts as had, so that NONE may become BLOCKED: no access either way.
      const [without, withMore] = [at(given, when).status.state, at(more, when).status.state];
      if (without !== 'NONE') expect(rank(withMore)).toBeLessThanOrEqual(rank(without));
      const good = { ...subscription(), id: 'sub_good' };
      const all = at({ ...given, subscriptions: [...given.subscriptions, good] }, when).status;
      expect(all).toMatchObject({ state: 'FULL', reason: null, graceEndsAt: null });
    }),
    { numRuns: 700 },
  );
});

test('the order of the rows is irrelevant', () => {
  fc.assert(
    fc.property(facts, moment, fc.infiniteStream(fc.nat()), (given, when, noise) => {
      const shuffled = <T>(rows: T[]) =>
        rows
          .map((row) => ({ row, key: noise.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ row }) => row);
      const other = {
        ...given,
        subscriptions: shuffled(given.subscriptions),
        invoices: shuffled(given.invoices),
        paymentMethods: shuffled(given.paymentMethods),
      };
      expect(at(other, when)).toEqual(at(given, when));
    }),
    { numRuns: 700 },
  );
});
