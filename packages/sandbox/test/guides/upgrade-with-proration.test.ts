import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/prorations and …/upgrade-downgrade
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 3, 1) / 1000);
});
afterAll(() => shop.close());

test('what an upgrade costs is shown first, and is what is then paid, at once', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { stripe } = shop;
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  await shop.timePasses({ days: 10 });
  const now = Date.UTC(2027, 3, 11) / 1000;
  const change = { items: [{ id: items.data[0]?.id as string, price: 'price_scale_monthly' }], proration_date: now };
  const preview = await stripe.invoices.createPreview({
    customer,
    subscription: id,
    subscription_details: { ...change, proration_behavior: 'always_invoice' },
  });
  // April has 30 days, 20 of them are left: 20/30 of 99.00 less 20/30 of 9.00.
  expect(preview.lines.data.map(({ amount }) => amount)).toEqual([6600, -600]);
  expect(preview.amount_due).toBe(6000);

  await stripe.subscriptions.update(id, { ...change, proration_behavior: 'always_invoice' });
  await shop.hears('invoice.paid', {
    customer,
    billing_reason: 'subscription_update',
    amount_paid: preview.amount_due,
  });
  await shop.timePasses({ days: 20, hours: 1 });
  await shop.hears('invoice.paid', { customer, billing_reason: 'subscription_cycle', amount_paid: 9900 });
});

test('an upgrade whose payment fails can be made to wait for it', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { stripe } = shop;
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  await shop.timePasses({ days: 10 });
  await shop.replaceCard(customer, 'pm_card_chargeCustomerFail');
  const waiting = await stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]?.id as string, price: 'price_scale_monthly' }],
    payment_behavior: 'pending_if_incomplete',
    proration_behavior: 'always_invoice',
  });
  expect(waiting.items.data[0]?.price.id).toBe('price_starter_monthly');
  expect(waiting.pending_update?.subscription_items?.[0]?.price.id).toBe('price_scale_monthly');
  await shop.replaceCard(customer, 'pm_card_visa');
  await stripe.invoices.pay(waiting.latest_invoice as string);
  await shop.hears('customer.subscription.pending_update_applied', { id });
  const { items: after, pending_update } = await stripe.subscriptions.retrieve(id);
  expect([after.data[0]?.price.id, pending_update]).toEqual(['price_scale_monthly', null]);
});
