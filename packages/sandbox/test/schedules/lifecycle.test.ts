import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
let schedules: Stripe['subscriptionSchedules'];
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  schedules = stripe.subscriptionSchedules;
});
afterAll(() => sandbox.close());

const told = (...types: string[]) => sandbox.events(...types).map(({ type }) => type);
const month = (interval_count = 1) => ({ interval: 'month' as const, interval_count });
const until = (seconds: number) => sandbox.advance(seconds - sandbox.now());

async function planned(more: Partial<Stripe.SubscriptionScheduleCreateParams> = {}) {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 2900);
  const schedule = await schedules.create({
    customer: customer.id,
    start_date: sandbox.now() + 10 * DAY,
    phases: [{ items: [{ price: price.id }], duration: month(2) }],
    ...more,
  });
  return { customer, price, schedule };
}
const subscriptionOf = async ({ id }: Stripe.SubscriptionSchedule) => {
  const { subscription } = await schedules.retrieve(id, { expand: ['subscription.latest_invoice'] });
  return subscription as Stripe.Subscription;
};

describe('a schedule in the future', () => {
  test('has no subscription before its start; then its first invoice is a draft for an hour', async () => {
    const { customer, schedule } = await planned({ metadata: { org: 'org_acme' } });
    const start = schedule.phases[0]?.start_date as number;
    expect(schedule).toMatchObject({
      status: 'not_started',
      subscription: null,
      current_phase: null,
      metadata: { org: 'org_acme' },
    });
    expect((await stripe.subscriptions.list({ customer: customer.id })).data).toEqual([]);
    await until(start + 60);
    const started = await schedules.retrieve(schedule.id);
    expect(started).toMatchObject({ status: 'active', current_phase: { start_date: start } });
    const subscription = await subscriptionOf(schedule);
    expect(subscription).toMatchObject({ status: 'active', created: start, schedule: schedule.id, cancel_at: null });
    expect(invoiceOf(subscription)).toMatchObject({ status: 'draft', billing_reason: 'subscription_create' });
    await sandbox.advance(3600);
    expect(invoiceOf(await subscriptionOf(schedule))).toMatchObject({ status: 'paid', amount_paid: 2900 });
    expect(told('subscription_schedule.created', 'customer.subscription.created')).toEqual([
      'subscription_schedule.created',
      'customer.subscription.created',
    ]);
  });

  test('can be changed as a whole, canceled and released before it starts', async () => {
    const { schedule, price } = await planned();
    const start_date = sandbox.now() + 20 * DAY;
    const moved = await schedules.update(schedule.id, {
      phases: [{ items: [{ price: price.id, quantity: 4 }], start_date, duration: month() }],
    });
    expect(moved.phases).toMatchObject([{ start_date, items: [{ quantity: 4 }] }]);
    await until(start_date - DAY);
    expect((await schedules.retrieve(schedule.id)).status).toBe('not_started');
    const canceled = await schedules.cancel(schedule.id);
    expect(canceled).toMatchObject({ status: 'canceled', subscription: null });
    expect(canceled.canceled_at).toBeGreaterThanOrEqual(start_date - DAY);
    const { schedule: other } = await planned();
    expect(await schedules.release(other.id)).toMatchObject({ status: 'released', released_subscription: null });
    await sandbox.advance(40 * DAY);
    expect(told('customer.subscription.created')).toEqual([]);
  });

  test('can be started at once, and shows what it refers to', async () => {
    const { customer, schedule, price } = await planned();
    const started = await schedules.update(schedule.id, {
      phases: [{ items: [{ price: price.id }], start_date: 'now', duration: month() }],
      expand: ['customer', 'subscription.latest_invoice', 'phases.items.price'],
    });
    expect(started).toMatchObject({
      status: 'active',
      customer: { id: customer.id },
      subscription: { status: 'active', schedule: schedule.id, latest_invoice: { status: 'draft', total: 2900 } },
      phases: [{ items: [{ price: { id: price.id, unit_amount: 2900 }, plan: price.id }] }],
    });
    expect(told().slice(-2)).toEqual(['customer.subscription.created', 'subscription_schedule.updated']);
  });

  test('goes with its customer', async () => {
    const { customer, schedule } = await planned();
    await stripe.customers.del(customer.id);
    expect((await schedules.retrieve(schedule.id)).status).toBe('canceled');
    await sandbox.advance(20 * DAY);
    expect(told('customer.subscription.created')).toEqual([]);
  });

  test('whose coupon ran out before it starts cannot make its subscription and is canceled', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once', redeem_by: sandbox.now() + DAY });
    const price = await monthlyPrice(stripe, 2900);
    const { schedule } = await planned({
      phases: [{ items: [{ price: price.id }], discounts: [{ coupon: coupon.id }] }],
    });
    await sandbox.advance(11 * DAY);
    expect(await schedules.retrieve(schedule.id)).toMatchObject({ status: 'canceled', subscription: null });
  });
});

