import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function active() {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 2900);
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
}
const endOf = (subscription: Stripe.Subscription) => subscription.items.data[0]?.current_period_end as number;

test('at period end: stays active with its end set, then ends with customer.subscription.deleted', async () => {
  const subscription = await active();
  const now = sandbox.now();
  const leaving = await stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
    cancellation_details: { comment: 'Too many seats', feedback: 'too_expensive' },
  });
  expect(leaving).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
    cancel_at: endOf(subscription),
    ended_at: null,
    cancellation_details: { reason: 'cancellation_requested', feedback: 'too_expensive', comment: 'Too many seats' },
  });
  expect(leaving.canceled_at).toBeGreaterThanOrEqual(now);
  await sandbox.advance(endOf(subscription) - sandbox.now() + 1);
  const ended = await stripe.subscriptions.retrieve(subscription.id);
  expect(ended).toMatchObject({ status: 'canceled', ended_at: endOf(subscription), canceled_at: leaving.canceled_at });
  expect(sandbox.events('customer.subscription.deleted').map((event) => event.data.object)).toContainEqual(
    expect.objectContaining({ id: subscription.id, status: 'canceled' }),
  );
  expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
});

test('kept: the cancellation leaves no trace', async () => {
  const subscription = await active();
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  const kept = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
  expect(kept).toMatchObject({
    status: 'active',
    cancel_at_period_end: false,
    cancel_at: null,
    canceled_at: null,
    cancellation_details: { reason: null },
  });
  const event = sandbox.events('customer.subscription.updated').at(-1);
  expect(event?.data.previous_attributes).toMatchObject({ cancel_at_period_end: true, cancel_at: endOf(subscription) });
});

test('now: ends at once, resets the flags and keeps an earlier canceled_at', async () => {
  const subscription = await active();
  const { canceled_at } = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  await sandbox.advance(100);
  const ended = await stripe.subscriptions.cancel(subscription.id);
  expect(ended).toMatchObject({ status: 'canceled', cancel_at: null, cancel_at_period_end: false, canceled_at });
  expect(ended.ended_at).toBeGreaterThan(canceled_at as number);
  await expect(stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({ statusCode: 404 });
  await expect(stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })).rejects.toMatchObject({
    statusCode: 400,
  });
});

test('now with proration: the unused time is credited to the balance', async () => {
  const subscription = await active();
  const ended = await stripe.subscriptions.cancel(subscription.id, { invoice_now: true, prorate: true });
  const last = await stripe.invoices.retrieve(ended.latest_invoice as string);
  expect(last).toMatchObject({ status: 'paid', amount_due: 0 });
  expect(last.total).toBeLessThan(-2890);
  const customer = (await stripe.customers.retrieve(subscription.customer as string)) as Stripe.Customer;
  expect(customer.balance).toBe(last.total);
});

test('at a date, and before the first payment', async () => {
  const subscription = await active();
  const cancel_at = sandbox.now() + 86_400;
  expect(await stripe.subscriptions.update(subscription.id, { cancel_at })).toMatchObject({
    cancel_at,
    cancel_at_period_end: false,
  });
  await sandbox.advance(86_401);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    status: 'canceled',
    ended_at: cancel_at,
  });

  const customer = await stripe.customers.create();
  const price = await monthlyPrice(stripe, 900);
  const incomplete = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
  });
  const canceled = await stripe.subscriptions.cancel(incomplete.id);
  expect(canceled).toMatchObject({ status: 'incomplete_expired', ended_at: expect.any(Number) });
  const event = sandbox.events('customer.subscription.updated').at(-1);
  expect(event?.data).toMatchObject({
    object: { id: incomplete.id, status: 'incomplete_expired' },
    previous_attributes: { status: 'incomplete', ended_at: null },
  });
  expect((await stripe.invoices.retrieve(incomplete.latest_invoice as string)).status).toBe('void');
});
