import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/trials
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 0, 10) / 1000);
});
afterAll(() => shop.close());

test('a trial costs nothing, is announced to end, and then the first month is paid', async () => {
  const customer = await shop.customer('pm_card_visa');
  const subscription = await shop.stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_team_monthly', quantity: 3 }],
    trial_period_days: 14,
    expand: ['latest_invoice'],
  });
  expect(subscription).toMatchObject({ status: 'trialing', latest_invoice: { status: 'paid', total: 0 } });
  await shop.timePasses({ days: 11 });
  await shop.hears('customer.subscription.trial_will_end', { id: subscription.id });
  await shop.timePasses({ days: 3, hours: 1 });
  await shop.hears('customer.subscription.updated', { id: subscription.id, status: 'active' });
  const { data } = await shop.stripe.invoices.list({ customer, status: 'paid', limit: 1 });
  expect(data[0]).toMatchObject({ billing_reason: 'subscription_cycle', amount_paid: 3600 });
});

test('a trial without a card collects one with a setup intent', async () => {
  const customer = await shop.customer();
  const subscription = await shop.stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_team_monthly' }],
    trial_period_days: 14,
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['pending_setup_intent'],
  });
  const { client_secret } = subscription.pending_setup_intent as Stripe.SetupIntent;
  expect(await shop.browserSetsUp(client_secret as string, 'pm_card_visa')).toMatchObject({ status: 'succeeded' });
  await shop.timePasses({ days: 14, hours: 1 });
  await shop.hears('customer.subscription.updated', { id: subscription.id, status: 'active' });
  await shop.hears('invoice.paid', { customer, amount_paid: 1200 });
});

test.each([
  ['cancel', 'customer.subscription.deleted', 'canceled'],
  ['pause', 'customer.subscription.paused', 'paused'],
] as const)('a trial that ends without a card and is set to %s', async (missing_payment_method, type, status) => {
  const subscription = await shop.stripe.subscriptions.create({
    customer: await shop.customer(),
    items: [{ price: 'price_team_monthly' }],
    trial_period_days: 14,
    trial_settings: { end_behavior: { missing_payment_method } },
  });
  await shop.timePasses({ days: 14, hours: 1 });
  await shop.hears(type, { id: subscription.id, status });
});
