import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let customer: Stripe.Customer;
let price: Stripe.Price;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  const { stripe } = sandbox;
  const product = await stripe.products.create({ name: 'Team' });
  price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1200,
    recurring: { interval: 'month' },
  });
  customer = await stripe.customers.create({ email: 'alice@example.com' });
});
afterAll(() => sandbox.close());

test('a session has an address and, without a configuration, the default one', async () => {
  const { stripe } = sandbox;
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'http://localhost/account',
    expand: ['configuration'],
  });
  expect(session).toMatchObject({
    customer: customer.id,
    return_url: 'http://localhost/account',
    flow: null,
    configuration: {
      is_default: true,
      features: {
        invoice_history: { enabled: true },
        payment_method_update: { enabled: true },
        subscription_cancel: { enabled: true, mode: 'at_period_end' },
        subscription_update: { enabled: true, products: [{ product: price.product, prices: [price.id] }] },
      },
    },
  });
  expect(session.url).toMatch(new RegExp(`^${sandbox.url}/p/session/test_`));
  const again = await stripe.billingPortal.sessions.create({ customer: customer.id });
  expect(again.configuration).toBe((session.configuration as Stripe.BillingPortal.Configuration).id);
  expect(again.url).not.toBe(session.url);
  expect(sandbox.events('billing_portal.session.created')).toHaveLength(2);
});

test('a configuration is created, changed feature by feature, listed and retired', async () => {
  const { stripe } = sandbox;
  const created = await stripe.billingPortal.configurations.create({
    business_profile: { headline: 'Your plan with us' },
    default_return_url: 'http://localhost/',
    features: {
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'always_invoice',
        products: [{ product: price.product as string, prices: [price.id] }],
      },
    },
    metadata: { used_by: 'tollgate' },
  });
  expect(created).toMatchObject({
    active: true,
    is_default: false,
    business_profile: { headline: 'Your plan with us' },
    features: {
      invoice_history: { enabled: false },
      subscription_update: { enabled: true, products: [{ prices: [price.id] }] },
    },
  });
  const updated = await stripe.billingPortal.configurations.update(created.id, {
    features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
  });
  expect(updated.features).toMatchObject({
    subscription_cancel: { enabled: true, mode: 'immediately' },
    subscription_update: { enabled: true },
  });
  expect(sandbox.events('billing_portal.configuration.updated')).toHaveLength(1);
  const { data } = await stripe.billingPortal.configurations.list({ is_default: false });
  expect(data.map(({ id }) => id)).toEqual([created.id]);
  const session = { customer: customer.id, configuration: created.id };
  expect(await stripe.billingPortal.sessions.create(session)).toMatchObject({ return_url: 'http://localhost/' });
  await stripe.billingPortal.configurations.update(created.id, { active: false });
  await expect(stripe.billingPortal.sessions.create(session)).rejects.toMatchObject({ param: 'configuration' });
});

test("a flow names one of the customer's own subscriptions and a feature that is on", async () => {
  const { stripe } = sandbox;
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: method.id,
  });
  const cancel = (id: string): Stripe.BillingPortal.SessionCreateParams.FlowData => ({
    type: 'subscription_cancel',
    subscription_cancel: { subscription: id },
    after_completion: { type: 'redirect', redirect: { return_url: 'http://localhost/bye' } },
  });
  const session = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    flow_data: cancel(subscription.id),
  });
  expect(session.flow).toMatchObject({
    type: 'subscription_cancel',
    subscription_cancel: { subscription: subscription.id },
    after_completion: { type: 'redirect', redirect: { return_url: 'http://localhost/bye' } },
  });
  const bob = await stripe.customers.create({});
  for (const [who, flow_data, param] of [
    [bob.id, cancel(subscription.id), 'flow_data[subscription_cancel][subscription]'],
    [customer.id, cancel('sub_none'), 'flow_data[subscription_cancel][subscription]'],
    [customer.id, { type: 'subscription_cancel' }, 'flow_data[subscription_cancel]'],
  ] as const) {
    await expect(stripe.billingPortal.sessions.create({ customer: who, flow_data })).rejects.toMatchObject({
      statusCode: 400,
      param,
    });
  }

  const { id: configuration } = await stripe.billingPortal.configurations.create({
    features: { subscription_cancel: { enabled: false } },
  });
  await expect(
    stripe.billingPortal.sessions.create({
      customer: customer.id,
      configuration,
      flow_data: cancel(subscription.id),
    }),
  ).rejects.toMatchObject({ param: 'flow_data[type]' });
});

test('a subscription of several items is not offered for change', async () => {
  const { stripe } = sandbox;
  const [method] = (await stripe.customers.listPaymentMethods(customer.id)).data;
  const other = await stripe.prices.create({
    product: price.product as string,
    currency: 'usd',
    unit_amount: 100,
    recurring: { interval: 'month' },
  });
  const { id } = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }, { price: other.id }],
    default_payment_method: method?.id as string,
  });
  await expect(
    stripe.billingPortal.sessions.create({
      customer: customer.id,
      flow_data: { type: 'subscription_update', subscription_update: { subscription: id } },
    }),
  ).rejects.toThrow('several items');
});
