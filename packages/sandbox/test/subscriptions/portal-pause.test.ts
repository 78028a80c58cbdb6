import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
type PauseFeature = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionPause;

const browser = useBrowser();
let sandbox: TestSandbox;
let stripe: Stripe;
let subscription: Stripe.Subscription;
let customer: Stripe.Customer;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 3000);
  subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
});
afterAll(() => sandbox.close());

const configurationWith = (subscription_pause: PauseFeature) =>
  stripe.billingPortal.configurations.create({ features: { subscription_pause } });

async function openPortal(configuration: Stripe.BillingPortal.Configuration, more: object = {}) {
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: configuration.id,
    ...more,
  });
  const page = await browser.newPage();
  await page.goto(session.url);
  return page;
}
const current = () => stripe.subscriptions.retrieve(subscription.id);
const failNextCharges = async () => {
  const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
};

test('a plan is paused for one of the durations that are offered, and goes on by itself', async () => {
  const configuration = await configurationWith({
    enabled: true,
    duration: {
      type: 'interval_options',
      interval_options: [{ interval: 'week', interval_count: 2 }, { interval: 'month' }],
    },
  });
  expect(configuration.features.subscription_pause).toEqual({
    enabled: true,
    duration: {
      type: 'interval_options',
      interval_options: [
        { interval: 'week', interval_count: 2 },
        { interval: 'month', interval_count: 1 },
      ],
    },
  });
  const page = await openPortal(configuration);
  await page.getByRole('link', { name: 'Pause plan' }).click();
  await page.getByRole('radio', { name: /2 weeks/ }).check();
  await page.getByRole('button', { name: 'Pause plan' }).click();
  await page.getByRole('status').getByText('Your plan is paused.').waitFor();
  await page.getByText(/^Your plan is paused until /).waitFor();
  expect(await current()).toMatchObject({
    status: 'paused',
    status_details: { paused: { subscription: { type: 'pause_requested' } } },
  });
  await sandbox.advance(14 * DAY);
  expect((await current()).status).toBe('active');
  expect(sandbox.events('customer.subscription.resumed')).toHaveLength(1);
});

test('a plan is paused without an end and resumed by its owner; who cannot pay stays paused', async () => {
  const configuration = await configurationWith({ enabled: true, duration: { type: 'indefinite' } });
  await sandbox.advance(10 * DAY);
  const page = await openPortal(configuration);
  await page.getByRole('link', { name: 'Pause plan' }).click();
  await page.getByText('until you resume it').waitFor();
  await page.getByRole('button', { name: 'Pause plan' }).click();
  await page.getByRole('button', { name: 'Resume plan' }).waitFor();
  await sandbox.advance(50 * DAY);
  expect((await current()).status).toBe('paused');
  await failNextCharges();
  const again = await openPortal(configuration);
  await again.getByRole('button', { name: 'Resume plan' }).click();
  await again.getByText('The payment did not go through. Your plan stays paused.').waitFor();
  expect((await current()).status).toBe('paused');
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
  await again.getByRole('button', { name: 'Resume plan' }).click();
  await again.getByRole('status').getByText('Your plan goes on.').waitFor();
  expect((await current()).status).toBe('active');
});

test('a flow leads to the pause and back', async () => {
  const configuration = await configurationWith({ enabled: true });
  const flow_data = {
    type: 'subscription_pause',
    subscription_pause: { subscription: subscription.id },
    after_completion: { type: 'hosted_confirmation', hosted_confirmation: { custom_message: 'See you soon.' } },
  };
  const page = await openPortal(configuration, { flow_data });
  await page.getByRole('radio', { name: /1 month/ }).waitFor();
  await page.getByRole('button', { name: 'Pause plan' }).click();
  await page.getByText('See you soon.').waitFor();
  expect((await current()).status).toBe('paused');
  await expect(
    stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration: configuration.id,
      flow_data: { type: 'subscription_pause', subscription_pause: { subscription: subscription.id } },
    }),
  ).rejects.toMatchObject({ param: 'flow_data[subscription_pause][subscription]' });
});

test('without the feature nothing can be paused, and durations are checked', async () => {
  const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
  });
  const page = await openPortal(configuration);
  await page.getByText('$30.00 per month').waitFor();
  expect(await page.getByRole('link', { name: 'Pause plan' }).count()).toBe(0);
  await expect(
    stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration: configuration.id,
      flow_data: { type: 'subscription_pause', subscription_pause: { subscription: subscription.id } },
    }),
  ).rejects.toMatchObject({ param: 'flow_data[type]' });
  await expect(configurationWith({ enabled: true, duration: { type: 'interval_options' } })).rejects.toMatchObject({
    code: 'parameter_missing',
  });
  const interval_options = [{ interval: 'year' as const, interval_count: 4 }];
  await expect(
    configurationWith({ enabled: true, duration: { type: 'interval_options', interval_options } }),
  ).rejects.toMatchObject({ param: 'features[subscription_pause][duration][interval_options][0][interval_count]' });
});
