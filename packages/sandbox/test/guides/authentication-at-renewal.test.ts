import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/overview#requires-action
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 4, 1) / 1000);
});
afterAll(() => shop.close());

test('a bank that asks at each renewal: the person is called back, approves, and the invoice is paid', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { id } = await shop.stripe.subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  await shop.replaceCard(customer, 'pm_card_authenticationRequired');
  await shop.timePasses({ days: 31, hours: 2 });
  const asked = await shop.hears('invoice.payment_action_required', { customer });
  await shop.hears('customer.subscription.updated', { id, status: 'past_due' });

  const invoice = await shop.stripe.invoices.retrieve((asked.data.object as Stripe.Invoice).id as string, {
    expand: ['confirmation_secret'],
  });
  const { data: cards } = await shop.stripe.paymentMethods.list({ customer, limit: 1 });
  const secret = invoice.confirmation_secret?.client_secret as string;
  const intent = await shop.browserPays(secret, cards[0]?.id as string);
  expect(intent.status).toBe('requires_action');
  await shop.browserAuthenticates(intent);
  await shop.hears('invoice.paid', { id: invoice.id as string });
  await shop.hears('customer.subscription.updated', { id, status: 'active' });
});
