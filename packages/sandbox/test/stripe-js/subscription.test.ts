import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { bankOf, frameOf, resultOf, typeCard } from './payment-frame.js';
import { openShopSite, type ShopSite } from './shop-site.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: ShopSite;
let hooks: WebhookReceiver;
let price: Stripe.Price;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  shop = await openShopSite(sandbox.url);
  hooks = await startWebhookReceiver();
  await sandbox.stripe.webhookEndpoints.create({ url: hooks.url, enabled_events: ['customer.subscription.updated'] });
  price = await monthlyPrice(sandbox.stripe, 1200);
});
afterAll(async () => {
  shop.close();
  await hooks.close();
  await sandbox.close();
});
beforeEach(async () => {
  customer = await sandbox.stripe.customers.create({ email: 'alice@example.com' });
});

async function subscribe(params: Partial<Stripe.SubscriptionCreateParams> = {}) {
  return sandbox.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['latest_invoice.confirmation_secret', 'pending_setup_intent'],
    ...params,
  });
}

function secretOf({ latest_invoice }: Stripe.Subscription): string {
  return (latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret ?? '';
}

async function open(params: Record<string, string>): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(shop.page('plain', params));
  await frameOf(page).getByLabel('Card number').or(frameOf(page).getByRole('radiogroup')).first().waitFor();
  return page;
}

const pay = (page: Page) => page.getByRole('button', { name: 'Pay' }).click();

test('a subscription is paid with a new card, and becomes active by webhook', async () => {
  const subscription = await subscribe();
  expect(subscription.status).toBe('incomplete');
  const page = await open({ secret: secretOf(subscription) });
  await typeCard(page, '4242424242424242');
  await pay(page);
  expect(await resultOf(page)).toMatchObject({ paymentIntent: { status: 'succeeded', amount: 1200 } });
  await expect
    .poll(() => hooks.received.map(({ event }) => event.data.object))
    .toContainEqual(expect.objectContaining({ id: subscription.id, status: 'active' }));
  const { default_payment_method } = await sandbox.stripe.subscriptions.retrieve(subscription.id, {
    expand: ['default_payment_method'],
  });
  expect(default_payment_method).toMatchObject({
    card: { last4: '4242' },
    billing_details: { address: { country: 'US', postal_code: '94107' } },
  });
});

test('a declined card is told in the Element and in the result; another one pays', async () => {
  const page = await open({ secret: secretOf(await subscribe()) });
  await typeCard(page, '4000000000009995');
  await pay(page);
  expect(await resultOf(page)).toMatchObject({
    error: {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
      payment_intent: { status: 'requires_payment_method' },
    },
  });
  await frameOf(page).getByText('Your card has insufficient funds.').waitFor();
  await typeCard(page, '5555555555554444');
  await pay(page);
  await page.getByText('"status":"succeeded"').waitFor();
});

test('3D Secure in a dialog: refused, the payment waits for another card; approved, it is paid', async () => {
  const page = await open({ secret: secretOf(await subscribe()) });
  await typeCard(page, '4000000000003220');
  await pay(page);
  await bankOf(page).getByText('$12.00').waitFor();
  await bankOf(page).getByRole('button', { name: 'Fail authentication' }).click();
  expect(await resultOf(page)).toMatchObject({
    error: {
      code: 'payment_intent_authentication_failure',
      message:
        'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      payment_intent: { status: 'requires_payment_method' },
    },
  });
  expect(await page.getByRole('dialog').count()).toBe(0);
  await pay(page);
  await bankOf(page).getByRole('button', { name: 'Approve' }).click();
  await page.getByText('"status":"succeeded"').waitFor();
});

test('a trial: the card is set up, and pays when the trial ends', async () => {
  const subscription = await subscribe({ trial_period_days: 14 });
  const { client_secret } = subscription.pending_setup_intent as Stripe.SetupIntent;
  const page = await open({ secret: client_secret ?? '' });
  await frameOf(page).getByText('You allow Example Company to charge this card').waitFor();
  await typeCard(page, '4000002500003155');
  await pay(page);
  await bankOf(page).getByText('saving this card').waitFor();
  await bankOf(page).getByRole('button', { name: 'Approve' }).click();
  expect(await resultOf(page)).toMatchObject({ setupIntent: { status: 'succeeded' } });
  const after = await sandbox.stripe.subscriptions.retrieve(subscription.id);
  expect(after).toMatchObject({ status: 'trialing', pending_setup_intent: null });
  expect(after.default_payment_method).not.toBeNull();
});

test('redirect always: the person arrives at the return_url with the intent and how it went', async () => {
  const secret = secretOf(await subscribe());
  const page = await open({ secret, redirect: 'always' });
  await typeCard(page, '4000000000003220');
  await pay(page);
  await bankOf(page).getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${shop.url}/done?**`);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    order: '1',
    payment_intent: secret.split('_secret_')[0],
    payment_intent_client_secret: secret,
    redirect_status: 'succeeded',
  });
});
