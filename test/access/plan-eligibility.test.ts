import { expect, test } from 'vitest';
import { allowedActions } from '../../src/access/allowed-actions.js';
import { type HeldPlan, planEligibility } from '../../src/access/plan-eligibility.js';
import { planRank } from '../../src/access/plan-rank.js';

const team = { id: 'prod_team', group: 'default', rank: 2, currencies: ['usd', 'eur'], hasTrial: true };
const held = (values: Partial<HeldPlan> = {}): HeldPlan => ({
  id: 'sub_1',
  status: 'active',
  collectionMethod: 'charge_automatically',
  scheduleId: null,
  latestInvoiceId: 'in_1',
  endsAt: null,
  productId: 'prod_starter',
  group: 'default',
  rank: 1,
  ...values,
});
const account = (...plans: HeldPlan[]) => ({ held: plans, currency: null as string | null, hadTrial: false });

test.each([
  ['nothing', account(), 'START'],
  ['a lower plan', account(held()), 'UPGRADE'],
  ['a higher plan', account(held({ rank: 3 })), 'DOWNGRADE'],
  ['a plan of the same rank', account(held({ rank: 2 })), 'SWITCH'],
  ['a plan that is not mirrored', account(held({ rank: null })), 'SWITCH'],
  ['the plan itself', account(held({ productId: 'prod_team' })), 'CURRENT'],
  ['the plan itself, ending', account(held({ productId: 'prod_team', endsAt: 5 })), 'RESUME'],
  ['the plan itself, paused', account(held({ productId: 'prod_team', status: 'paused' })), 'RESUME'],
  ['a plan of another group', account(held({ group: 'addons' })), 'START'],
  ['an ended one', account(held({ status: 'canceled' })), 'START'],
  ['one that was never paid', account(held({ status: 'incomplete' })), 'START'],
  ['a plan with an open invoice', account(held({ status: 'past_due' })), 'UNAVAILABLE'],
  ['a paused plan', account(held({ status: 'paused' })), 'UNAVAILABLE'],
] as const)('an account that holds %s may %s: %s', (_, given, action) => {
  const { action: answered, reason } = planEligibility(team, given);
  expect(answered).toBe(action);
  expect(reason === null).toBe(action !== 'UNAVAILABLE');
});

test('a locked currency and a plan without prices make a plan unavailable', () => {
  expect(planEligibility(team, { ...account(), currency: 'jpy' })).toMatchObject({ action: 'UNAVAILABLE' });
  expect(planEligibility(team, { ...account(), currency: 'eur' }).action).toBe('START');
  expect(planEligibility({ ...team, currencies: [] }, account()).reason).toContain('no price');
});

test('a trial is offered to whoever starts and had none', () => {
  expect(planEligibility(team, account()).trialAvailable).toBe(true);
  expect(planEligibility(team, { ...account(), hadTrial: true }).trialAvailable).toBe(false);
  expect(planEligibility(team, account(held())).trialAvailable).toBe(false);
  expect(planEligibility({ ...team, hasTrial: false }, account()).trialAvailable).toBe(false);
});

test('a rank is what the catalogue says, else the lowest amount a month', () => {
  const price = (unitAmount: string | null, interval: string | null, intervalCount = 1, usageType = 'licensed') => ({
    ...{ unitAmount, interval, intervalCount, usageType },
  });
  expect(planRank(7, [price('100', 'month')])).toBe(7);
  expect(planRank(null, [price('1200', 'month'), price('12000', 'year')])).toBe(1000);
  expect(planRank(null, [price('3000', 'month', 3)])).toBe(1000);
  expect(planRank(null, [price('1', 'month', 1, 'metered'), price(null, 'month'), price('50', null)])).toBe(0);
  expect(planRank(null, [price('1e300', 'month')])).toBe(2 ** 31 - 1);
});

test.each([
  ['active', {}, ['CHANGE_PLAN', 'CANCEL']],
  ['active', { cancelAtPeriodEnd: true }, ['CHANGE_PLAN', 'CANCEL', 'KEEP']],
  ['trialing', { cancelAt: 5 }, ['CHANGE_PLAN', 'CANCEL', 'KEEP']],
  ['past_due', {}, ['CANCEL']],
  ['incomplete', {}, ['CONFIRM_PAYMENT', 'CANCEL']],
  ['paused', {}, ['CANCEL']],
  ['canceled', { cancelAt: 5 }, []],
  ['incomplete_expired', {}, []],
] as const)('%s %o allows %j', (status, more, actions) => {
  const { endsAt: _, group: _group, rank: _rank, productId: _product, ...subscription } = held({ status });
  expect(allowedActions({ ...subscription, cancelAt: null, cancelAtPeriodEnd: false, ...more })).toEqual(actions);
});
