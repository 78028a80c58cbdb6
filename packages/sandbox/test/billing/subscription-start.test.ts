import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishAuthentication } from '../../src/billing/invoices/settlement.js';
import { customerWithCard, intentIdOf, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const EXPAND = ['latest_invoice.confirmation_secret', 'pending_setup_intent'];

/** Confirms as stripe.js does: with the publishable key and the client secret. */
async function confirmInBrowser(secret: string, payment_method: string): Promise<Stripe.PaymentIntent> {
  const response = await fetch(`${sandbox.url}/v1/payment_intents/${intentIdOf(secret)}/confirm`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_secret: secret, payment_method }),
  });
  const body = (await response.json()) as { error?: Stripe.PaymentIntent.LastPaymentError };
  if (body.error) throw Object.assign(new Error(body.error.message), body.error, { statusCode: response.status });
  return body as Stripe.PaymentIntent;
}

async function startIncomplete(price: Stripe.Price, customer: Stripe.Customer) {
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: EXPAND,
  });
}

describe('default_incomplete', () => {
  test('is incomplete until its payment intent is confirmed, then active with the card kept', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const before = sandbox.events().length;
    const customer = await stripe.customers.create({ email: 'alice@example.com' });
    const subscription = await startIncomplete(price, customer);
    expect(subscription).toMatchObject({ status: 'incomplete', currency: 'usd', default_payment_method: null });
    const invoice = invoiceOf(subscription);
    expect(invoice).toMatchObject({
      status: 'open',
      billing_reason: 'subscription_create',
      amount_due: 2900,
      attempted: false,
      attempt_count: 0,
    });
    expect(invoice.period_start).toBe(invoice.period_end);
    const secret = invoice.confirmation_secret?.client_secret ?? '';
    const intent = await confirmInBrowser(secret, 'pm_card_visa');
    expect(intent.status).toBe('succeeded');

    const active = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice.payments'] });
    expect(active).toMatchObject({ status: 'active', default_payment_method: expect.stringMatching(/^pm_/) });
    expect(invoiceOf(active)).toMatchObject({ status: 'paid', amount_paid: 2900, amount_remaining: 0 });
    expect(invoiceOf(active).payments?.data).toMatchObject([
      { status: 'paid', amount_paid: 2900, payment: { payment_intent: intent.id } },
    ]);
    const method = await stripe.paymentMethods.retrieve(active.default_payment_method as string);
    expect(method.customer).toBe(customer.id);
    const events = sandbox.events().slice(before);
    expect(events.map(({ type }) => type)).toEqual([
      'customer.created',
      'invoice.created',
      'customer.updated',
      'payment_intent.created',
      'invoice.finalized',
      'customer.subscription.created',
      'charge.succeeded',
      'payment_method.attached',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
    ]);
    expect(events.at(-1)?.data.previous_attributes).toMatchObject({ status: 'incomplete' });
  });

  test('expires after 23 hours: the invoice is void, the subscription over for good', async () => {
    const customer = await stripe.customers.create();
    const { id, latest_invoice } = await startIncomplete(await monthlyPrice(stripe, 900), customer);
    await sandbox.advance(23 * 3600 + 1);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'incomplete_expired' });
    expect(await stripe.invoices.retrieve((latest_invoice as Stripe.Invoice).id as string)).toMatchObject({
      status: 'void',
      amount_remaining: 0,
    });
    await expect(stripe.subscriptions.cancel(id)).rejects.toMatchObject({ code: 'resource_missing' });
  });

  test('with nothing due (a trial) there is no secret but a pending setup intent', async () => {
    const customer = await stripe.customers.create();
    const price = await monthlyPrice(stripe, 2900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 14,
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: [...EXPAND, 'latest_invoice.payments'],
    });
    expect(subscription.status).toBe('trialing');
    expect(invoiceOf(subscription)).toMatchObject({ status: 'paid', total: 0, confirmation_secret: null });
    expect(invoiceOf(subscription).payments?.data).toEqual([]);
    const pending = subscription.pending_setup_intent as Stripe.SetupIntent;
    expect(pending).toMatchObject({ status: 'requires_payment_method', usage: 'off_session' });
    await stripe.setupIntents.confirm(pending.id, { payment_method: 'pm_card_visa' });
    const served = await stripe.subscriptions.retrieve(subscription.id);
    expect(served).toMatchObject({ pending_setup_intent: null, default_payment_method: expect.any(String) });
  });
});

