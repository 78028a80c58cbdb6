import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { frameOf, inShop, resultOf, typeCard, untilEvent } from './payment-frame.js';
import { openShopSite, type ShopSite } from './shop-site.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: ShopSite;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  shop = await openShopSite(sandbox.url);
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});
beforeEach(async () => {
  customer = await sandbox.stripe.customers.create({ email: 'alice@example.com' });
});

type Features = Stripe.CustomerSessionCreateParams.Components.PaymentElement.Features;

async function saved(card: string, allow_redisplay: 'always' | 'limited' = 'always'): Promise<string> {
  const { id } = await sandbox.stripe.paymentMethods.attach(card, { customer: customer.id });
  await sandbox.stripe.paymentMethods.update(id, { allow_redisplay });
  return id;
}

async function open(features: Features): Promise<{ page: Page; intent: Stripe.PaymentIntent }> {
  const intent = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd', customer: customer.id });
  const session = await sandbox.stripe.customerSessions.create({
    customer: customer.id,
    components: { payment_element: { enabled: true, features } },
  });
  const page = await browser.newPage();
  await page.goto(shop.page('plain', { secret: intent.client_secret ?? '', session: session.client_secret }));
  await untilEvent(page, 'ready');
  return { page, intent };
}

const pay = (page: Page) => page.getByRole('button', { name: 'Pay' }).click();

test('a saved card pays; only those that may be shown again are shown, three at most', async () => {
  await saved('pm_card_amex', 'limited');
  await saved('pm_card_jcb');
  await saved('pm_card_discover');
  const visa = await saved('pm_card_visa');
  await saved('pm_card_mastercard');
  const { page, intent } = await open({ payment_method_redisplay: 'enabled' });
  const frame = frameOf(page);
  expect(await frame.getByRole('radio').count()).toBe(4);
  expect(await frame.getByLabel('Mastercard ending in 4444').isChecked()).toBe(true);
  expect(await frame.getByLabel('American Express').count()).toBe(0);
  expect(await frame.getByLabel('Card number').isVisible()).toBe(false);
  await frame.getByLabel('Visa ending in 4242').check();
  await pay(page);
  expect(await resultOf(page)).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded' } });
  expect((await sandbox.stripe.paymentIntents.retrieve(intent.id)).payment_method).toBe(visa);
});

test('the default card comes first to mind, and a new one can be typed instead', async () => {
  const visa = await saved('pm_card_visa');
  await saved('pm_card_mastercard');
  await sandbox.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: visa } });
  const { page, intent } = await open({ payment_method_redisplay: 'enabled' });
  const frame = frameOf(page);
  expect(await frame.getByLabel('Visa ending in 4242').isChecked()).toBe(true);
  await frame.getByLabel('New card').check();
  await typeCard(page, '6011111111111117');
  await pay(page);
  expect(await resultOf(page)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  const { payment_method } = await sandbox.stripe.paymentIntents.retrieve(intent.id, { expand: ['payment_method'] });
  expect(payment_method).toMatchObject({ card: { last4: '1117' }, customer: null });
});

test('a new card is saved when the person says so, and shown the next time', async () => {
  const features: Features = {
    payment_method_redisplay: 'enabled',
    payment_method_save: 'enabled',
    payment_method_save_usage: 'off_session',
  };
  const { page, intent } = await open(features);
  await typeCard(page, '4242424242424242');
  await frameOf(page).getByLabel('Save this card for future purchases').check();
  await pay(page);
  expect(await resultOf(page)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
  const after = await sandbox.stripe.paymentIntents.retrieve(intent.id, { expand: ['payment_method'] });
  expect(after).toMatchObject({
    setup_future_usage: 'off_session',
    payment_method: { customer: customer.id, allow_redisplay: 'always' },
  });
  const { page: again } = await open(features);
  expect(await frameOf(again).getByLabel('Visa ending in 4242').isChecked()).toBe(true);
});

test('a saved card is removed after a second question, and the shop hears of it', async () => {
  await saved('pm_card_visa');
  const kept = await saved('pm_card_mastercard');
  const { page } = await open({ payment_method_redisplay: 'enabled', payment_method_remove: 'enabled' });
  const frame = frameOf(page);
  await frame.getByRole('button', { name: 'Remove card ending in 4242' }).click();
  expect(await frame.getByRole('radio').count()).toBe(3);
  await frame.getByRole('button', { name: 'Remove card ending in 4242 for good?' }).click();
  await expect.poll(() => frame.getByRole('radio').count()).toBe(2);
  const { data } = await sandbox.stripe.customers.listPaymentMethods(customer.id);
  expect(data.map(({ id }) => id)).toEqual([kept]);
  const removed = await inShop(page, "events.find(({ type }) => type === 'savedpaymentmethodremove')");
  expect(removed).toMatchObject({ event: { elementType: 'payment', success: true } });
});

test('without the feature nothing can be removed, and an expired session fails to load', async () => {
  await saved('pm_card_visa');
  const { page, intent } = await open({ payment_method_redisplay: 'enabled' });
  expect(await frameOf(page).getByRole('button', { name: 'Remove' }).count()).toBe(0);
  await page.goto(shop.page('plain', { secret: intent.client_secret ?? '', session: 'cuss_unknown_secret_unknown' }));
  await untilEvent(page, 'loaderror');
});
