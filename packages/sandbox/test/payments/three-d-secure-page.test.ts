import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: Shop;
let customer: Stripe.Customer;

beforeAll(async () => {
  shop = await openShop();
  sandbox = await startTestSandbox();
  customer = await sandbox.stripe.customers.create({ email: 'alice@example.com' });
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});

const payment = (return_url?: string) =>
  sandbox.stripe.paymentIntents.create({
    amount: 2500,
    currency: 'usd',
    customer: customer.id,
    payment_method: 'pm_card_threeDSecure2Required',
    confirm: true,
    ...(return_url && { return_url }),
  });

async function answer(url: string, button: string) {
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: button }).click();
  return page;
}

test.each([
  ['Approve', 'succeeded', 'succeeded'],
  ['Fail authentication', 'failed', 'requires_payment_method'],
])('%s: a payment goes back to its return_url with %s', async (button, redirectStatus, status) => {
  const intent = await payment(`${shop.url}/return?order=1`);
  const page = await answer(intent.next_action?.redirect_to_url?.url as string, button);
  await page.waitForURL(`${shop.url}/return?**`);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    order: '1',
    payment_intent: intent.id,
    payment_intent_client_secret: intent.client_secret,
    redirect_status: redirectStatus,
  });
  const after = await sandbox.stripe.paymentIntents.retrieve(intent.id);
  expect(after).toMatchObject({ status, next_action: null });
});

test.each([
  ['Approve', 'succeeded'],
  ['Fail authentication', 'failed'],
])('%s: saving a card goes back with %s', async (button, redirectStatus) => {
  const intent = await sandbox.stripe.setupIntents.create({
    customer: customer.id,
    payment_method: 'pm_card_threeDSecure2Required',
    confirm: true,
    return_url: `${shop.url}/return`,
  });
  const page = await answer(intent.next_action?.redirect_to_url?.url as string, button);
  await page.waitForURL(`${shop.url}/return?**`);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    setup_intent: intent.id,
    setup_intent_client_secret: intent.client_secret,
    redirect_status: redirectStatus,
  });
  const after = await sandbox.stripe.setupIntents.retrieve(intent.id);
  expect(after.status).toBe(redirectStatus === 'succeeded' ? 'succeeded' : 'requires_payment_method');
  if (redirectStatus === 'failed') {
    expect(after.last_setup_error?.code).toBe('setup_intent_authentication_failure');
  }
});

test('without a return_url the page says that all is done, and the question is asked once', async () => {
  const intent = await payment();
  const url = (intent.next_action?.use_stripe_sdk as { stripe_js: string } | undefined)?.stripe_js ?? '';
  const page = await answer(url, 'Approve');
  await page.getByText('Your bank has your answer.').waitFor();
  expect((await sandbox.stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  await page.goto(url);
  await page.getByText('Your bank has your answer.').waitFor();
  expect(await page.getByRole('button').count()).toBe(0);
});
