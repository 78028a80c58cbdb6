import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { customerWithCard, intentIdOf, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const APRIL = Date.UTC(2026, 3, 1) / 1000;
let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const itemOf = (subscription: Stripe.Subscription) => subscription.items.data[0]?.id as string;
async function started(more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...more });
}
async function metered() {
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  return monthlyPrice(stripe, 5, { recurring: { interval: 'month', usage_type: 'metered', meter: meter.id } });
}

test('default_incomplete changes at once, and the change’s invoice waits for its intent to be confirmed', async () => {
  const subscription = await started();
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: itemOf(subscription), quantity: 3 }],
    payment_behavior: 'default_incomplete',
    proration_behavior: 'always_invoice',
    expand: ['latest_invoice.confirmation_secret'],
  });
  expect(changed).toMatchObject({ status: 'past_due', items: { data: [{ quantity: 3 }] } });
  const invoice = invoiceOf(changed);
  expect(invoice).toMatchObject({ status: 'open', attempt_count: 0 });
  await stripe.paymentIntents.confirm(intentIdOf(invoice.confirmation_secret?.client_secret));
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  expect((await stripe.invoices.retrieve(invoice.id as string)).status).toBe('paid');
});

test('a change that waits for its payment and is never paid expires with an event; the old plan goes on', async () => {
  const subscription = await started();
  const customer = subscription.customer as string;
  const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  const waiting = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: itemOf(subscription), quantity: 3 }],
    payment_behavior: 'pending_if_incomplete',
    proration_behavior: 'always_invoice',
  });
  expect(waiting).toMatchObject({
    status: 'active',
    items: { data: [{ quantity: 1 }] },
    pending_update: { subscription_items: [{ quantity: 3 }] },
  });
  await sandbox.advance(23 * 3600 + 60);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    status: 'active',
    pending_update: null,
    items: { data: [{ quantity: 1 }] },
  });
  expect(sandbox.events('customer.subscription.pending_update_expired')).toHaveLength(1);
  await expect(
    stripe.subscriptions.update(subscription.id, {
      payment_behavior: 'pending_if_incomplete',
      description: 'not a pending one',
    }),
  ).rejects.toMatchObject({ param: 'description' });
});

test('a metered item that goes bills what it counted; clear_usage does not change that', async () => {
  const subscription = await started();
  const price = await metered();
  const item = await stripe.subscriptionItems.create({ subscription: subscription.id, price: price.id });
  const payload = { stripe_customer_id: subscription.customer as string, value: '40' };
  await stripe.billing.meterEvents.create({ event_name: 'calls', payload });
  await sandbox.advance(60);
  await expect(stripe.subscriptionItems.del(itemOf(subscription), { clear_usage: true })).rejects.toMatchObject({
    param: 'clear_usage',
  });
  expect(await stripe.subscriptionItems.del(item.id, { clear_usage: true })).toMatchObject({ deleted: true });
  const pending = await stripe.invoiceItems.list({ customer: subscription.customer as string, pending: true });
  expect(pending.data).toMatchObject([{ amount: 200, quantity: 40, proration: false }]);
});

test('a customer has several subscriptions, each with several items, a card and a discount of its own', async () => {
  const customer = await customerWithCard(stripe);
  const [team, seats] = [await monthlyPrice(stripe, 1000), await monthlyPrice(stripe, 200)];
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const own = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
  const first = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: team.id }, { price: seats.id, quantity: 5 }],
    discounts: [{ coupon: coupon.id }],
    default_payment_method: own.id,
    expand: ['latest_invoice.payments'],
  });
  const second = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: team.id }],
    expand: ['latest_invoice'],
  });
  expect(invoiceOf(first)).toMatchObject({ subtotal: 2000, total: 1000, status: 'paid' });
  const intent = invoiceOf(first).payments?.data[0]?.payment.payment_intent as string;
  expect((await stripe.paymentIntents.retrieve(intent)).payment_method).toBe(own.id);
  expect(invoiceOf(second)).toMatchObject({ total: 1000, discounts: [] });
  const list = await stripe.subscriptions.list({ customer: customer.id });
  expect(list.data.map(({ id }) => id)).toEqual([second.id, first.id]);
  const off = await stripe.subscriptions.update(first.id, { discounts: '' });
  expect(off.discounts).toEqual([]);
  await sandbox.advance(30 * DAY + 3660);
  const renewals = (await stripe.invoices.list({ customer: customer.id })).data
    .filter(({ billing_reason }) => billing_reason === 'subscription_cycle')
    .map(({ total, status }) => ({ total, status }));
  expect(renewals).toEqual(
    expect.arrayContaining([
      { total: 2000, status: 'paid' },
      { total: 1000, status: 'paid' },
    ]),
  );
});

test('a subscription that becomes send_invoice is billed by sent invoices from then on', async () => {
  const subscription = await started();
  const changed = await stripe.subscriptions.update(subscription.id, {
    collection_method: 'send_invoice',
    days_until_due: 14,
  });
  expect(changed).toMatchObject({ collection_method: 'send_invoice', days_until_due: 14, status: 'active' });
  await sandbox.advance(30 * DAY + 3660);
  const [renewal] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
  expect(renewal).toMatchObject({ status: 'open', collection_method: 'send_invoice', attempted: false });
  expect(sandbox.events('invoice.sent')).toHaveLength(1);
});
