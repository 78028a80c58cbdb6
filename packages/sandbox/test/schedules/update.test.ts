import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
let schedules: Stripe['subscriptionSchedules'];
let small: Stripe.Price;
let large: Stripe.Price;
let subscription: Stripe.Subscription;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: Date.UTC(2027, 3, 1) / 1000 });
  stripe = sandbox.stripe;
  schedules = stripe.subscriptionSchedules;
  const customer = await customerWithCard(stripe);
  small = await monthlyPrice(stripe, 1000);
  large = await monthlyPrice(stripe, 3000);
  subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] });
});
afterAll(() => sandbox.close());

const months = (interval_count: number) => ({ interval: 'month' as const, interval_count });
const scheduled = () => schedules.create({ from_subscription: subscription.id });
const current = ({ phases }: Stripe.SubscriptionSchedule) => {
  const { start_date, end_date } = phases.at(-1) as Stripe.SubscriptionSchedule.Phase;
  return { items: [{ price: small.id, quantity: 1 }], start_date, end_date };
};
const fresh = () => stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
const itemsOf = ({ items }: Stripe.Subscription) => items.data.map(({ price, quantity }) => [price.id, quantity]);
const span = ({ phases }: Stripe.SubscriptionSchedule) =>
  phases.map(({ start_date, end_date }) => [start_date, end_date]);
const told = (...types: string[]) => sandbox.events(...types).map(({ type }) => type);

describe('from a subscription', () => {
  test('the schedule has one phase, the current period, with what the subscription has', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    await stripe.subscriptions.update(subscription.id, {
      collection_method: 'send_invoice',
      days_until_due: 14,
      discounts: [{ coupon: coupon.id }],
    });
    const before = await fresh();
    const schedule = await scheduled();
    const [item] = before.items.data;
    expect(schedule).toMatchObject({
      status: 'active',
      customer: subscription.customer,
      subscription: subscription.id,
      end_behavior: 'release',
      billing_mode: { type: 'flexible' },
      default_settings: { collection_method: 'send_invoice', invoice_settings: { days_until_due: 14 } },
      phases: [
        {
          items: [{ price: small.id, plan: small.id, quantity: 1 }],
          discounts: [{ discount: before.discounts[0] }],
          currency: 'usd',
          start_date: item?.current_period_start,
          end_date: item?.current_period_end,
          trial_end: null,
          proration_behavior: 'create_prorations',
        },
      ],
    });
    expect((await fresh()).schedule).toBe(schedule.id);
    expect(told().slice(-2)).toEqual(['subscription_schedule.created', 'customer.subscription.updated']);
  });

  test('takes nothing else, and a subscription has one schedule', async () => {
    await expect(schedules.create({ from_subscription: subscription.id, metadata: { a: 'b' } })).rejects.toMatchObject({
      statusCode: 400,
      param: 'metadata',
    });
    const schedule = await scheduled();
    await expect(scheduled()).rejects.toThrow(
      `You cannot migrate a subscription that is already attached to a schedule: \`${schedule.id}\`.`,
    );
    await schedules.release(schedule.id);
    expect((await scheduled()).status).toBe('active');
  });

  test('in a trial has the trial as its phase', async () => {
    const params = { customer: subscription.customer as string, items: [{ price: small.id }], trial_period_days: 14 };
    const trialing = await stripe.subscriptions.create(params);
    const schedule = await schedules.create({ from_subscription: trialing.id });
    expect(schedule.phases).toMatchObject([{ end_date: trialing.trial_end, trial_end: trialing.trial_end }]);
    const { items, start_date, end_date } = current(schedule);
    await schedules.update(schedule.id, {
      phases: [
        { items, start_date, end_date, trial_end: end_date },
        { items: [{ price: large.id }], duration: months(1) },
      ],
    });
    expect((await stripe.subscriptions.retrieve(trialing.id)).status).toBe('trialing');
    await sandbox.advance(14 * DAY + 3700);
    const begun = await stripe.subscriptions.retrieve(trialing.id, { expand: ['latest_invoice'] });
    expect(begun.status).toBe('active');
    expect(invoiceOf(begun)).toMatchObject({ status: 'paid', total: 3000 });
  });

  test('keeps a cancellation that was asked for', async () => {
    const { cancel_at } = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    const schedule = await scheduled();
    expect(schedule).toMatchObject({ end_behavior: 'cancel', phases: [{ end_date: cancel_at }] });
    await sandbox.advance(31 * DAY);
    expect((await fresh()).status).toBe('canceled');
    expect((await schedules.retrieve(schedule.id)).status).toBe('completed');
  });

  test('is not offered for one that has ended', async () => {
    await stripe.subscriptions.cancel(subscription.id);
    await expect(scheduled()).rejects.toMatchObject({ statusCode: 400, param: 'from_subscription' });
    await expect(schedules.create({ from_subscription: 'sub_none' })).rejects.toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'from_subscription',
    });
  });
});

