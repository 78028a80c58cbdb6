import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { enterCard } from '../support/card-form.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

const browser = useBrowser();
let shop: Shop;
let sandbox: TestSandbox;
let price: Stripe.Price;
let customer: Stripe.Customer;

beforeAll(async () => {
  shop = await openShop();
  sandbox = await startTestSandbox();
  const product = await sandbox.stripe.products.create({ name: 'Team' });
  price = await sandbox.stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1200,
    recurring: { interval: 'month' },
  });
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});
beforeEach(async () => {
  customer = await sandbox.stripe.customers.create({ email: 'alice@example.com' });
});

function createSession(params: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return sandbox.stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 3 }],
    success_url: `${shop.url}/done?session={CHECKOUT_SESSION_ID}`,
    cancel_url: `${shop.url}/plans`,
    ...params,
  });
}

async function open(session: Stripe.Checkout.Session, options = {}): Promise<Page> {
  const page = await browser.newPage(options);
  await page.goto(session.url as string);
  return page;
}

const submit = (page: Page, name = 'Subscribe') => page.getByRole('button', { name }).click();

test('a person pays with a card, and everything exists afterwards', async () => {
  const session = await createSession({ subscription_data: { metadata: { tollgate_command: 'cmd_1' } } });
  const page = await open(session);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Subscribe to Team');
  await page.getByText('Test mode').waitFor();
  await page.getByText('Qty 3, $12.00 each, billed monthly').waitFor();
  expect(await page.getByLabel('Email').inputValue()).toBe('alice@example.com');
  await enterCard(page, '4242424242424242');
  expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  await submit(page);
  await page.waitForURL(`${shop.url}/done?session=${session.id}`);

  const { stripe } = sandbox;
  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription.default_payment_method', 'invoice'],
  });
  expect(done).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    url: null,
    customer_details: { email: 'alice@example.com', name: 'Alice Example', address: { country: 'US' } },
    subscription: {
      status: 'active',
      customer: customer.id,
      metadata: { tollgate_command: 'cmd_1' },
      default_payment_method: { card: { last4: '4242' }, billing_details: { name: 'Alice Example' } },
    },
    invoice: { status: 'paid', amount_paid: 3600 },
  });
  const types = sandbox.events().map(({ type }) => type);
  for (const type of ['payment_method.attached', 'customer.subscription.created', 'invoice.paid', 'charge.succeeded']) {
    expect(types).toContain(type);
  }
  expect(types.at(-1)).toBe('checkout.session.completed');
});

test('a declined card is told at its field, leaves nothing behind, and another one works', async () => {
  const session = await createSession();
  const page = await open(session);
  await enterCard(page, '4000000000000002');
  await submit(page);
  await page.getByText('Your card was declined.').waitFor();
  expect(await page.getByLabel('Card number').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByLabel('Card number').inputValue()).toBe('4000 0000 0000 0002');
  await enterCard(page, '4000000000009995');
  await submit(page);
  await page.getByText('Your card has insufficient funds.').waitFor();
  await enterCard(page, '4000000000000341');
  await submit(page);
  await page.getByText('Your card was declined.').waitFor();
  const { stripe } = sandbox;
  expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'open', subscription: null });
  expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
  expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);

  await enterCard(page, '5555555555554444');
  await submit(page);
  await page.waitForURL(`${shop.url}/done?*`);
});

test('what is missing or wrong is said at each field, the first one focused', async () => {
  const page = await open(await createSession({ customer: undefined }));
  await submit(page);
  for (const text of ['Enter a valid email address.', 'Enter your card number.', 'Enter the name on your card.']) {
    await page.getByText(text).waitFor();
  }
  expect(await page.getByLabel('Email').evaluate((input) => input === input.ownerDocument.activeElement)).toBe(true);
  await page.getByLabel('Email').fill('bob@example.com');
  await enterCard(page, '4242424242424241');
  await page.getByLabel('Expiration').fill('12 / 20');
  await submit(page);
  await page.getByText('Your card number is invalid.').waitFor();
  await page.getByText("Your card's expiration year is in the past.").waitFor();
  await enterCard(page, '4539578763621486');
  await submit(page);
  await page.getByText('used a non test card').waitFor();
});

test('without a customer one is made from what was typed', async () => {
  const session = await createSession({ customer: undefined });
  const page = await open(session);
  await page.getByLabel('Email').fill('bob@example.com');
  await enterCard(page, '4242424242424242');
  await submit(page);
  await page.waitForURL(`${shop.url}/done?*`);
  const done = await sandbox.stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] });
  expect(done.customer).toMatchObject({ object: 'customer', email: 'bob@example.com', name: 'Alice Example' });
});

