import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/build-subscriptions?platform=web&ui=elements
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 0, 10) / 1000);
});
afterAll(() => shop.close());

async function subscribe(customer: string): Promise<{ subscription: string; secret: string }> {
  const subscription = await shop.stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_starter_monthly' }],
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['latest_invoice.confirmation_secret'],
  });
  expect(subscription.status).toBe('incomplete');
  const invoice = subscription.latest_invoice as Stripe.Invoice;
  return { subscription: subscription.id, secret: invoice.confirmation_secret?.client_secret as string };
}

test('a subscription waits for its first payment, which the browser confirms', async () => {
  const { subscription, secret } = await subscribe(await shop.customer());
  expect(await shop.browserPays(secret, 'pm_card_visa')).toMatchObject({ status: 'succeeded' });
  await shop.hears('invoice.paid');
  await shop.hears('customer.subscription.updated', { id: subscription, status: 'active' });
  const { default_payment_method } = await shop.stripe.subscriptions.retrieve(subscription);
  expect(default_payment_method, 'the card is kept for renewals').toMatch(/^pm_/);
});

test('a card that is declined leaves it waiting, and another card can still pay', async () => {
  const { subscription, secret } = await subscribe(await shop.customer());
  const declined = (await shop.browserPays(secret, 'pm_card_visa_chargeDeclined')) as unknown as {
    error: Stripe.StripeRawError;
  };
  expect(declined.error).toMatchObject({ type: 'card_error', code: 'card_declined' });
  expect((await shop.stripe.subscriptions.retrieve(subscription)).status).toBe('incomplete');
  await shop.browserPays(secret, 'pm_card_mastercard');
  await shop.hears('customer.subscription.updated', { id: subscription, status: 'active' });
});

test('a card whose bank asks for authentication pays once the person has approved', async () => {
  const { subscription, secret } = await subscribe(await shop.customer());
  const intent = await shop.browserPays(secret, 'pm_card_threeDSecure2Required');
  expect(intent.status).toBe('requires_action');
  await shop.browserAuthenticates(intent);
  await shop.hears('customer.subscription.updated', { id: subscription, status: 'active' });
});

test('nobody pays: after 23 hours it has expired and its invoice is void', async () => {
  const { subscription } = await subscribe(await shop.customer());
  await shop.timePasses({ hours: 23 });
  const expired = await shop.hears('customer.subscription.updated', { id: subscription, status: 'incomplete_expired' });
  const { latest_invoice } = expired.data.object as Stripe.Subscription;
  await shop.hears('invoice.voided', { id: latest_invoice });
});
