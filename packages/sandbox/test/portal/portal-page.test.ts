import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { enterCard } from '../support/card-form.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: Shop;
let starter: Stripe.Price;
let team: Stripe.Price;
let customer: Stripe.Customer;
let subscription: Stripe.Subscription;

const priced = async (name: string, unit_amount: number) => {
  const product = await sandbox.stripe.products.create({ name });
  return sandbox.stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount,
    recurring: { interval: 'month' },
  });
};

beforeAll(async () => {
  shop = await openShop();
  sandbox = await startTestSandbox();
  starter = await priced('Starter', 500);
  team = await priced('Team', 1200);
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});
beforeEach(async () => {
  const { stripe } = sandbox;
  customer = await stripe.customers.create({ email: 'alice@example.com', name: 'Alice Example' });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: team.id, quantity: 2 }],
    default_payment_method: method.id,
  });
});

async function openPortal(params: Partial<Stripe.BillingPortal.SessionCreateParams> = {}, options = {}) {
  const session = await sandbox.stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: `${shop.url}/account`,
    ...params,
  });
  const page = await browser.newPage(options);
  await page.goto(session.url);
  return { page, session };
}
const current = () => sandbox.stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] });

test('the portal shows plan, card, details and invoices, and leads back', async () => {
  const { page } = await openPortal();
  await page.getByText('$24.00 per month').waitFor();
  await page.getByText('Active').waitFor();
  await page.getByText(/^Renews on /).waitFor();
  await page.getByText('Expires 12/').waitFor();
  await page.getByText('Alice Example').waitFor();
  const invoice = page.getByRole('row').nth(1);
  expect(await invoice.textContent()).toContain('$24.00');
  await page.getByRole('link', { name: 'Return to Example Company' }).click();
  await page.waitForURL(`${shop.url}/account`);
});

test('a plan is canceled at period end, and kept again', async () => {
  const { page } = await openPortal();
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByText('After that it is not renewed.').waitFor();
  await page.getByLabel('Why do you cancel?').selectOption('too_expensive');
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.getByText('Your plan is canceled.').waitFor();
  await page.getByText(/^Your plan ends on /).waitFor();
  const canceled = await current();
  expect(canceled).toMatchObject({
    status: 'active',
    cancel_at: canceled.items.data[0]?.current_period_end,
    cancellation_details: { feedback: 'too_expensive', reason: 'cancellation_requested' },
  });
  await page.getByRole('button', { name: 'Keep plan' }).click();
  await page.getByText('Your plan goes on.').waitFor();
  expect(await current()).toMatchObject({ status: 'active', cancel_at: null, cancel_at_period_end: false });
  const types = sandbox.events('customer.subscription.updated').map(({ data }) => data.object as Stripe.Subscription);
  expect(types.filter(({ id }) => id === subscription.id)).toHaveLength(2);
});

test('a configuration can cancel at once', async () => {
  const configuration = await sandbox.stripe.billingPortal.configurations.create({
    features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
  });
  const { page } = await openPortal({ configuration: configuration.id });
  expect(await page.getByText('Payment method').count()).toBe(0);
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByRole('button', { name: 'Cancel now' }).click();
  await page.getByText('You have no plan at the moment.').waitFor();
  expect((await current()).status).toBe('canceled');
});

test('a card is added, becomes the default, and an older one is removed', async () => {
  const { page } = await openPortal();
  await page.getByRole('link', { name: 'Add a card' }).click();
  await enterCard(page, '4000000000000002');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('Your card was declined.').waitFor();
  await enterCard(page, '5555555555554444');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('Your card was saved.').waitFor();
  expect((await current()).default_payment_method).toMatchObject({ card: { last4: '4444' } });
  expect(
    await sandbox.stripe.customers.retrieve(customer.id, { expand: ['invoice_settings.default_payment_method'] }),
  ).toMatchObject({ invoice_settings: { default_payment_method: { card: { last4: '4444' } } } });

  await page.getByRole('button', { name: 'Make Visa •••• 4242 the default' }).click();
  await page.getByText('This card is used').waitFor();
  expect((await current()).default_payment_method).toMatchObject({ card: { last4: '4242' } });
  await page.getByRole('button', { name: 'Remove Mastercard •••• 4444' }).click();
  await page.getByText('The card was removed.').waitFor();
  const { data } = await sandbox.stripe.customers.listPaymentMethods(customer.id);
  expect(data).toMatchObject([{ card: { last4: '4242' } }]);
});

