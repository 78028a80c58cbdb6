import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
/** 1 April 2026: a month of thirty days. */
const APRIL = Date.UTC(2026, 3, 1) / 1000;
const MAY = APRIL + 30 * DAY;
let sandbox: TestSandbox;
let stripe: Stripe;
let clock: Stripe.TestHelpers.TestClock;
/** Customers live on a test clock that stands still: every amount is exact. */
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
  clock = await stripe.testHelpers.testClocks.create({ frozen_time: APRIL });
});
afterAll(() => sandbox.close());

async function started(more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const card = 'pm_card_visa';
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    expand: ['latest_invoice'],
    ...more,
  });
}

async function advanceTo(frozen_time: number) {
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
  await expect.poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status).toBe('ready');
}
const pendingOf = async ({ customer }: Stripe.Subscription) =>
  (await stripe.invoiceItems.list({ customer: customer as string, pending: true })).data;
const linesOf = (invoice: Stripe.Invoice | undefined) =>
  invoice?.lines.data.map(({ amount, period }) => ({ amount, end: period.end }));

describe('a date set for the cancellation', () => {
  test('within the period credits the rest of it; withdrawn, that is charged again', async () => {
    const subscription = await started();
    const cancel_at = APRIL + 20 * DAY;
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at });
    expect(ending).toMatchObject({ status: 'active', cancel_at, cancel_at_period_end: false, canceled_at: APRIL });
    expect(await pendingOf(subscription)).toMatchObject([
      { amount: -1000, proration: true, period: { start: cancel_at, end: MAY } },
    ]);
    await stripe.subscriptions.update(subscription.id, { cancel_at: APRIL + 10 * DAY });
    const again = await stripe.subscriptions.update(subscription.id, { cancel_at: '' });
    expect(again).toMatchObject({ cancel_at: null, canceled_at: null });
    const amounts = (await pendingOf(subscription)).map(({ amount }) => amount);
    expect(amounts).toEqual([2000, -1000, -1000]);
  });

  test('within the period credits nothing without prorations, or is billed at once', async () => {
    const none = await started();
    await stripe.subscriptions.update(none.id, { cancel_at: APRIL + 20 * DAY, proration_behavior: 'none' });
    expect(await pendingOf(none)).toEqual([]);
    const now = await started();
    const billed = await stripe.subscriptions.update(now.id, {
      cancel_at: APRIL + 20 * DAY,
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(invoiceOf(billed)).toMatchObject({ total: -1000, status: 'paid' });
  });

  test('bounds what a change of quantity before it credits and charges', async () => {
    const subscription = await started({ cancel_at: APRIL + 20 * DAY });
    // Twenty of thirty days.
    expect(linesOf(invoiceOf(subscription))).toEqual([{ amount: 2000, end: APRIL + 20 * DAY }]);
    await advanceTo(APRIL + 5 * DAY);
    const [item] = subscription.items.data;
    const more = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id as string, quantity: 2 }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    // Fifteen days of one given back, of two charged.
    expect(
      invoiceOf(more)
        .lines.data.map(({ amount }) => amount)
        .sort((a, b) => a - b),
    ).toEqual([-1500, 3000]);
  });

  test('within a later period makes that period’s price a part of it, and then ends the subscription', async () => {
    const cancel_at = MAY + 10 * DAY;
    const subscription = await started({ cancel_at });
    expect(linesOf(invoiceOf(subscription))).toEqual([{ amount: 3000, end: MAY }]);
    await advanceTo(MAY + 3600);
    const [renewal] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    // Ten of the 31 days of May.
    expect(linesOf(renewal)).toEqual([{ amount: 968, end: cancel_at }]);
    await advanceTo(cancel_at);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: cancel_at,
    });
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(2);
  });

  test('at the end of the period credits nothing, and is refused in the past', async () => {
    const subscription = await started();
    const ending = await stripe.subscriptions.update(subscription.id, { cancel_at: 'min_period_end' });
    expect(ending.cancel_at).toBe(MAY);
    expect(await pendingOf(subscription)).toEqual([]);
    await expect(stripe.subscriptions.update(subscription.id, { cancel_at: APRIL - 1 })).rejects.toMatchObject({
      param: 'cancel_at',
    });
  });
});