test('3D Secure: refused, the person is back at the form; approved, the plan is bought', async () => {
  const session = await createSession();
  const page = await open(session);
  await enterCard(page, '4000002500003155');
  await submit(page);
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor();
  await page.getByText('$36.00').waitFor();
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await page.getByText('We are unable to authenticate your payment method').waitFor();
  expect(await page.getByLabel('Name on card').inputValue()).toBe('Alice Example');
  expect(await page.getByLabel('Card number').inputValue()).toBe('');
  expect((await sandbox.stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);

  await enterCard(page, '4000002500003155');
  await submit(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${shop.url}/done?*`);
  const { data } = await sandbox.stripe.subscriptions.list({ customer: customer.id });
  expect(data).toMatchObject([{ status: 'active' }]);
});

test('3D Secure with a card that the bank then declines', async () => {
  const page = await open(await createSession());
  await enterCard(page, '4000008260003178');
  await submit(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Your card has insufficient funds.').waitFor();
});

test('a trial starts without a payment, with a card for later', async () => {
  const session = await createSession({ subscription_data: { trial_period_days: 14 } });
  const page = await open(session);
  await page.getByText('14 days free').waitFor();
  await page.getByText('Then $36.00 per month').waitFor();
  await enterCard(page, '4000002500003155');
  await submit(page, 'Start trial');
  await page.getByText('saving this card').waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${shop.url}/done?*`);
  const done = await sandbox.stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
  expect(done).toMatchObject({
    payment_status: 'no_payment_required',
    amount_total: 0,
    subscription: { status: 'trialing', pending_setup_intent: null },
  });
});

test('a trial that wants a card only if needed asks for none', async () => {
  const session = await createSession({
    payment_method_collection: 'if_required',
    subscription_data: {
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
    },
  });
  const page = await open(session);
  expect(await page.getByLabel('Card number').count()).toBe(0);
  await submit(page, 'Start trial');
  await page.waitForURL(`${shop.url}/done?*`);
  const { data } = await sandbox.stripe.subscriptions.list({ customer: customer.id });
  expect(data).toMatchObject([{ status: 'trialing', default_payment_method: null }]);
});

test('a card is saved in setup mode', async () => {
  const session = await sandbox.stripe.checkout.sessions.create({
    mode: 'setup',
    customer: customer.id,
    currency: 'usd',
    success_url: `${shop.url}/saved`,
  });
  const page = await open(session);
  await enterCard(page, '4242424242424242');
  await submit(page, 'Save card');
  await page.waitForURL(`${shop.url}/saved`);
  const done = await sandbox.stripe.checkout.sessions.retrieve(session.id, { expand: ['setup_intent'] });
  expect(done).toMatchObject({ status: 'complete', setup_intent: { status: 'succeeded', customer: customer.id } });
  expect((await sandbox.stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
});

test('the way back leads to cancel_url, and the session stays open', async () => {
  const session = await createSession();
  const page = await open(session);
  await page.getByRole('link', { name: 'Back to Example Company' }).click();
  await page.waitForURL(`${shop.url}/plans`);
  expect((await sandbox.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
});

test('a promotion code is applied on the page, a wrong one refused', async () => {
  const coupon = await sandbox.stripe.coupons.create({ percent_off: 50, duration: 'once' });
  await sandbox.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'HALF' });
  const session = await createSession({ allow_promotion_codes: true });
  const page = await open(session);
  await page.getByLabel('Promotion code').fill('NOTHING');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('This code is invalid.').waitFor();
  await page.getByLabel('Promotion code').fill('half');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('−$18.00').waitFor();
  await enterCard(page, '4242424242424242');
  await submit(page);
  await page.waitForURL(`${shop.url}/done?*`);
  const done = await sandbox.stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
  expect(done).toMatchObject({ amount_total: 1800, invoice: { amount_paid: 1800 } });
});

test('an expired session cannot be paid, whether it expired before or after the page was opened', async () => {
  const session = await createSession();
  const page = await open(session);
  await sandbox.stripe.checkout.sessions.expire(session.id);
  await enterCard(page, '4242424242424242');
  await submit(page);
  await page.getByText('This Checkout page has expired').waitFor();
  await page.goto(session.url as string);
  await page.getByRole('heading', { name: 'This Checkout page has expired' }).waitFor();
  await page.getByRole('link', { name: 'Back to Example Company' }).click();
  await page.waitForURL(`${shop.url}/plans`);
  expect((await sandbox.stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
});

test('a completed session says so and sells nothing twice', async () => {
  const session = await createSession();
  const [page, other] = [await open(session), await open(session)];
  await enterCard(page, '4242424242424242');
  await submit(page);
  await page.waitForURL(`${shop.url}/done?*`);
  await enterCard(other, '4242424242424242');
  await submit(other);
  await other.getByText('This Checkout page was completed').waitFor();
  await other.goto(session.url as string);
  await other.getByRole('heading', { name: 'All done' }).waitFor();
  expect((await sandbox.stripe.subscriptions.list({ customer: customer.id })).data).toHaveLength(1);
});

test('the page works without scripts', async () => {
  const session = await createSession();
  const page = await open(session, { javaScriptEnabled: false });
  await enterCard(page, '4000000000000069');
  await submit(page);
  await page.getByText('Your card has expired.').waitFor();
  expect(await page.getByLabel('Name on card').inputValue()).toBe('Alice Example');
  expect(await page.content()).not.toContain('4000000000000069');
  await enterCard(page, '4000002500003155');
  await submit(page);
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${shop.url}/done?session=${session.id}`);
});

test('the page is usable by keyboard alone, and a test card is one click away', async () => {
  const session = await createSession();
  const page = await open(session);
  await page.getByText('Test cards').press('Enter');
  await page.getByRole('button', { name: 'Use 4242: Succeeds' }).press('Enter');
  expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  await page.getByLabel('Name on card').fill('Alice Example');
  await page.getByLabel('Name on card').press('Enter');
  await page.waitForURL(`${shop.url}/done?*`);
});

test('an unknown address says so', async () => {
  const page = await browser.newPage();
  const response = await page.goto(`${sandbox.url}/c/pay/cs_test_unknown`);
  expect(response?.status()).toBe(404);
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
});
