import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { enterCard } from '../support/card-form.js';
import { useCheckout } from './checkout-stage.js';

const stage = useCheckout();
const pay = (params: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  stage.createSession({ mode: 'payment', line_items: [{ price: stage.once.id, quantity: 2 }], ...params });
const retrieve = (id: string, ...expand: string[]) => stage.sandbox.stripe.checkout.sessions.retrieve(id, { expand });

test('a one-time payment makes an intent and, unless something needs one, no customer', async () => {
  const session = await pay({ payment_intent_data: { description: 'Setup', metadata: { order: '7' } } });
  expect(session).toMatchObject({
    mode: 'payment',
    amount_total: 10_000,
    customer_creation: 'if_required',
    payment_method_collection: 'if_required',
    invoice_creation: { enabled: false },
    payment_intent: null,
  });
  const page = await stage.open(session);
  await page.getByRole('heading', { level: 1, name: 'Pay Example Company' }).waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Pay');
  const done = await retrieve(session.id, 'payment_intent');
  expect(done).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    customer: null,
    invoice: null,
    customer_details: { email: 'alice@example.com' },
    payment_intent: { status: 'succeeded', amount_received: 10_000, description: 'Setup', metadata: { order: '7' } },
  });
  const intent = (done.payment_intent as Stripe.PaymentIntent).id;
  const { data } = await stage.sandbox.stripe.checkout.sessions.list({ payment_intent: intent });
  expect(data.map(({ id }) => id)).toEqual([session.id]);
});

test('an invoice of the payment is asked for: a customer and a paid invoice exist', async () => {
  const session = await pay({
    invoice_creation: {
      enabled: true,
      invoice_data: { description: 'Thank you', footer: 'Ltd.', metadata: { a: 'b' } },
    },
    submit_type: 'book',
    payment_intent_data: { setup_future_usage: 'off_session' },
  });
  const page = await stage.open(session);
  await page.getByText('You allow Example Company to charge this card for later payments.').waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Book');
  const done = await retrieve(session.id, 'invoice', 'payment_intent');
  expect(done.invoice).toMatchObject({
    status: 'paid',
    amount_paid: 10_000,
    description: 'Thank you',
    footer: 'Ltd.',
    metadata: { a: 'b' },
    customer: done.customer,
    lines: { data: [{ amount: 10_000, quantity: 2 }] },
  });
  const cards = await stage.sandbox.stripe.customers.listPaymentMethods(done.customer as string);
  expect(cards.data).toHaveLength(1);
  expect(stage.newEvents()).toContain('invoice.paid');
});

test('a payment captured later leaves the session unpaid and the money authorized', async () => {
  const session = await pay({ payment_intent_data: { capture_method: 'manual' }, customer_creation: 'always' });
  const page = await stage.open(session);
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Pay');
  expect(await retrieve(session.id, 'payment_intent')).toMatchObject({
    payment_status: 'unpaid',
    customer: expect.stringMatching(/^cus_/),
    payment_intent: { status: 'requires_capture', amount_capturable: 10_000 },
  });
});

test('a coupon that covers everything asks for no card', async () => {
  const coupon = await stage.sandbox.stripe.coupons.create({ percent_off: 100, duration: 'once' });
  const session = await pay({ discounts: [{ coupon: coupon.id }] });
  const page = await stage.open(session);
  expect(await page.getByLabel('Card number').count()).toBe(0);
  await page.getByLabel('Email').fill('alice@example.com');
  await stage.finish(page, 'Pay');
  expect(await retrieve(session.id)).toMatchObject({ payment_status: 'no_payment_required', payment_intent: null });
  expect((await stage.sandbox.stripe.coupons.retrieve(coupon.id)).times_redeemed).toBe(1);
});

test('failed attempts are charges of one intent; subscription and invoice exist only once it is paid', async () => {
  const customer = await stage.newCustomer();
  const session = await stage.createSession({ customer: customer.id });
  const page = await stage.open(session);
  stage.newEvents();
  await enterCard(page, '4000000000000341');
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('Your card was declined.').waitFor();
  expect(stage.newEvents()).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
  const { stripe } = stage.sandbox;
  const [failed] = (await stripe.paymentIntents.list({ customer: customer.id })).data;
  expect(failed).toMatchObject({
    status: 'requires_payment_method',
    amount: 1200,
    last_payment_error: { code: 'card_declined' },
  });
  expect((await stripe.invoices.list({ customer: customer.id })).data).toEqual([]);

  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  const { data } = await stripe.paymentIntents.list({ customer: customer.id });
  expect(data).toMatchObject([{ id: failed?.id, status: 'succeeded' }]);
  const { invoice } = await retrieve(session.id);
  const payments = await stripe.invoicePayments.list({ invoice: invoice as string });
  expect(payments.data).toMatchObject([{ status: 'paid', payment: { payment_intent: failed?.id } }]);
  const fresh = stage.newEvents();
  expect(fresh).not.toContain('payment_intent.created');
  expect(fresh.filter((type) => type === 'customer.subscription.created')).toHaveLength(1);
});

