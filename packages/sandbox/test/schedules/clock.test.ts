import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const START = Date.UTC(2027, 0, 31, 12) / 1000;
let sandbox: TestSandbox;
let stripe: Stripe;
let prices: Record<'small' | 'large' | 'year', Stripe.Price>;
let coupon: Stripe.Coupon;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  prices = {
    small: await monthlyPrice(stripe, 1000),
    large: await monthlyPrice(stripe, 3100),
    year: await monthlyPrice(stripe, 20_000, { recurring: { interval: 'year' } }),
  };
  coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
});
afterAll(() => sandbox.close());

const days = (interval_count: number) => ({ interval: 'day' as const, interval_count });
const months = (interval_count: number) => ({ interval: 'month' as const, interval_count });

/** A trial, an upgrade in the middle of a period, a discounted downgrade, a year, the end. */
const phases = (): Stripe.SubscriptionScheduleCreateParams.Phase[] => [
  { items: [{ price: prices.small.id }], trial: true, duration: days(3) },
  { items: [{ price: prices.small.id, quantity: 2 }], duration: days(10) },
  { items: [{ price: prices.large.id }], proration_behavior: 'always_invoice', duration: days(4) },
  { items: [{ price: prices.large.id, quantity: 3 }], duration: days(9) },
  { items: [{ price: prices.small.id }], discounts: [{ coupon: coupon.id }], duration: days(12) },
  {
    items: [{ price: prices.year.id }],
    billing_cycle_anchor: 'phase_start',
    metadata: { paid: 'yearly' },
    duration: days(5),
  },
];

async function customerOn(clock: string) {
  return stripe.customers.create({
    test_clock: clock,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
}

async function advance(clock: string, frozen_time: number) {
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time });
  await expect.poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock)).status).toBe('ready');
}

/** What a schedule and its subscription came to when the clock went on in steps of so many days. */
async function outcome(step: number, total: number) {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const customer = await customerOn(clock.id);
  const schedule = await stripe.subscriptionSchedules.create({
    customer: customer.id,
    start_date: START + DAY,
    end_behavior: 'cancel',
    phases: phases(),
  });
  expect(schedule).toMatchObject({ created: START, test_clock: clock.id, status: 'not_started' });
  for (let day = step; day <= total; day += step) await advance(clock.id, START + day * DAY);
  const ended = await stripe.subscriptionSchedules.retrieve(schedule.id);
  const invoices = await stripe.invoices.list({ customer: customer.id, limit: 100 });
  const subscription = await stripe.subscriptions.retrieve(ended.subscription as string);
  return {
    schedule: [
      ended.status,
      ended.completed_at,
      ended.phases.map(({ start_date, end_date }) => [start_date, end_date]),
    ],
    subscription: [
      subscription.status,
      subscription.created,
      subscription.ended_at,
      subscription.billing_cycle_anchor,
      subscription.metadata,
      subscription.items.data.map(({ price, quantity, current_period_start, current_period_end }) => [
        price.id,
        quantity,
        current_period_start,
        current_period_end,
      ]),
    ],
    invoices: invoices.data.map(({ created, status, total: sum, amount_paid, lines }) => [
      created,
      status,
      sum,
      amount_paid,
      lines.data.map(({ amount, period }) => [amount, period.start, period.end]).sort(),
    ]),
    balance: ((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance,
  };
}

describe('all phases passed by one advance', () => {
  test('come to the same as when the clock is moved day by day', async () => {
    const once = await outcome(48, 48);
    expect(once.schedule.slice(0, 2)).toEqual(['completed', START + 44 * DAY]);
    expect(once.subscription.slice(0, 3)).toEqual(['canceled', START + DAY, START + 44 * DAY]);
    expect(once.invoices.length).toBeGreaterThan(4);
    expect(await outcome(1, 48)).toEqual(once);
    expect(await outcome(6, 48)).toEqual(once);
  });
});

describe('month ends', () => {
  test('a schedule that begins on the 31st keeps to it, and every renewal bills its phase', async () => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    const customer = await customerOn(clock.id);
    const phase = (price: Stripe.Price) => ({ items: [{ price: price.id }], duration: months(1) });
    const schedule = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date: 'now',
      phases: [phase(prices.large), phase(prices.small), phase(prices.large)],
    });
    const at = (iso: string) => Date.parse(`${iso}T12:00:00Z`) / 1000;
    expect(schedule.phases.map(({ end_date }) => end_date)).toEqual([
      at('2027-02-28'),
      at('2027-03-31'),
      at('2027-04-30'),
    ]);
    await advance(clock.id, at('2027-03-30'));
    await advance(clock.id, at('2027-05-01'));
    const invoices = await stripe.invoices.list({ customer: customer.id });
    expect(invoices.data.map(({ created, total }) => [created, total]).reverse()).toEqual([
      [START, 3100],
      [at('2027-02-28'), 1000],
      [at('2027-03-31'), 3100],
      [at('2027-04-30'), 3100],
    ]);
    expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('released');
  });
});
