import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  sandbox = await startTestSandbox();
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});

const configure = (params: Partial<Stripe.BillingPortal.ConfigurationCreateParams> = {}) =>
  sandbox.stripe.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } }, ...params });

test('a login page leads to the portal of the customer with that address, until it is switched off', async () => {
  await sandbox.stripe.customers.create({ email: 'alice@example.com', name: 'Alice Example' });
  const configuration = await configure({ login_page: { enabled: true }, default_return_url: `${shop.url}/account` });
  const { url } = configuration.login_page;
  expect(url).toContain('/p/login/');
  const page = await browser.newPage();
  await page.goto(url as string);
  await page.getByLabel('Email').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByText('no customer has this address').waitFor();
  await page.goto(url as string);
  await page.getByLabel('Email').fill('alice@example.com');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('link', { name: 'Open your billing' }).click();
  await page.getByText('Alice Example').waitFor();
  expect(sandbox.events('billing_portal.session.created').at(-1)?.data.object).toMatchObject({
    configuration: configuration.id,
    return_url: `${shop.url}/account`,
  });
  const off = await sandbox.stripe.billingPortal.configurations.update(configuration.id, {
    login_page: { enabled: false },
  });
  expect(off.login_page).toEqual({ enabled: false, url: null });
  expect((await page.goto(url as string))?.status()).toBe(404);
});

test('a session with after_expiration can be come back to by its customer', async () => {
  const customer = await sandbox.stripe.customers.create({ email: 'back@example.com', name: 'Alice Back' });
  const session = await sandbox.stripe.billingPortal.sessions.create({
    customer: customer.id,
    after_expiration: { type: 'customer_login' },
  });
  expect(session.after_expiration).toEqual({ customer_login: { expires_at: null }, type: 'customer_login' });
  await sandbox.advance(3 * 3600);
  const page = await browser.newPage();
  expect((await page.goto(session.url))?.status()).toBe(410);
  await page.getByLabel('Email').fill('back@example.com');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.getByRole('link', { name: 'Open your billing' }).click();
  await page.getByText('Alice Back').waitFor();
});

test('a customer changes what the configuration lets them change', async () => {
  const customer = await sandbox.stripe.customers.create({ email: 'details@example.com', name: 'Alice Details' });
  const configuration = await configure({
    features: {
      customer_update: { enabled: true, allowed_updates: ['phone', 'address', 'shipping', 'tax_id'] },
    },
  });
  const { url } = await sandbox.stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: configuration.id,
    flow_data: { type: 'customer_update', after_completion: { type: 'portal_homepage' } },
  });
  const page = await browser.newPage();
  await page.goto(url);
  expect(await page.getByLabel('Email').count()).toBe(0);
  await page.getByLabel('Phone').fill('+49 30 1');
  await page.locator('#line1').fill('Street 1');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enter your city.').waitFor();
  await page.locator('#city').fill('Berlin');
  await page.locator('#country').selectOption('DE');
  await page.getByLabel('Tax ID').fill('DE123456789');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your billing details were saved.').waitFor();
  expect(await sandbox.stripe.customers.retrieve(customer.id, { expand: ['tax_ids'] })).toMatchObject({
    name: 'Alice Details',
    phone: '+49 30 1',
    shipping: null,
    address: { line1: 'Street 1', city: 'Berlin', country: 'DE' },
    tax_ids: { data: [{ type: 'eu_vat', value: 'DE123456789' }] },
  });
});

test('the merchant’s terms and privacy policy are linked from the portal', async () => {
  const customer = await sandbox.stripe.customers.create({ email: 'links@example.com' });
  const { id } = await configure({
    business_profile: { terms_of_service_url: `${shop.url}/terms`, privacy_policy_url: `${shop.url}/privacy` },
  });
  const { url } = await sandbox.stripe.billingPortal.sessions.create({ customer: customer.id, configuration: id });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByRole('link', { name: 'Privacy policy' }).waitFor();
  await page.getByRole('link', { name: 'Terms of service' }).click();
  await page.waitForURL(`${shop.url}/terms`);
});

test('settings that exclude each other, and prices of other products, are refused', async () => {
  const one = await sandbox.stripe.products.create({ name: 'One' });
  const price = await sandbox.stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Other' },
    recurring: { interval: 'month' },
    unit_amount: 100,
  });
  const update = (products: Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate.Product[]) =>
    configure({ features: { subscription_update: { enabled: true, default_allowed_updates: ['price'], products } } });
  await expect(update([{ product: one.id, prices: [price.id] }])).rejects.toThrow('does not belong to the product');
  const cancel = (proration_behavior: 'always_invoice' | 'create_prorations') =>
    configure({ features: { subscription_cancel: { enabled: true, mode: 'at_period_end', proration_behavior } } });
  await expect(cancel('always_invoice')).rejects.toMatchObject({
    param: 'features[subscription_cancel][proration_behavior]',
  });
  await expect(cancel('create_prorations')).rejects.toThrow('only compatible with `mode=immediately`');
  const configured = await configure({
    features: {
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price'],
        products: [],
        billing_cycle_anchor: 'now',
        trial_update_behavior: 'continue_trial',
        schedule_at_period_end: { conditions: [{ type: 'shortening_interval' }] },
      },
    },
  });
  expect(configured.features.subscription_update).toMatchObject({
    billing_cycle_anchor: 'now',
    trial_update_behavior: 'continue_trial',
    schedule_at_period_end: { conditions: [{ type: 'shortening_interval' }] },
  });
});