describe('two phases after the first request', () => {
  test('change the subscription at its renewal and leave it alone before', async () => {
    const schedule = await scheduled();
    const updated = await schedules.update(schedule.id, {
      metadata: { reason: 'downgrade' },
      end_behavior: 'release',
      phases: [current(schedule), { items: [{ price: large.id, quantity: 2 }], duration: months(2) }],
    });
    expect(updated).toMatchObject({ metadata: { reason: 'downgrade' }, current_phase: schedule.current_phase });
    expect(itemsOf(await fresh())).toEqual([[small.id, 1]]);
    await sandbox.advance(31 * DAY);
    const renewed = await fresh();
    expect(itemsOf(renewed)).toEqual([[large.id, 2]]);
    expect(invoiceOf(renewed)).toMatchObject({ total: 6000, status: 'paid' });
    const active = await schedules.retrieve(schedule.id);
    expect(active.current_phase).toEqual({
      start_date: updated.phases[1]?.start_date,
      end_date: updated.phases[1]?.end_date,
    });
    expect(active.phases).toHaveLength(2);
    // The past phase may be left out or repeated.
    const { start_date } = updated.phases[1] as Stripe.SubscriptionSchedule.Phase;
    const again = await schedules.update(schedule.id, {
      phases: [
        current(schedule),
        { items: [{ price: large.id, quantity: 2 }], start_date, duration: months(1) },
        { items: [{ price: small.id }], duration: months(1) },
      ],
    });
    expect(again.phases).toHaveLength(3);
    expect(itemsOf(await fresh())).toEqual([[large.id, 2]]);
  });
});

describe('a change of the running phase', () => {
  beforeEach(() => sandbox.advance(15 * DAY));

  test.each([
    [undefined, [-500, 1500], undefined],
    ['none', [], undefined],
    ['always_invoice', [], 1000],
  ] as const)('with proration_behavior %s', async (proration_behavior, waiting, billed) => {
    const schedule = await scheduled();
    await schedules.update(schedule.id, {
      phases: [{ ...current(schedule), items: [{ price: large.id }] }],
      ...(proration_behavior && { proration_behavior }),
    });
    const changed = await fresh();
    expect(itemsOf(changed)).toEqual([[large.id, 1]]);
    const pending = await stripe.invoiceItems.list({ customer: subscription.customer as string, pending: true });
    const close = pending.data.map(({ amount }) => Math.round(amount / 10) * 10).sort();
    expect(close).toEqual(waiting);
    if (billed === undefined) expect(changed.latest_invoice).toMatchObject({ id: subscription.latest_invoice });
    else expect(invoiceOf(changed)).toMatchObject({ status: 'paid', billing_reason: 'subscription_update' });
  });

  test('can end it now and begin the next one', async () => {
    const schedule = await scheduled();
    const { start_date, end_date } = current(schedule);
    const before = sandbox.now();
    const updated = await schedules.update(schedule.id, {
      phases: [
        { items: [{ price: small.id }], start_date, end_date: 'now' },
        { items: [{ price: large.id }], start_date: 'now', end_date, proration_behavior: 'none' },
      ],
    });
    const began = updated.current_phase?.start_date as number;
    expect(updated.current_phase?.end_date).toBe(end_date);
    expect(began).toBeGreaterThanOrEqual(before);
    expect(began).toBeLessThanOrEqual(sandbox.now());
    expect(itemsOf(await fresh())).toEqual([[large.id, 1]]);
  });

  test('can move its end, which the next phase and a cancellation follow', async () => {
    const schedule = await scheduled();
    const { start_date, end_date } = current(schedule);
    const later = end_date + 40 * DAY;
    const updated = await schedules.update(schedule.id, {
      end_behavior: 'cancel',
      phases: [{ items: [{ price: small.id }], start_date, end_date: later }],
    });
    expect(updated.current_phase?.end_date).toBe(later);
    expect((await fresh()).cancel_at).toBe(later);
  });
});

