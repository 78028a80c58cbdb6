import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/revenue-recovery/smart-retries and …/billing/subscriptions/overview#subscription-statuses
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 2, 1) / 1000);
});
afterAll(() => shop.close());

async function renewalFails(): Promise<{ customer: string; subscription: string }> {
  const customer = await shop.customer('pm_card_visa');
  const { id } = await shop.stripe.subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  await shop.replaceCard(customer, 'pm_card_chargeCustomerFail');
  await shop.timePasses({ days: 31, hours: 1 });
  await shop.hears('invoice.payment_failed', { customer, attempt_count: 1 });
  await shop.hears('customer.subscription.updated', { id, status: 'past_due' });
  return { customer, subscription: id };
}

test('a renewal fails, the person enters another card, the next retry recovers', async () => {
  const { customer, subscription } = await renewalFails();
  await shop.replaceCard(customer, 'pm_card_visa');
  await shop.timePasses({ days: 4 });
  await shop.hears('invoice.paid', { customer, attempt_count: 2 });
  await shop.hears('customer.subscription.updated', { id: subscription, status: 'active' });
  expect((await shop.stripe.charges.list({ customer })).data.filter(({ paid }) => paid)).toHaveLength(2);
});

test('the person pays the open invoice, on its page or by the new card, without waiting for a retry', async () => {
  const { customer, subscription } = await renewalFails();
  await shop.replaceCard(customer, 'pm_card_visa');
  const { latest_invoice } = await shop.stripe.subscriptions.retrieve(subscription);
  await shop.stripe.invoices.pay(latest_invoice as string);
  await shop.hears('customer.subscription.updated', { id: subscription, status: 'active' });
});

test('no retry succeeds: the subscription ends', async () => {
  const { customer, subscription } = await renewalFails();
  for (const days of [3, 5, 7]) await shop.timePasses({ days });
  await shop.hears('invoice.payment_failed', { customer, attempt_count: 4 });
  const ended = await shop.hears('customer.subscription.deleted', { id: subscription });
  expect((ended.data.object as Stripe.Subscription).cancellation_details?.reason).toBe('payment_failed');
});