test.each([
  ['min_period_end', MAY],
  ['max_period_end', Date.UTC(2027, 3, 1) / 1000],
] as const)('items with periods of different length: %s is the end of one of them', async (cancel_at, end) => {
  const yearly = await monthlyPrice(stripe, 30_000, { recurring: { interval: 'year' } });
  const monthly = await monthlyPrice(stripe, 3000);
  const items = [{ price: yearly.id }, { price: monthly.id }];
  expect((await started({ items, cancel_at })).cancel_at).toBe(end);
  const subscription = await started({ items });
  expect((await stripe.subscriptions.update(subscription.id, { cancel_at })).cancel_at).toBe(end);
});

describe('at the end of the period', () => {
  test('it goes on until then, with what the customer said; withdrawn, all of it is forgotten', async () => {
    const subscription = await started();
    const ending = await stripe.subscriptions.update(subscription.id, {
      cancel_at_period_end: true,
      cancellation_details: { comment: 'Too dear', feedback: 'too_expensive' },
    });
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at: MAY,
      cancel_at_period_end: true,
      cancellation_details: { comment: 'Too dear', feedback: 'too_expensive', reason: 'cancellation_requested' },
    });
    const back = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
    expect(back).toMatchObject({
      cancel_at: null,
      canceled_at: null,
      cancellation_details: { comment: null, feedback: null, reason: null },
    });
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await advanceTo(MAY);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: MAY,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
  });

  test('another interval moves the end, and the whole of the new period is charged', async () => {
    const subscription = await started({ cancel_at_period_end: true });
    const yearly = await monthlyPrice(stripe, 36_500, { recurring: { interval: 'year' } });
    const [item] = subscription.items.data;
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id as string, price: yearly.id }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(changed.cancel_at).toBe(Date.UTC(2027, 3, 1) / 1000);
    expect(invoiceOf(changed).total).toBe(36_500 - 3000);
  });

  test('cancel_at and cancel_at_period_end exclude each other', async () => {
    const subscription = await started();
    await expect(
      stripe.subscriptions.update(subscription.id, { cancel_at: MAY + DAY, cancel_at_period_end: true }),
    ).rejects.toMatchObject({ param: 'cancel_at' });
  });
});

describe('a customer who is deleted', () => {
  test('ends all subscriptions at once, without a credit, and gives the cards back', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 3000);
    const running = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const waiting = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
    });
    const ended = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    await stripe.subscriptions.cancel(ended.id);
    const [card] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect(await stripe.customers.del(customer.id)).toEqual({ id: customer.id, object: 'customer', deleted: true });
    expect(await stripe.subscriptions.retrieve(running.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect((await stripe.subscriptions.retrieve(waiting.id)).status).toBe('incomplete_expired');
    expect((await stripe.invoices.list({ subscription: running.id })).data).toHaveLength(1);
    expect(await stripe.paymentMethods.retrieve(card?.id as string)).toMatchObject({ customer: null });
    await expect(stripe.paymentMethods.attach(card?.id as string, { customer: customer.id })).rejects.toThrow();
    expect(
      sandbox.events('customer.subscription.deleted').map(({ data }) => (data.object as { id: string }).id),
    ).toEqual([ended.id, running.id]);
    expect(sandbox.events('payment_method.detached')).toMatchObject([
      { data: { object: { id: card?.id, customer: null } } },
    ]);
    expect(sandbox.events('customer.deleted')).toHaveLength(1);
    expect(await stripe.subscriptions.list({ customer: customer.id, status: 'canceled' })).toMatchObject({
      data: [{ id: ended.id }, { id: running.id }],
    });
  });
});