describe('the end', () => {
  test('is announced a week before; the subscription is released and goes on', async () => {
    const { schedule } = await planned({ start_date: 'now' });
    const end = schedule.phases[0]?.end_date as number;
    await until(end - 6 * DAY);
    const [expiring] = sandbox.events('subscription_schedule.expiring');
    expect(expiring).toMatchObject({ created: end - 7 * DAY, data: { object: { id: schedule.id, status: 'active' } } });
    const { id } = await subscriptionOf(schedule);
    await until(end + 3700);
    expect(await schedules.retrieve(schedule.id)).toMatchObject({
      status: 'released',
      released_at: end,
      released_subscription: id,
      subscription: null,
    });
    const left = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
    expect(left).toMatchObject({ status: 'active', schedule: null });
    expect(invoiceOf(left)).toMatchObject({ created: end, status: 'paid' });
    await expect(schedules.update(schedule.id, { metadata: { a: 'b' } })).rejects.toThrow(
      'You cannot update a subscription schedule that is currently in the `released` status. It must be in `not_started, active` status to be updated.',
    );
  });

  test('of one that cancels is shown by the subscription in the last phase only, and completes the schedule', async () => {
    const price = await monthlyPrice(stripe, 1000);
    const phase = { items: [{ price: price.id }], duration: month() };
    const { schedule } = await planned({ start_date: 'now', end_behavior: 'cancel', phases: [phase, phase] });
    const [first, last] = schedule.phases as [Stripe.SubscriptionSchedule.Phase, Stripe.SubscriptionSchedule.Phase];
    expect((await subscriptionOf(schedule)).cancel_at).toBeNull();
    await until(first.end_date + 1);
    expect(await subscriptionOf(schedule)).toMatchObject({
      status: 'active',
      cancel_at: last.end_date,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    await until(last.end_date + 1);
    expect(await subscriptionOf(schedule)).toMatchObject({ status: 'canceled', ended_at: last.end_date });
    expect(await schedules.retrieve(schedule.id)).toMatchObject({
      status: 'completed',
      completed_at: last.end_date,
      canceled_at: null,
      current_phase: null,
    });
    expect(told('subscription_schedule.completed', 'subscription_schedule.canceled')).toEqual([
      'subscription_schedule.completed',
    ]);
    const invoices = await stripe.invoices.list({ customer: schedule.customer as string });
    expect(invoices.data.map(({ status, total }) => [status, total])).toEqual([
      ['paid', 1000],
      ['paid', 1000],
    ]);
  });

  test('can be changed: another end behavior sets or takes back the cancellation', async () => {
    const { schedule } = await planned({ start_date: 'now' });
    const end = schedule.phases[0]?.end_date;
    await schedules.update(schedule.id, { end_behavior: 'cancel' });
    expect((await subscriptionOf(schedule)).cancel_at).toBe(end);
    await schedules.update(schedule.id, { end_behavior: 'release' });
    expect(await subscriptionOf(schedule)).toMatchObject({ cancel_at: null, canceled_at: null });
  });
});

describe('a release', () => {
  test('leaves the subscription as it is, without the cancellation that the schedule had set', async () => {
    const { schedule } = await planned({ start_date: 'now', end_behavior: 'cancel' });
    const { id } = await subscriptionOf(schedule);
    const released = await schedules.release(schedule.id);
    expect(released).toMatchObject({ status: 'released', subscription: null, released_subscription: id });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'active',
      schedule: null,
      cancel_at: null,
      canceled_at: null,
    });
    expect(told().slice(-3)).toEqual([
      'subscription_schedule.updated',
      'subscription_schedule.released',
      'customer.subscription.updated',
    ]);
    await expect(schedules.cancel(schedule.id)).rejects.toThrow(
      'You cannot cancel a subscription schedule that is currently in the `released` status. It must be in `not_started, active` status to be canceled.',
    );
    await sandbox.advance(70 * DAY);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  test('keeps the cancellation on demand', async () => {
    const { schedule } = await planned({ start_date: 'now', end_behavior: 'cancel' });
    const { id } = await subscriptionOf(schedule);
    await schedules.release(schedule.id, { preserve_cancel_date: true });
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      schedule: null,
      cancel_at: schedule.phases[0]?.end_date,
    });
  });
});