test('a card with 3D Secure is saved once the person approves', async () => {
  const { page } = await openPortal({ flow_data: { type: 'payment_method_update' } });
  await enterCard(page, '4000002500003155');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await page.getByText('We are unable to authenticate your card.').waitFor();
  await enterCard(page, '4000002500003155');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Your card was saved.').waitFor();
  expect((await current()).default_payment_method).toMatchObject({ card: { last4: '3155' } });
});

test('a plan and its quantity are changed', async () => {
  const configuration = await sandbox.stripe.billingPortal.configurations.create({
    features: {
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'always_invoice',
        products: [
          { product: starter.product as string, prices: [starter.id] },
          { product: team.product as string, prices: [team.id] },
        ],
      },
    },
  });
  const { page } = await openPortal({ configuration: configuration.id });
  await page.getByRole('link', { name: 'Change plan' }).click();
  expect(await page.getByLabel('Team').isChecked()).toBe(true);
  await page.getByLabel('Quantity').fill('4');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('$48.00 per month').waitFor();
  await page.getByText(/^\$2[34]\.\d\d$/).waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Your plan was changed.').waitFor();
  expect((await current()).items.data).toMatchObject([{ quantity: 4, price: { id: team.id } }]);
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByLabel('Starter').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('$20.00 per month').waitFor();
});

test('a change that the card cannot pay keeps the old plan and says why', async () => {
  const { stripe } = sandbox;
  const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: failing.id });
  const { page } = await openPortal({
    flow_data: { type: 'subscription_update', subscription_update: { subscription: subscription.id } },
  });
  await page.getByLabel('Quantity').fill('9');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Your card was declined.').waitFor();
  expect((await current()).items.data).toMatchObject([{ quantity: 2 }]);
});

test('billing details are changed', async () => {
  const { page } = await openPortal();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name').fill('Alice Sample');
  await page.getByLabel('Email').fill('not an address');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter a valid email address.').waitFor();
  await page.getByLabel('Email').fill('alice.sample@example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your billing details were saved.').waitFor();
  expect(await sandbox.stripe.customers.retrieve(customer.id)).toMatchObject({
    name: 'Alice Sample',
    email: 'alice.sample@example.com',
  });
});

test('a cancellation flow goes straight to its step and back where it was told', async () => {
  const { page } = await openPortal({
    flow_data: {
      type: 'subscription_cancel',
      subscription_cancel: { subscription: subscription.id },
      after_completion: { type: 'redirect', redirect: { return_url: `${shop.url}/bye` } },
    },
  });
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.waitForURL(`${shop.url}/bye`);
  expect((await current()).cancel_at).not.toBeNull();
});

test('a flow may end with a message of its own', async () => {
  const { page } = await openPortal({
    flow_data: {
      type: 'payment_method_update',
      after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'See you soon.' } },
    },
  });
  await enterCard(page, '4242424242424242');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('See you soon.').waitFor();
});

test('an address works in one browser only, is void when nobody opens it, and ends an hour after the last click', async () => {
  const { page, session } = await openPortal();
  await page.reload();
  await page.getByText('$24.00 per month').waitFor();
  const other = await browser.newPage();
  expect((await other.goto(session.url))?.status()).toBe(410);
  await other.getByRole('heading', { name: 'This link has expired' }).waitFor();
  expect((await other.goto(`${session.url}/subscriptions/${subscription.id}/cancel`))?.status()).toBe(410);

  const unopened = await sandbox.stripe.billingPortal.sessions.create({ customer: customer.id });
  await sandbox.advance(5 * 60 + 1);
  expect((await other.goto(unopened.url))?.status()).toBe(410);
  expect((await page.reload())?.status()).toBe(200);
  await sandbox.advance(60 * 60 + 1);
  expect((await page.reload())?.status()).toBe(410);
});

test("another customer's subscription and features that are off are not found", async () => {
  const bob = await sandbox.stripe.customers.create({});
  const session = await sandbox.stripe.billingPortal.sessions.create({ customer: bob.id });
  const page = await browser.newPage();
  await page.goto(session.url);
  await page.getByText('You have no plan at the moment.').waitFor();
  const status = async (path: string) => (await page.goto(`${session.url}/${path}`))?.status();
  expect(await status(`subscriptions/${subscription.id}/cancel`)).toBe(404);
  expect(await status(`subscriptions/${subscription.id}/update`)).toBe(404);
  const post = await page.request.post(`${session.url}/subscriptions/${subscription.id}/cancel`);
  expect(post.status()).toBe(404);
  expect((await current()).cancel_at).toBeNull();
});

test('the portal works without scripts', async () => {
  const { page } = await openPortal({}, { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.getByRole('button', { name: 'Keep plan' }).click();
  await page.getByText('Your plan goes on.').waitFor();
  expect((await current()).cancel_at).toBeNull();
});
