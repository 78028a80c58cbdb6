import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const APRIL = Date.UTC(2026, 3, 1) / 1000;
let sandbox: TestSandbox;
let stripe: Stripe;
let clock: Stripe.TestHelpers.TestClock;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
  clock = await stripe.testHelpers.testClocks.create({ frozen_time: APRIL });
});
afterAll(() => sandbox.close());

async function scheduled() {
  const card = 'pm_card_visa';
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptionSchedules.create({
    customer: customer.id,
    start_date: 'now',
    phases: [{ items: [{ price: price.id }], duration: { interval: 'year' } }],
  });
}
async function advanceTo(frozen_time: number) {
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
  await expect.poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status).toBe('ready');
}
const subscriptionOf = ({ subscription }: Stripe.SubscriptionSchedule) =>
  stripe.subscriptions.retrieve(subscription as string);

test('a subscription pauses and resumes at the times of its schedule, on its customer’s clock', async () => {
  const { id } = await scheduled();
  const planned = await stripe.subscriptionSchedules.update(id, {
    pause_schedules: [
      {
        key: 'holiday',
        pause: { pause_at: { type: 'timestamp', timestamp: APRIL + 10 * DAY } },
        resume: { resume_at: { type: 'duration', duration: { interval: 'week', interval_count: 2 } } },
      },
    ],
  });
  expect(planned.pause_schedules).toEqual([
    {
      key: 'holiday',
      pause: {
        pause_at: APRIL + 10 * DAY,
        settings: {
          bill_for: { outstanding_usage_through: { type: 'pause_at' }, unused_time_from: { type: 'pause_at' } },
          invoicing_behavior: 'pending_invoice_item',
          type: 'subscription',
        },
        status: { type: 'scheduled' },
      },
      resume: {
        resume_at: APRIL + 24 * DAY,
        settings: {
          billing_cycle_anchor: 'resume_at',
          payment_behavior: 'resume_on_payment_success',
          proration_behavior: 'create_prorations',
        },
        status: { type: 'scheduled' },
      },
    },
  ]);
  await advanceTo(APRIL + 11 * DAY);
  expect(await subscriptionOf(planned)).toMatchObject({
    status: 'paused',
    status_details: { paused: { transitioned_at: APRIL + 10 * DAY } },
  });
  await advanceTo(APRIL + 25 * DAY);
  expect(await subscriptionOf(planned)).toMatchObject({
    status: 'active',
    billing_cycle_anchor: APRIL + 24 * DAY,
  });
  expect((await stripe.subscriptionSchedules.retrieve(id)).pause_schedules).toMatchObject([
    { pause: { status: { type: 'succeeded' } }, resume: { status: { type: 'succeeded' } } },
  ]);
  const [resumption] = (await stripe.invoices.list({ subscription: planned.subscription as string })).data;
  expect(resumption).toMatchObject({ status: 'paid', total: 1000 });
});

test('pausing now needs the schedule, not the subscription; a date to resume is added, moved and taken away', async () => {
  const schedule = await scheduled();
  await expect(stripe.subscriptions.pause(schedule.subscription as string)).rejects.toMatchObject({ statusCode: 400 });
  const paused = await stripe.subscriptionSchedules.update(schedule.id, {
    pause_schedules: [{ key: 'break', pause: { pause_at: { type: 'now' } } }],
  });
  expect(paused.pause_schedules).toMatchObject([{ pause: { status: { type: 'succeeded' } }, resume: null }]);
  expect((await subscriptionOf(schedule)).status).toBe('paused');
  const resume = (timestamp: number) =>
    stripe.subscriptionSchedules.update(schedule.id, {
      pause_schedules: [{ key: 'break', resume: { resume_at: { type: 'timestamp', timestamp } } }],
    });
  await resume(APRIL + 5 * DAY);
  const moved = await resume(APRIL + 8 * DAY);
  expect(moved.pause_schedules[0]).toMatchObject({ key: 'break', resume: { resume_at: APRIL + 8 * DAY } });
  await advanceTo(APRIL + 6 * DAY);
  expect((await subscriptionOf(schedule)).status).toBe('paused');
  const cleared = await stripe.subscriptionSchedules.update(schedule.id, { pause_schedules: '' });
  expect(cleared.pause_schedules).toEqual([]);
  await advanceTo(APRIL + 20 * DAY);
  expect((await subscriptionOf(schedule)).status).toBe('paused');
});

test('what cannot be done at its time is remembered as an error', async () => {
  const schedule = await scheduled();
  await stripe.subscriptionSchedules.update(schedule.id, {
    pause_schedules: [
      {
        pause: { pause_at: { type: 'now' }, settings: { bill_for: { unused_time_from: { type: 'none' } } } },
        resume: { resume_at: { type: 'timestamp', timestamp: APRIL + 5 * DAY } },
      },
    ],
  });
  await stripe.customers.update(schedule.customer as string, { invoice_settings: { default_payment_method: '' } });
  await advanceTo(APRIL + 6 * DAY);
  expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).pause_schedules).toMatchObject([
    { resume: { status: { type: 'error', error: { code: 'resource_missing' } } } },
  ]);
  expect((await subscriptionOf(schedule)).status).toBe('paused');
});

test('moments must be in the future and follow each other; there is one entry', async () => {
  const { id } = await scheduled();
  const at = (timestamp: number) => ({ type: 'timestamp' as const, timestamp });
  const update = (...pause_schedules: Stripe.SubscriptionScheduleUpdateParams.PauseSchedule[]) =>
    stripe.subscriptionSchedules.update(id, { pause_schedules });
  await expect(update({ pause: { pause_at: at(APRIL - 1) } })).rejects.toMatchObject({
    param: 'pause_schedules[0][pause][pause_at][timestamp]',
  });
  await expect(
    update({ pause: { pause_at: at(APRIL + 9) }, resume: { resume_at: at(APRIL + 8) } }),
  ).rejects.toMatchObject({ param: 'pause_schedules[0][resume][resume_at]' });
  await expect(update({ resume: { resume_at: at(APRIL + 8) } })).rejects.toMatchObject({ code: 'parameter_missing' });
  const entry = { pause: { pause_at: at(APRIL + 9) } };
  await expect(update(entry, entry)).rejects.toMatchObject({ param: 'pause_schedules' });
  expect((await stripe.subscriptionSchedules.retrieve(id)).pause_schedules).toEqual([]);
});
