import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox({ seed: true });
});
afterAll(() => box.close());

const START = Date.UTC(2027, 0, 31, 12) / 1000;
const at = (iso: string) => Date.parse(iso) / 1000;

async function customerOn(clock: string): Promise<Stripe.Customer> {
  return box.stripe.customers.create({
    test_clock: clock,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
}

async function advanced(clock: string, frozen_time: number): Promise<Stripe.TestHelpers.TestClock> {
  const advancing = await box.stripe.testHelpers.testClocks.advance(clock, { frozen_time });
  expect(advancing).toMatchObject({
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: frozen_time } },
  });
  await expect.poll(async () => (await box.stripe.testHelpers.testClocks.retrieve(clock)).status).toBe('ready');
  return box.stripe.testHelpers.testClocks.retrieve(clock);
}

test('what is on a test clock is only listed to who names the clock, or for subscriptions and schedules the customer', async () => {
  const clock = await box.stripe.testHelpers.testClocks.create({ frozen_time: START });
  const { id: customer } = await box.stripe.customers.create({ email: 'clock@example.com', test_clock: clock.id });
  const plain = await box.stripe.customers.create({ email: 'clock@example.com' });
  const schedule = await box.stripe.subscriptionSchedules.create({
    customer,
    start_date: START + 86_400,
    phases: [{ items: [{ price: 'price_starter_monthly' }], duration: { interval: 'month' } }],
  });
  const subscription = await box.stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_starter_monthly' }],
    payment_behavior: 'default_incomplete',
  });
  const { customers, subscriptions, subscriptionSchedules: schedules } = box.stripe;
  const ids = async (list: PromiseLike<{ data: { id: string }[] }>) => (await list).data.map(({ id }) => id);
  expect(await ids(customers.list({ email: 'clock@example.com' }))).toEqual([plain.id]);
  expect(await ids(customers.list({ limit: 100 }))).not.toContain(customer);
  expect(await ids(customers.list({ test_clock: clock.id }))).toEqual([customer]);
  expect(await ids(subscriptions.list())).toEqual([]);
  expect(await ids(subscriptions.list({ customer }))).toEqual([subscription.id]);
  expect(await ids(subscriptions.list({ test_clock: clock.id }))).toEqual([subscription.id]);
  expect(await ids(schedules.list())).toEqual([]);
  expect(await ids(schedules.list({ customer }))).toEqual([schedule.id]);
});

test('a subscription on a clock lives in its time: it renews at month ends, in order, while the sandbox stays where it is', async () => {
  const clock = await box.stripe.testHelpers.testClocks.create({ frozen_time: START });
  const customer = await customerOn(clock.id);
  expect(customer).toMatchObject({ created: START, test_clock: clock.id });
  const subscription = await box.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_starter_monthly' }],
  });
  expect(subscription).toMatchObject({ created: START, status: 'active', test_clock: clock.id });
  expect(subscription.items.data[0]?.current_period_end).toBe(at('2027-02-28T12:00:00Z'));

  const ready = await advanced(clock.id, at('2027-03-02T00:00:00Z'));
  expect(ready).toMatchObject({ frozen_time: at('2027-03-02T00:00:00Z'), status: 'ready', status_details: {} });
  await advanced(clock.id, at('2027-04-02T00:00:00Z'));
  const invoices = await box.stripe.invoices.list({ customer: customer.id });
  expect(invoices.data.map(({ created, status }) => [created, status])).toEqual([
    [at('2027-03-31T12:00:00Z'), 'paid'],
    [at('2027-02-28T12:00:00Z'), 'paid'],
    [START, 'paid'],
  ]);
  const finalized = invoices.data[0]?.status_transitions.finalized_at;
  expect(finalized).toBe(at('2027-03-31T13:00:00Z'));
  expect(Math.abs(box.now() - Date.now() / 1000)).toBeLessThan(5);
  expect(
    box.events('test_helpers.test_clock.advancing', 'test_helpers.test_clock.ready').map(({ type }) => type),
  ).toEqual([
    'test_helpers.test_clock.advancing',
    'test_helpers.test_clock.ready',
    'test_helpers.test_clock.advancing',
    'test_helpers.test_clock.ready',
  ]);
});

test('a clock goes forward only, at most two intervals at once, and takes its customers with it', async () => {
  const clock = await box.stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'short' });
  const customer = await customerOn(clock.id);
  const { id } = await box.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_starter_monthly' }],
  });
  const clocks = box.stripe.testHelpers.testClocks;
  for (const frozen_time of [START - 1, at('2027-05-01T00:00:00Z')]) {
    await expect(clocks.advance(clock.id, { frozen_time })).rejects.toMatchObject({ param: 'frozen_time' });
  }
  expect((await clocks.list()).data.map(({ name }) => name)).toContain('short');
  await clocks.del(clock.id);
  expect(await box.stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  expect((await box.stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  await expect(clocks.retrieve(clock.id)).rejects.toMatchObject({ statusCode: 404 });
});

test('an advance in one step equals the same advance in many', async () => {
  const run = async (steps: number[]) => {
    const clock = await box.stripe.testHelpers.testClocks.create({ frozen_time: START });
    const customer = await customerOn(clock.id);
    await box.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: 'price_team_monthly', quantity: 3 }],
    });
    for (const step of steps) await advanced(clock.id, step);
    const { data } = await box.stripe.invoices.list({ customer: customer.id });
    return data.map(({ created, status, total, status_transitions }) => ({
      created,
      status,
      total,
      status_transitions,
    }));
  };
  const end = at('2027-03-30T00:00:00Z');
  const many = [
    at('2027-02-10T00:00:00Z'),
    at('2027-02-28T12:00:00Z'),
    at('2027-02-28T12:30:00Z'),
    at('2027-03-05T00:00:00Z'),
    end,
  ];
  expect(await run(many)).toEqual(await run([end]));
});
