import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function incomplete(amount = 2900) {
  const customer = await stripe.customers.create({ email: 'alice@example.com' });
  const price = await monthlyPrice(stripe, amount);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice'],
  });
  return { customer, subscription, invoice: invoiceOf(subscription).id as string };
}

async function pastDue() {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 2900);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  const end = subscription.items.data[0]?.current_period_end as number;
  await sandbox.advance(end - sandbox.now() + 3600);
  const { status, latest_invoice } = await stripe.subscriptions.retrieve(subscription.id);
  expect(status).toBe('past_due');
  return { id: subscription.id, customer, invoice: latest_invoice as string };
}

describe('a first invoice', () => {
  test('that is void ends the subscription that waited for it', async () => {
    const { subscription, invoice } = await incomplete();
    expect(await stripe.invoices.voidInvoice(invoice)).toMatchObject({ status: 'void', amount_remaining: 0 });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete_expired');
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('paid by other means activates it without a charge', async () => {
    const { customer, subscription, invoice } = await incomplete();
    const paid = await stripe.invoices.pay(invoice, { paid_out_of_band: true, expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2900, amount_paid_off_stripe: 2900 });
    expect(paid.payments?.data).toMatchObject([{ status: 'canceled' }]);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    expect((await stripe.charges.list({ customer: customer.id })).data).toEqual([]);
  });

  test('is paid by invoices.pay with a given card; without any it says what is missing', async () => {
    const { subscription, invoice } = await incomplete();
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
    await stripe.invoices.pay(invoice, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    const [payment] = (await stripe.invoicePayments.list({ invoice })).data;
    expect(payment).toMatchObject({ status: 'paid', amount_paid: 2900, is_default: true });
    expect(await stripe.invoicePayments.retrieve(payment?.id as string)).toEqual(payment);
  });

  test('has lines in pages and a list by subscription, customer and status', async () => {
    const { customer, subscription, invoice } = await incomplete();
    expect((await stripe.invoices.listLineItems(invoice, { limit: 1 })).data).toHaveLength(1);
    for (const params of [{ customer: customer.id }, { subscription: subscription.id }]) {
      expect((await stripe.invoices.list(params)).data.map(({ id }) => id)).toEqual([invoice]);
      expect((await stripe.invoices.list({ ...params, status: 'paid' })).data).toEqual([]);
    }
  });
});

describe('a renewal that failed', () => {
  test('given up as uncollectible leaves the subscription past due; paid later it is active', async () => {
    const { id, customer, invoice } = await pastDue();
    expect(await stripe.invoices.markUncollectible(invoice)).toMatchObject({ status: 'uncollectible' });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.invoices.pay(invoice, { payment_method: card.id });
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  test('that is void is forgiven', async () => {
    const { id, invoice } = await pastDue();
    await stripe.invoices.voidInvoice(invoice);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  test('ends as the settings say: unpaid, whose later invoices stay drafts', async () => {
    const set = (body: object) =>
      fetch(`${sandbox.url}/_sandbox/dunning`, { method: 'POST', body: JSON.stringify(body) });
    expect((await set({ finalAction: 'nothing' })).status).toBe(400);
    await set({ retryDays: [1], finalAction: 'unpaid' });
    const { id } = await pastDue();
    await sandbox.advance(86_400);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('unpaid');
    await sandbox.advance(31 * 86_400);
    const [latest] = (await stripe.invoices.list({ subscription: id })).data;
    expect(latest).toMatchObject({ status: 'draft', auto_advance: false, billing_reason: 'subscription_cycle' });
    await set({ retryDays: [3, 5, 7], finalAction: 'cancel' });
  });
});

describe('invoice items', () => {
  test('wait for the next invoice of their subscription, may change until then, or go', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 1000);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const setup = await stripe.invoiceItems.create({
      customer: customer.id,
      subscription: subscription.id,
      amount: 500,
      currency: 'usd',
      description: 'Setup',
    });
    expect(setup).toMatchObject({ amount: 500, invoice: null, proration: false });
    const mistake = await stripe.invoiceItems.create({ customer: customer.id, amount: 1, currency: 'usd' });
    expect(await stripe.invoiceItems.del(mistake.id)).toMatchObject({ deleted: true });
    await stripe.invoiceItems.update(setup.id, { amount: 700 });
    expect((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data).toHaveLength(1);
    const end = subscription.items.data[0]?.current_period_end as number;
    await sandbox.advance(end - sandbox.now() + 1);
    const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id);
    const added = await stripe.invoiceItems.create({
      customer: customer.id,
      invoice: latest_invoice as string,
      amount: -200,
      currency: 'usd',
      description: 'Sorry',
    });
    expect(added.invoice).toBe(latest_invoice);
    await sandbox.advance(3600);
    const invoice = await stripe.invoices.retrieve(latest_invoice as string);
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([700, 1000, -200]);
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 1500 });
    await expect(stripe.invoiceItems.update(setup.id, { amount: 1 })).rejects.toMatchObject({
      code: 'invoice_not_editable',
    });
  });
});

test('sent invoices are not charged; one that is late makes its subscription past due', async () => {
  const customer = await stripe.customers.create({ email: 'bob@example.com' });
  const price = await monthlyPrice(stripe, 1000);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    collection_method: 'send_invoice',
    days_until_due: 7,
    expand: ['latest_invoice'],
  });
  expect(subscription.status).toBe('active');
  const first = invoiceOf(subscription);
  expect(first).toMatchObject({ status: 'draft', due_date: first.created + 7 * 86_400 });
  await sandbox.advance(3600);
  expect((await stripe.invoices.retrieve(first.id as string)).status).toBe('open');
  await sandbox.advance(7 * 86_400);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
  await stripe.invoices.pay(first.id as string, { paid_out_of_band: true });
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
});

test('a paused subscription resumes with a new period, once or only when it is paid', async () => {
  const price = await monthlyPrice(stripe, 1000);
  const pausedOne = async () => {
    const customer = await stripe.customers.create();
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 1,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    });
    await sandbox.advance(86_400);
    expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'trial_end_without_payment_method' } } },
    });
    return { id, customer };
  };
  const success = { payment_behavior: 'resume_on_payment_success' } as const;
  const first = await pausedOne();
  await expect(stripe.subscriptions.resume(first.id, success)).rejects.toMatchObject({ code: 'resource_missing' });
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: first.customer.id });
  await stripe.subscriptions.update(first.id, { default_payment_method: card.id });
  const resumed = await stripe.subscriptions.resume(first.id, { ...success, expand: ['latest_invoice'] });
  expect(resumed.status).toBe('active');
  expect(invoiceOf(resumed)).toMatchObject({ status: 'paid', amount_paid: 1000 });

  const second = await pausedOne();
  const waiting = await stripe.subscriptions.resume(second.id);
  expect(waiting.status).toBe('paused');
  await stripe.invoices.pay(waiting.latest_invoice as string, { payment_method: 'pm_card_visa' });
  expect((await stripe.subscriptions.retrieve(second.id)).status).toBe('active');
  expect(sandbox.events('customer.subscription.resumed')).toHaveLength(2);
});

