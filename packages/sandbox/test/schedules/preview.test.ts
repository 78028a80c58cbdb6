import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
let customer: Stripe.Customer;
let small: Stripe.Price;
let large: Stripe.Price;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: Date.UTC(2027, 3, 1) / 1000 });
  stripe = sandbox.stripe;
  customer = await customerWithCard(stripe);
  small = await monthlyPrice(stripe, 1000);
  large = await monthlyPrice(stripe, 3000);
});
afterAll(() => sandbox.close());

const months = (interval_count: number) => ({ interval: 'month' as const, interval_count });
const days = (interval_count: number) => ({ interval: 'day' as const, interval_count });
const amounts = ({ lines }: Stripe.Invoice) => lines.data.map(({ amount }) => amount).sort((a, b) => a - b);
const preview = (params: Stripe.InvoiceCreatePreviewParams) => stripe.invoices.createPreview(params);
const startWith = (phases: Stripe.SubscriptionScheduleCreateParams.Phase[]) =>
  stripe.subscriptionSchedules.create({ customer: customer.id, start_date: 'now', phases });
const until = (seconds: number) => sandbox.advance(seconds - sandbox.now());

async function latestOf({ id }: Stripe.SubscriptionSchedule) {
  const found = await stripe.subscriptionSchedules.retrieve(id, { expand: ['subscription.latest_invoice'] });
  return invoiceOf(found.subscription as Stripe.Subscription);
}

describe('the next invoice of a schedule', () => {
  test('is the renewal at the price of the phase that begins with it, as the subscription shows it too', async () => {
    const schedule = await startWith([
      { items: [{ price: large.id }], duration: months(1) },
      { items: [{ price: small.id, quantity: 2 }], duration: months(1) },
    ]);
    const next = await preview({ schedule: schedule.id });
    expect(next).toMatchObject({ total: 2000, created: schedule.phases[1]?.start_date });
    const { subscription } = await stripe.subscriptionSchedules.retrieve(schedule.id);
    expect((await preview({ subscription: subscription as string })).total).toBe(2000);
    await until(schedule.phases[1]?.start_date as number);
    expect(amounts(await latestOf(schedule))).toEqual(amounts(next));
  });

  test('is announced with the price of the phase that begins with it', async () => {
    const schedule = await startWith([
      { items: [{ price: large.id }], duration: months(1) },
      { items: [{ price: small.id }], duration: months(1) },
    ]);
    await until((schedule.phases[1]?.start_date as number) - DAY);
    expect(sandbox.events('invoice.upcoming').map(({ data }) => (data.object as Stripe.Invoice).total)).toEqual([1000]);
  });

  test('is the one that a phase makes in the middle of a period', async () => {
    const schedule = await startWith([
      { items: [{ price: small.id }], duration: days(15) },
      { items: [{ price: large.id }], proration_behavior: 'always_invoice', duration: months(1) },
    ]);
    const next = await preview({ schedule: schedule.id });
    expect(amounts(next)).toEqual([-500, 1500]);
    await until(schedule.phases[1]?.start_date as number);
    expect(amounts(await latestOf(schedule))).toEqual([-500, 1500]);
  });

  test('is the first one while it has not started', async () => {
    const start_date = sandbox.now() + 5 * DAY;
    const schedule = await stripe.subscriptionSchedules.create({
      customer: customer.id,
      start_date,
      phases: [{ items: [{ price: large.id }] }],
    });
    const next = await preview({ schedule: schedule.id });
    expect(next).toMatchObject({ total: 3000, created: start_date });
    expect(next.lines.data[0]?.period.start).toBe(start_date);
    expect((await stripe.subscriptions.list({ customer: customer.id })).data).toEqual([]);
    await stripe.subscriptionSchedules.cancel(schedule.id);
    await expect(preview({ schedule: schedule.id })).rejects.toMatchObject({ code: 'invoice_upcoming_none' });
  });
});

describe('a preview of a change', () => {
  test('shows what the change then bills, and changes nothing', async () => {
    const schedule = await startWith([{ items: [{ price: small.id }], duration: months(2) }]);
    await sandbox.advance(15 * DAY);
    const start_date = schedule.phases[0]?.start_date as number;
    const change = {
      phases: [{ items: [{ price: large.id }], start_date, duration: months(2) }],
      proration_behavior: 'always_invoice' as const,
    };
    const before = sandbox.events().length;
    const seen = await preview({ schedule: schedule.id, schedule_details: change });
    expect(sandbox.events()).toHaveLength(before);
    expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).phases).toEqual(schedule.phases);
    await stripe.subscriptionSchedules.update(schedule.id, change);
    const billed = await latestOf(schedule);
    expect(billed.status).toBe('paid');
    // A second may have passed.
    expect(Math.abs(billed.total - seen.total)).toBeLessThanOrEqual(1);
  });

  test('without a schedule is of one still to be made', async () => {
    const phase = { items: [{ price: large.id, quantity: 2 }], duration: months(12) };
    const first = await preview({
      customer: customer.id,
      schedule_details: { phases: [{ ...phase, start_date: 'now' }] },
    });
    expect(first.total).toBe(6000);
    expect((await stripe.subscriptionSchedules.list({ customer: customer.id })).data).toEqual([]);
  });

  test('is refused together with what says nothing about schedules', async () => {
    const schedule = await startWith([{ items: [{ price: small.id }] }]);
    const { subscription } = await stripe.subscriptionSchedules.retrieve(schedule.id);
    await expect(preview({ schedule: schedule.id, subscription: subscription as string })).rejects.toMatchObject({
      param: 'subscription',
    });
    const phases = [{ items: [{ price: small.id }] }];
    await expect(preview({ customer: customer.id, schedule_details: { phases } })).rejects.toMatchObject({
      param: 'schedule_details[phases][0][start_date]',
    });
    await expect(preview({ schedule: 'sub_sched_none' })).rejects.toMatchObject({ statusCode: 400, param: 'schedule' });
  });
});