describe('what is refused', () => {
  test('phases that would change the past or say nothing of their start', async () => {
    const schedule = await scheduled();
    const { start_date, end_date, items } = current(schedule);
    const update = (...phases: Stripe.SubscriptionScheduleUpdateParams.Phase[]) =>
      schedules.update(schedule.id, { phases });
    await expect(update({ items, end_date })).rejects.toThrow(
      'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
    );
    await expect(update({ items, start_date: start_date + 60, end_date })).rejects.toThrow(
      'You can not modify the start date of the current phase.',
    );
    await sandbox.advance(2 * DAY);
    await expect(update({ items, start_date, end_date: start_date + DAY })).rejects.toThrow(
      'You can only adjust the end date to a future date for the current phase.',
    );
    const phase = { items, duration: months(1) };
    await expect(update({ items, start_date, end_date }, ...Array.from({ length: 10 }, () => phase))).rejects.toThrow(
      'up to 10',
    );
    expect(span(await schedules.retrieve(schedule.id))).toEqual(span(schedule));
  });

  test.each<[string, Partial<Stripe.SubscriptionScheduleCreateParams.Phase>, string]>([
    ['a duration and an end', { duration: months(1), end_date: 2_000_000_000 }, 'phases[0][duration]'],
    ['an unknown coupon', { discounts: [{ coupon: 'none' }] }, 'phases[0][discounts][0][coupon]'],
    [
      'a new cycle with a trial',
      { billing_cycle_anchor: 'phase_start', trial: true },
      'phases[0][billing_cycle_anchor]',
    ],
    ['another method', { default_payment_method: 'pm_none' }, 'default_payment_method'],
    ['another currency', { currency: 'eur' }, 'phases[0][items]'],
    ['no due date', { collection_method: 'send_invoice' }, 'phases[0][invoice_settings][days_until_due]'],
    ['iterations, which are gone', { iterations: 3 } as object, 'phases[0][iterations]'],
    ['tax rates, which are not offered', { default_tax_rates: ['txr_1'] }, 'phases[0][default_tax_rates]'],
  ])('%s', async (_, phase, param) => {
    const params = {
      customer: subscription.customer as string,
      start_date: 'now' as const,
      phases: [{ items: [{ price: small.id }], ...phase }],
    };
    await expect(schedules.create(params)).rejects.toMatchObject({ statusCode: 400, param });
    expect((await schedules.list()).data).toEqual([]);
  });

  test('a schedule without a customer, phases or a start', async () => {
    const customer = subscription.customer as string;
    const phases = [{ items: [{ price: small.id }] }];
    await expect(schedules.create({ phases, start_date: 'now' })).rejects.toMatchObject({ param: 'customer' });
    await expect(schedules.create({ customer, start_date: 'now' })).rejects.toMatchObject({ param: 'phases' });
    await expect(schedules.create({ customer, phases })).rejects.toMatchObject({ param: 'start_date' });
    await expect(schedules.retrieve('sub_sched_none')).rejects.toMatchObject({ statusCode: 404, param: 'id' });
  });
});

describe('a direct change of the subscription', () => {
  test('of its cancellation is refused', async () => {
    const schedule = await scheduled();
    for (const change of [{ cancel_at_period_end: true }, { cancel_at: sandbox.now() + DAY }]) {
      await expect(stripe.subscriptions.update(subscription.id, change)).rejects.toThrow(
        `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
      );
    }
  });

  test('of its items splits the running phase; the next phase takes the change back', async () => {
    const schedule = await scheduled();
    const end = current(schedule).end_date;
    await schedules.update(schedule.id, {
      phases: [current(schedule), { items: [{ price: small.id, quantity: 1 }], duration: months(1) }],
    });
    await sandbox.advance(10 * DAY);
    const [item] = subscription.items.data;
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id as string, price: large.id }],
      proration_behavior: 'none',
    });
    const split = await schedules.retrieve(schedule.id);
    expect(split.phases.map(({ items }) => items.map(({ price }) => price))).toEqual([
      [small.id],
      [large.id],
      [small.id],
    ]);
    const at = split.phases[1]?.start_date as number;
    expect(split.current_phase).toEqual({ start_date: at, end_date: end });
    expect(span(split).slice(0, 2)).toEqual([
      [current(schedule).start_date, at],
      [at, end],
    ]);
    await sandbox.advance(end - sandbox.now() + 1);
    const renewed = await fresh();
    expect(itemsOf(renewed)).toEqual([[small.id, 1]]);
    expect(invoiceOf(renewed).total).toBe(1000);
  });

  test('of its discounts splits it too', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    await stripe.subscriptions.update(subscription.id, { discounts: [{ coupon: coupon.id }] });
    const schedule = await scheduled();
    await sandbox.advance(DAY);
    await stripe.subscriptions.deleteDiscount(subscription.id);
    const split = await schedules.retrieve(schedule.id);
    expect(split.phases.map(({ discounts }) => discounts.length)).toEqual([1, 0]);
  });

  test('of what it shares with the default settings is taken over; metadata is not', async () => {
    const schedule = await scheduled();
    await stripe.subscriptions.update(subscription.id, {
      collection_method: 'send_invoice',
      days_until_due: 7,
      metadata: { org: 'org_acme' },
    });
    const followed = await schedules.retrieve(schedule.id);
    expect(followed).toMatchObject({
      default_settings: { collection_method: 'send_invoice', invoice_settings: { days_until_due: 7 } },
      phases: [{ collection_method: 'send_invoice', metadata: {} }],
    });
    expect(followed.phases).toHaveLength(1);
    await schedules.update(schedule.id, { default_settings: { description: 'For the team' } });
    expect(await fresh()).toMatchObject({
      description: 'For the team',
      collection_method: 'send_invoice',
      days_until_due: 7,
      metadata: { org: 'org_acme' },
    });
  });
});