test('subscription items are added, changed and taken away one by one', async () => {
  const customer = await customerWithCard(stripe);
  const base = await monthlyPrice(stripe, 1000);
  const extra = await monthlyPrice(stripe, 500);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: base.id }] });
  const added = await stripe.subscriptionItems.create({
    subscription: subscription.id,
    price: extra.id,
    quantity: 2,
    proration_behavior: 'none',
  });
  expect(added).toMatchObject({ quantity: 2, price: { id: extra.id }, subscription: subscription.id });
  expect(await stripe.subscriptionItems.update(added.id, { quantity: 4 })).toMatchObject({ quantity: 4 });
  expect((await stripe.subscriptionItems.list({ subscription: subscription.id })).data).toHaveLength(2);
  expect(await stripe.subscriptionItems.del(added.id)).toEqual(
    expect.objectContaining({ id: added.id, deleted: true }),
  );
  expect((await stripe.subscriptions.retrieve(subscription.id)).items.data).toHaveLength(1);
});

describe('payment intents', () => {
  test('of their own: created, updated, confirmed, canceled, captured', async () => {
    const customer = await stripe.customers.create();
    const intent = await stripe.paymentIntents.create({ amount: 1200, currency: 'EUR', customer: customer.id });
    expect(intent).toMatchObject({ status: 'requires_payment_method', currency: 'eur', amount: 1200 });
    await expect(stripe.paymentIntents.confirm(intent.id)).rejects.toMatchObject({ statusCode: 400 });
    const chosen = await stripe.paymentIntents.update(intent.id, { payment_method: 'pm_card_visa', amount: 1300 });
    expect(chosen.status).toBe('requires_confirmation');
    const paid = await stripe.paymentIntents.confirm(intent.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1300, latest_charge: { paid: true } });
    await expect(stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
    const held = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 900 });
    expect(await stripe.paymentIntents.capture(held.id, { amount_to_capture: 400 })).toMatchObject({
      status: 'succeeded',
      amount_received: 400,
    });
    expect((await stripe.paymentIntents.list({ customer: customer.id })).data).toHaveLength(1);
  });

  test('declined answers 402 with the intent; a page leads back after 3D Secure', async () => {
    const declined = stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_visa_chargeDeclinedLostCard',
      confirm: true,
    });
    await expect(declined).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'lost_card',
      payment_intent: { status: 'requires_payment_method' },
    });
    const waiting = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      return_url: 'https://shop.example/return',
    });
    expect(waiting.next_action).toMatchObject({
      type: 'redirect_to_url',
      redirect_to_url: { return_url: 'https://shop.example/return' },
    });
    const answer = await fetch(waiting.next_action?.redirect_to_url?.url as string, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'approve' }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toContain('https://shop.example/return?payment_intent=');
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('succeeded');
  });

  test('that belong to an invoice are not canceled by hand', async () => {
    const { invoice } = await incomplete();
    const [payment] = (await stripe.invoicePayments.list({ invoice })).data;
    await expect(stripe.paymentIntents.cancel(payment?.payment.payment_intent as string)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });
});
