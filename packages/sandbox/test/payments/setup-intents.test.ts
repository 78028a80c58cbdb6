import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const newCustomer = () => sandbox.stripe.customers.create({ email: 'alice@example.com' });

/**
 * As a page calls it: a publishable key and the intent's own secret. Unchecked, because the card in
 * `payment_method_data` is Stripe.js's own business and no parameter of the SDK.
 */
async function fromThePage(method: string, path: string, form: Record<string, string>) {
  const query = new URLSearchParams(form);
  const address = `${sandbox.url}${path}${method === 'GET' ? `?${query}` : ''}`;
  const headers = { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(address, { method, headers, ...(method === 'POST' && { body: query }) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('an intent goes from creation to a saved card, confirmed by the server', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const created = await stripe.setupIntents.create({ customer: customer.id, metadata: { a: '1' } });
  expect(created).toMatchObject({ status: 'requires_payment_method', usage: 'off_session', metadata: { a: '1' } });
  expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));

  const done = await stripe.setupIntents.confirm(created.id, {
    payment_method: 'pm_card_visa',
    return_url: 'http://localhost/',
    expand: ['payment_method'],
  });
  expect(done).toMatchObject({
    status: 'succeeded',
    next_action: null,
    payment_method: { customer: customer.id, card: { last4: '4242' } },
  });
  const types = sandbox.events().filter(({ type }) => /^(setup_intent|payment_method)\./.test(type));
  expect(types.map(({ type }) => type)).toEqual([
    'setup_intent.created',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
});

test('a page confirms with a publishable key and the client secret, and no one else may', async () => {
  const customer = await newCustomer();
  const { id, client_secret } = await sandbox.stripe.setupIntents.create({ customer: customer.id });
  const confirmation = {
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': '4242424242424242',
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '2040',
    'payment_method_data[card][cvc]': '123',
    return_url: 'http://localhost/return',
  };
  const path = `/v1/setup_intents/${id}`;
  expect(await fromThePage('POST', `${path}/confirm`, { ...confirmation, client_secret: 'wrong' })).toMatchObject({
    status: 400,
    body: { error: { param: 'client_secret' } },
  });
  for (const [method, address] of [
    ['GET', path],
    ['POST', `${path}/confirm`],
  ] as const) {
    expect(await fromThePage(method, address, {})).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_missing', param: 'client_secret' } },
    });
  }
  const secret = { client_secret: client_secret as string };
  expect((await fromThePage('GET', path, secret)).body).toMatchObject({ id, status: 'requires_payment_method' });
  expect((await fromThePage('POST', `${path}/confirm`, { ...confirmation, ...secret })).body).toMatchObject({
    id,
    status: 'succeeded',
  });
  const { data } = await sandbox.stripe.customers.listPaymentMethods(customer.id);
  expect(data).toMatchObject([{ card: { last4: '4242', checks: { cvc_check: 'pass' } } }]);
  expect((await fromThePage('POST', '/v1/setup_intents', {})).status).toBe(403);
});

test('a declined card fails the attempt, is told, and leaves the intent open for another', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const { id } = await stripe.setupIntents.create({ customer: customer.id });
  await expect(
    stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }),
  ).rejects.toMatchObject({
    statusCode: 402,
    code: 'card_declined',
    decline_code: 'generic_decline',
    setup_intent: { id },
  });
  expect(await stripe.setupIntents.retrieve(id)).toMatchObject({
    status: 'requires_payment_method',
    payment_method: null,
    last_setup_error: { code: 'card_declined', type: 'card_error', payment_method: { card: { last4: '0002' } } },
  });
  expect(sandbox.events('setup_intent.setup_failed')).toHaveLength(1);
  expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
  expect(await stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' })).toMatchObject({
    status: 'succeeded',
    last_setup_error: null,
  });
});

test.each([
  ['http://localhost/return', { type: 'redirect_to_url', redirect_to_url: { return_url: 'http://localhost/return' } }],
  [undefined, { type: 'use_stripe_sdk' }],
])('a card with 3D Secure asks for an action (return_url %s)', async (return_url, next_action) => {
  const customer = await newCustomer();
  const intent = await sandbox.stripe.setupIntents.create({
    customer: customer.id,
    payment_method: 'pm_card_authenticationRequiredOnSetup',
    confirm: true,
    ...(return_url && { return_url }),
  });
  expect(intent).toMatchObject({ status: 'requires_action', next_action });
  expect(sandbox.events('setup_intent.requires_action').at(-1)?.data.object).toMatchObject({ id: intent.id });
  expect((await sandbox.stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
});

test('an intent is canceled once, and never after it succeeded', async () => {
  const { stripe } = sandbox;
  const { id } = await stripe.setupIntents.create({});
  expect(await stripe.setupIntents.cancel(id, { cancellation_reason: 'abandoned' })).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'abandoned',
  });
  expect(sandbox.events('setup_intent.canceled').at(-1)?.data.object).toMatchObject({ id });
  for (const again of [
    () => stripe.setupIntents.cancel(id),
    () => stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' }),
  ]) {
    await expect(again()).rejects.toMatchObject({ statusCode: 400, code: 'setup_intent_unexpected_state' });
  }
});

test('intents are updated, and listed by customer and payment method', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const intent = await stripe.setupIntents.create({ customer: customer.id });
  const updated = await stripe.setupIntents.update(intent.id, {
    payment_method: card.id,
    description: 'A card for later',
    metadata: { plan: 'team' },
  });
  expect(updated).toMatchObject({
    status: 'requires_confirmation',
    description: 'A card for later',
    metadata: { plan: 'team' },
  });
  const other = await stripe.setupIntents.create({ customer: customer.id });
  const ids = async (params: object) => (await stripe.setupIntents.list(params)).data.map(({ id }) => id);
  expect(await ids({ customer: customer.id })).toEqual([other.id, intent.id]);
  expect(await ids({ customer: customer.id, payment_method: card.id })).toEqual([intent.id]);
});

test("another customer's card is refused", async () => {
  const { stripe } = sandbox;
  const [alice, bob] = [await newCustomer(), await newCustomer()];
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: alice.id });
  const { id } = await stripe.setupIntents.create({ customer: bob.id });
  await expect(stripe.setupIntents.confirm(id, { payment_method: card.id })).rejects.toThrow(
    'belongs to another Customer',
  );
});