describe('a cancellation', () => {
  test('of the schedule ends its subscription too, with a credit for the unused time', async () => {
    const { schedule } = await planned({ start_date: 'now' });
    await sandbox.advance(15 * DAY);
    const canceled = await schedules.cancel(schedule.id);
    expect(canceled).toMatchObject({ status: 'canceled', current_phase: null });
    const subscription = await subscriptionOf(canceled);
    expect(subscription).toMatchObject({ status: 'canceled', schedule: schedule.id });
    expect(invoiceOf(subscription).total).toBeLessThan(-1300);
    const [deleted] = sandbox.events('customer.subscription.deleted');
    expect(deleted?.data.object).toMatchObject({ id: subscription.id });
    expect(told('subscription_schedule.canceled', 'subscription_schedule.aborted')).toEqual([
      'subscription_schedule.canceled',
    ]);
  });

  test('of the schedule without proration leaves no invoice', async () => {
    const { schedule } = await planned({ start_date: 'now' });
    const first = invoiceOf(await subscriptionOf(schedule)).id;
    await sandbox.advance(15 * DAY);
    await schedules.cancel(schedule.id, { prorate: false, invoice_now: false });
    expect(invoiceOf(await subscriptionOf(schedule)).id).toBe(first);
  });

  test('of the subscription cancels the schedule', async () => {
    const { schedule } = await planned({ start_date: 'now' });
    await stripe.subscriptions.cancel((await subscriptionOf(schedule)).id);
    expect((await schedules.retrieve(schedule.id)).status).toBe('canceled');
  });

  test('because nobody paid aborts the schedule', async () => {
    const { customer, schedule } = await planned({ start_date: 'now', ...(await yearly()) });
    const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
    await sandbox.advance(20 * DAY);
    expect(await schedules.retrieve(schedule.id)).toMatchObject({ status: 'canceled' });
    expect(told('subscription_schedule.canceled', 'subscription_schedule.aborted')).toEqual([
      'subscription_schedule.aborted',
      'subscription_schedule.canceled',
    ]);
  });

  test('by the end of the customer cancels it', async () => {
    const { customer, schedule } = await planned({ start_date: 'now' });
    await stripe.customers.del(customer.id);
    expect((await schedules.retrieve(schedule.id)).status).toBe('canceled');
  });
});

async function yearly() {
  const price = await monthlyPrice(stripe, 2900);
  return { phases: [{ items: [{ price: price.id }], duration: month(12) }] };
}

describe('lists', () => {
  test('show schedules by customer, state and time', async () => {
    const { customer, schedule } = await planned();
    const { schedule: running } = await planned({ start_date: 'now' });
    const ids = async (params: Stripe.SubscriptionScheduleListParams) =>
      (await schedules.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([running.id, schedule.id]);
    expect(await ids({ customer: customer.id })).toEqual([schedule.id]);
    expect(await ids({ scheduled: true })).toEqual([schedule.id]);
    await schedules.cancel(schedule.id);
    await schedules.release(running.id);
    const since = { gte: sandbox.now() - 60 };
    expect(await ids({ canceled_at: since })).toEqual([schedule.id]);
    expect(await ids({ released_at: since })).toEqual([running.id]);
    expect(await ids({ completed_at: since })).toEqual([]);
    expect(await ids({ created: { lt: schedule.created } })).toEqual([]);
  });

  test('leave out those on a test clock unless their customer is asked for', async () => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    const price = await monthlyPrice(stripe, 1000);
    const schedule = await schedules.create({
      customer: customer.id,
      start_date: 1_800_000_000 + DAY,
      phases: [{ items: [{ price: price.id }] }],
    });
    expect(schedule).toMatchObject({ test_clock: clock.id, created: 1_800_000_000 });
    expect((await schedules.list()).data).toEqual([]);
    expect((await schedules.list({ customer: customer.id })).data).toHaveLength(1);
  });
});