describe('a saved payment method', () => {
  test('pays at once: the subscription is announced active', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 1900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 3 }],
      expand: ['latest_invoice'],
    });
    expect(subscription.status).toBe('active');
    expect(invoiceOf(subscription)).toMatchObject({ status: 'paid', amount_paid: 5700, number: expect.any(String) });
    const [line] = invoiceOf(subscription).lines.data;
    expect(line).toMatchObject({
      amount: 5700,
      quantity: 3,
      description: '3 × Team (at $19.00 / month)',
      pricing: { price_details: { price: price.id } },
      parent: { subscription_item_details: { proration: false, subscription_item: subscription.items.data[0]?.id } },
    });
    const created = sandbox.events('customer.subscription.created').at(-1);
    expect(created?.data.object).toMatchObject({ id: subscription.id, status: 'active' });
    expect(sandbox.events('customer.subscription.updated').map((event) => event.data.object)).not.toContainEqual(
      expect.objectContaining({ id: subscription.id }),
    );
    expect((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).toMatchObject({ currency: 'usd' });
  });

  test('is missing: refused with resource_missing, nothing remains', async () => {
    const customer = await stripe.customers.create();
    const price = await monthlyPrice(stripe, 1900);
    await expect(
      stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
    expect((await stripe.invoices.list({ customer: customer.id })).data).toEqual([]);
  });

  test('is declined: incomplete with an open invoice, which another card pays', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const price = await monthlyPrice(stripe, 1900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      expand: EXPAND,
    });
    expect(subscription.status).toBe('incomplete');
    expect(invoiceOf(subscription)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
    const secret = invoiceOf(subscription).confirmation_secret?.client_secret ?? '';
    const declined = await stripe.paymentIntents.retrieve(intentIdOf(secret));
    expect(declined).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined', decline_code: 'generic_decline' },
    });
    await expect(confirmInBrowser(secret, 'pm_card_visa_chargeDeclinedInsufficientFunds')).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      payment_intent: { status: 'requires_payment_method' },
    });
    await confirmInBrowser(secret, 'pm_card_visa');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test('error_if_incomplete refuses with 402 and keeps nothing', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
    const price = await monthlyPrice(stripe, 1900);
    const params = { customer: customer.id, items: [{ price: price.id }] };
    await expect(
      stripe.subscriptions.create({ ...params, payment_behavior: 'error_if_incomplete' }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);
  });
});

describe('3D Secure', () => {
  test('at the first payment: incomplete and attempted, active after the person approves', async () => {
    const customer = await customerWithCard(stripe, 'pm_card_threeDSecure2Required');
    const price = await monthlyPrice(stripe, 1900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      expand: [...EXPAND, 'latest_invoice.payments'],
    });
    expect(subscription.status).toBe('incomplete');
    expect(invoiceOf(subscription)).toMatchObject({
      status: 'open',
      attempted: true,
      attempt_count: 0,
      payments: { data: [{ status: 'open' }] },
    });
    const secret = invoiceOf(subscription).confirmation_secret?.client_secret ?? '';
    const waiting = await stripe.paymentIntents.retrieve(intentIdOf(secret));
    expect(waiting).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    sandbox.sandbox.engine.transact((tx) => finishAuthentication(tx, waiting.id, true));
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('succeeded');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test('refused by the person: another card can still be used', async () => {
    const customer = await stripe.customers.create();
    const subscription = await startIncomplete(await monthlyPrice(stripe, 2900), customer);
    const secret = invoiceOf(subscription).confirmation_secret?.client_secret ?? '';
    const waiting = await confirmInBrowser(secret, 'pm_card_authenticationRequired');
    expect(waiting.status).toBe('requires_action');
    sandbox.sandbox.engine.transact((tx) => finishAuthentication(tx, waiting.id, false));
    expect(await stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    await confirmInBrowser(secret, 'pm_card_visa');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });
});

describe('currency', () => {
  test('is the one asked for, and stays one per customer', async () => {
    const customer = await customerWithCard(stripe);
    const both = await monthlyPrice(stripe, 2900, { currency_options: { eur: { unit_amount: 2700 } } });
    const params = { customer: customer.id, items: [{ price: both.id }] };
    const inEuro = await stripe.subscriptions.create({ ...params, currency: 'eur', expand: ['latest_invoice'] });
    expect(inEuro.currency).toBe('eur');
    expect(invoiceOf(inEuro).total).toBe(2700);
    const onlyDollar = await monthlyPrice(stripe, 500);
    await expect(
      stripe.subscriptions.create({ customer: customer.id, items: [{ price: onlyDollar.id }] }),
    ).rejects.toThrow(/cannot combine currencies/);
    await expect(stripe.subscriptions.create({ ...params, currency: 'chf' })).rejects.toMatchObject({
      param: 'currency',
    });
    expect((await stripe.subscriptions.create(params)).currency).toBe('eur');
  });
});

test('automatic tax needs to know where the customer is', async () => {
  const price = await monthlyPrice(stripe, 1000);
  const nowhere = await customerWithCard(stripe);
  const params = { items: [{ price: price.id }], automatic_tax: { enabled: true } };
  await expect(stripe.subscriptions.create({ ...params, customer: nowhere.id })).rejects.toMatchObject({
    code: 'customer_tax_location_invalid',
  });
  await stripe.customers.update(nowhere.id, { address: { country: 'DE', postal_code: '10115' } });
  const subscription = await stripe.subscriptions.create({
    ...params,
    customer: nowhere.id,
    expand: ['latest_invoice'],
  });
  expect(subscription.automatic_tax.enabled).toBe(true);
  expect(invoiceOf(subscription)).toMatchObject({
    automatic_tax: { enabled: true, status: 'complete' },
    total: 1000,
    total_taxes: [],
  });
});