test('authentication waits on the intent; a session that expires meanwhile cancels it', async () => {
  const customer = await stage.newCustomer();
  const session = await pay({ customer: customer.id });
  const page = await stage.open(session);
  stage.newEvents();
  await enterCard(page, '4000002500003155');
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await page.getByText('We are unable to authenticate your payment method').waitFor();
  expect(stage.newEvents()).toEqual([
    'payment_intent.created',
    'payment_intent.requires_action',
    'payment_intent.payment_failed',
  ]);
  const { payment_intent } = await retrieve(session.id);
  expect(payment_intent).toMatch(/^pi_/);
  await stage.sandbox.stripe.checkout.sessions.expire(session.id);
  expect(await stage.sandbox.stripe.paymentIntents.retrieve(payment_intent as string)).toMatchObject({
    status: 'canceled',
  });
  await page.reload();
  await page.getByRole('heading', { name: 'This Checkout page has expired' }).waitFor();
});

test('after approval the same intent succeeds, and is asked about once', async () => {
  const customer = await stage.newCustomer();
  const page = await stage.open(await stage.createSession({ customer: customer.id }));
  stage.newEvents();
  await enterCard(page, '4000002500003155');
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await stage.finish(page, 'Approve');
  const types = stage.newEvents();
  for (const type of ['payment_intent.created', 'payment_intent.requires_action', 'payment_intent.succeeded']) {
    expect(types.filter((each) => each === type)).toHaveLength(1);
  }
});

test('a card that cannot be saved leaves its attempt on the session’s setup intent', async () => {
  const customer = await stage.newCustomer();
  const session = await stage.createSession({
    mode: 'setup',
    currency: 'usd',
    line_items: undefined as never,
    customer: customer.id,
  });
  const page = await stage.open(session);
  stage.newEvents();
  await enterCard(page, '4000000000000002');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('Your card was declined.').waitFor();
  expect(stage.newEvents()).toEqual(['setup_intent.created', 'setup_intent.setup_failed']);
  await enterCard(page, '4000002500003155');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByRole('button', { name: 'Approve' }).waitFor();
  expect(stage.newEvents()).toEqual(['setup_intent.requires_action']);
  await stage.finish(page, 'Approve');
  const types = stage.newEvents();
  expect(types).toContain('setup_intent.succeeded');
  expect(types).not.toContain('setup_intent.created');
  await page.goBack();
  await page.getByRole('heading', { name: 'All done' }).waitFor();
});

test('ways to pay that do not exist here can be switched off, not on', async () => {
  const off = await stage.createSession({
    adaptive_pricing: { enabled: false },
    managed_payments: { enabled: false },
    wallet_options: { link: { display: 'never' } },
    excluded_payment_method_types: ['paypal'],
  });
  expect(off).toMatchObject({ adaptive_pricing: { enabled: false }, wallet_options: { link: { display: 'never' } } });
  await expect(stage.createSession({ adaptive_pricing: { enabled: true } })).rejects.toMatchObject({
    param: 'adaptive_pricing[enabled]',
  });
  await expect(stage.createSession({ excluded_payment_method_types: ['card'] })).rejects.toMatchObject({
    param: 'excluded_payment_method_types',
  });
});

test('recurring prices are refused in payment mode, and what belongs to other modes', async () => {
  await expect(pay({ line_items: [{ price: stage.team.id, quantity: 1 }] })).rejects.toThrow(
    'You specified `payment` mode but passed a recurring price.',
  );
  await expect(pay({ subscription_data: { trial_period_days: 3 } })).rejects.toThrow(
    'You can not pass `subscription_data` in `payment` mode.',
  );
  await expect(stage.createSession({ invoice_creation: { enabled: true } })).rejects.toThrow(
    'You can only enable invoice creation when mode is set to payment.',
  );
  await expect(stage.createSession({ payment_intent_data: { description: 'x' } })).rejects.toThrow(
    'You can not pass `payment_intent_data` in `subscription` mode.',
  );
});
