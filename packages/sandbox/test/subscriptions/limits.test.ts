import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
let base: { customer: string; items: { price: string }[] };
beforeAll(async () => {
  sandbox = await startTestSandbox({ now: Date.UTC(2026, 0, 31) / 1000 });
  stripe = sandbox.stripe;
  const customer = await customerWithCard(stripe);
  base = { customer: customer.id, items: [{ price: (await monthlyPrice(stripe, 3000)).id }] };
});
afterAll(() => sandbox.close());

const start = (more: Partial<Stripe.SubscriptionCreateParams> = {}) =>
  stripe.subscriptions.create({ ...base, ...more });

describe('times', () => {
  test('a first period is no longer than the interval', async () => {
    const natural = Date.UTC(2026, 1, 28, 1) / 1000;
    await expect(start({ billing_cycle_anchor: natural + DAY })).rejects.toMatchObject({
      param: 'billing_cycle_anchor',
      message: expect.stringContaining('cannot be later than next natural billing date'),
    });
    expect((await start({ billing_cycle_anchor: natural - DAY })).status).toBe('active');
  });

  test('a trial ends within five years, whenever it is set', async () => {
    const { id } = await start();
    const refusal = { param: 'trial_end', message: expect.stringContaining('no more than five years') };
    await expect(start({ trial_end: sandbox.now() + 1827 * DAY })).rejects.toMatchObject(refusal);
    await expect(stripe.subscriptions.update(id, { trial_end: sandbox.now() + 1827 * DAY })).rejects.toMatchObject(
      refusal,
    );
    await expect(start({ trial_period_days: 731 })).rejects.toMatchObject({ param: 'trial_period_days' });
    expect((await start({ trial_end: sandbox.now() + 1800 * DAY })).status).toBe('trialing');
  });

  test('a new subscription ends at a date or at the end of its period, not both', async () => {
    await expect(start({ cancel_at: sandbox.now() + DAY, cancel_at_period_end: true })).rejects.toMatchObject({
      param: 'cancel_at',
    });
  });
});

describe('days_until_due', () => {
  test('belong to sent invoices, which need them', async () => {
    const refusal = { param: 'days_until_due' };
    await expect(start({ days_until_due: 3 })).rejects.toMatchObject(refusal);
    await expect(start({ collection_method: 'send_invoice' })).rejects.toMatchObject(refusal);
    const { id } = await start();
    await expect(stripe.subscriptions.update(id, { days_until_due: 3 })).rejects.toMatchObject(refusal);
    await expect(stripe.subscriptions.update(id, { collection_method: 'send_invoice' })).rejects.toMatchObject(refusal);
    const sent = { collection_method: 'send_invoice', days_until_due: 3 } as const;
    expect(await stripe.subscriptions.update(id, sent)).toMatchObject(sent);
    expect((await stripe.subscriptions.update(id, { days_until_due: 5 })).days_until_due).toBe(5);
  });
});

describe('a subscription that has ended', () => {
  test('still takes metadata and what the customer says about it, and nothing else', async () => {
    const { id, items } = await start();
    await stripe.subscriptions.cancel(id);
    const told = await stripe.subscriptions.update(id, {
      metadata: { survey: 'sent' },
      cancellation_details: { comment: 'Too many seats', feedback: 'too_expensive' },
    });
    expect(told).toMatchObject({
      status: 'canceled',
      metadata: { survey: 'sent' },
      cancellation_details: { comment: 'Too many seats', feedback: 'too_expensive', reason: 'cancellation_requested' },
    });
    expect(sandbox.events('customer.subscription.updated').at(-1)?.data.previous_attributes).toMatchObject({
      metadata: { survey: null },
    });
    const change = { items: [{ id: items.data[0]?.id as string, quantity: 2 }] };
    for (const given of [change, { cancel_at_period_end: false }, { description: 'Team' }]) {
      await expect(stripe.subscriptions.update(id, given)).rejects.toMatchObject({
        code: 'invalid_canceled_subscription_fields',
      });
    }
  });
});

test('a customer has an email address or none', async () => {
  const refusal = { code: 'email_invalid', param: 'email', message: 'Invalid email address: alice' };
  await expect(stripe.customers.create({ email: 'alice' })).rejects.toMatchObject(refusal);
  await expect(stripe.customers.update(base.customer, { email: 'alice' })).rejects.toMatchObject(refusal);
  expect((await stripe.customers.update(base.customer, { email: '' })).email).toBeNull();
});
