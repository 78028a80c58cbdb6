import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/cancel
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 5, 1) / 1000);
});
afterAll(() => shop.close());

test('canceled at period end, kept after all, canceled again, ended, and subscribed anew with the same card', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { subscriptions } = shop.stripe;
  const { id } = await subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  const going = await subscriptions.update(id, {
    cancel_at_period_end: true,
    cancellation_details: { feedback: 'unused', comment: 'Back in summer.' },
  });
  expect(going).toMatchObject({ status: 'active', cancel_at: going.items.data[0]?.current_period_end });
  const kept = await subscriptions.update(id, { cancel_at_period_end: false });
  expect(kept).toMatchObject({ status: 'active', cancel_at: null, canceled_at: null });
  await shop.timePasses({ days: 30, hours: 1 });
  await shop.hears('invoice.paid', { customer, billing_reason: 'subscription_cycle' });

  await subscriptions.update(id, { cancel_at_period_end: true });
  await shop.timePasses({ days: 31 });
  await shop.hears('customer.subscription.deleted', { id, status: 'canceled' });
  await expect(subscriptions.update(id, { cancel_at_period_end: false })).rejects.toThrow();

  const again = await subscriptions.create({ customer, items: [{ price: 'price_team_monthly' }] });
  expect(again).toMatchObject({ status: 'active' });
  expect(again.id).not.toBe(id);
  const { data } = await shop.stripe.invoices.list({ customer });
  expect(data.map(({ amount_paid }) => amount_paid)).toEqual([1200, 900, 900]);
});

test('canceled at once with what is unused given back as credit, which the next subscription uses', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { subscriptions, customers } = shop.stripe;
  const { id } = await subscriptions.create({ customer, items: [{ price: 'price_scale_monthly' }] });
  await shop.timePasses({ days: 15 });
  await subscriptions.cancel(id, { prorate: true, invoice_now: true });
  await shop.hears('customer.subscription.deleted', { id });
  const credited = await customers.retrieve(customer);
  const credit = credited.deleted ? 0 : credited.balance;
  expect(credit).toBeLessThan(0);
  await subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  const after = await customers.retrieve(customer);
  expect(after.deleted ? 0 : after.balance).toBe(credit + 900);
});
