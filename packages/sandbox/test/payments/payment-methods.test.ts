import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

const newCustomer = () => sandbox.stripe.customers.create({ email: 'alice@example.com' });

test('a test name becomes a new payment method each time it is attached', async () => {
  const { stripe } = sandbox;
  const [alice, bob] = [await newCustomer(), await newCustomer()];
  const first = await stripe.paymentMethods.attach('pm_card_visa', { customer: alice.id });
  const second = await stripe.paymentMethods.attach('pm_card_visa', { customer: bob.id });
  expect(first.id).toMatch(/^pm_\w{24}$/);
  expect(second.id).not.toBe(first.id);
  expect(first).toMatchObject({
    customer: alice.id,
    type: 'card',
    card: { brand: 'visa', last4: '4242', country: 'US' },
  });
  expect(second.card?.fingerprint).toBe(first.card?.fingerprint);
  expect(sandbox.events('payment_method.attached').map(({ data }) => data.object)).toMatchObject([
    { id: first.id },
    { id: second.id },
  ]);
});

test('a card is created from a number or a token, described, and its checks pass when it is attached', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const created = await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '5555 5555 5555 4444', exp_month: 4, exp_year: 2040, cvc: '314' },
    billing_details: { name: 'Alice Example', address: { country: 'DE', postal_code: '10115' } },
    metadata: { purpose: 'test' },
  });
  expect(created).toMatchObject({
    customer: null,
    card: { brand: 'mastercard', exp_month: 4, exp_year: 2040, checks: { cvc_check: 'unchecked' } },
    billing_details: {
      name: 'Alice Example',
      email: null,
      address: { country: 'DE', postal_code: '10115', city: null },
    },
    metadata: { purpose: 'test' },
  });
  const attached = await stripe.paymentMethods.attach(created.id, { customer: customer.id });
  expect(attached.card?.checks).toEqual({
    address_line1_check: null,
    address_postal_code_check: 'pass',
    cvc_check: 'pass',
  });
  const byToken = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  expect(byToken.card?.last4).toBe('4242');
});

test.each([
  ['4242424242424241', 12, 2040, '123', { code: 'incorrect_number', param: 'number' }],
  ['4242424242424242', 13, 2040, '123', { code: 'invalid_expiry_month', param: 'exp_month' }],
  ['4242424242424242', 12, 2020, '123', { code: 'invalid_expiry_year', param: 'exp_year' }],
  ['4242424242424242', 12, 2040, '12', { code: 'invalid_cvc', param: 'cvc' }],
  ['4539578763621486', 12, 2040, '123', { code: 'card_declined', decline_code: 'test_mode_live_card' }],
])('card %s %i/%i %s is refused', async (number, exp_month, exp_year, cvc, expected) => {
  await expect(
    sandbox.stripe.paymentMethods.create({ type: 'card', card: { number, exp_month, exp_year, cvc } }),
  ).rejects.toMatchObject({ statusCode: 402, type: 'StripeCardError', ...expected });
});

test.each([
  ['pm_card_visa_chargeDeclined', { code: 'card_declined', decline_code: 'generic_decline' }],
  ['pm_card_chargeDeclinedInsufficientFunds', { code: 'card_declined', decline_code: 'insufficient_funds' }],
  ['pm_card_chargeDeclinedExpiredCard', { code: 'expired_card' }],
  ['pm_card_chargeDeclinedIncorrectCvc', { code: 'incorrect_cvc', param: 'cvc' }],
  ['pm_card_chargeDeclinedProcessingError', { code: 'processing_error' }],
])('%s is refused when it is attached, and nothing stays behind', async (token, expected) => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  await expect(stripe.paymentMethods.attach(token, { customer: customer.id })).rejects.toMatchObject({
    statusCode: 402,
    type: 'StripeCardError',
    ...expected,
  });
  expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
});

test('a card that fails only when charged can be attached', async () => {
  const customer = await newCustomer();
  const attached = await sandbox.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  expect(attached.card?.last4).toBe('0341');
});

test('a payment method belongs to one customer, and after being detached to none', async () => {
  const { stripe } = sandbox;
  const [alice, bob] = [await newCustomer(), await newCustomer()];
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: alice.id });
  await expect(stripe.paymentMethods.attach(card.id, { customer: bob.id })).rejects.toThrow('already been attached');
  expect(await stripe.paymentMethods.attach(card.id, { customer: alice.id })).toMatchObject({ customer: alice.id });

  expect(await stripe.paymentMethods.detach(card.id)).toMatchObject({ id: card.id, customer: null });
  expect(sandbox.events('payment_method.detached').at(-1)?.data.object).toMatchObject({ id: card.id, customer: null });
  await expect(stripe.paymentMethods.attach(card.id, { customer: alice.id })).rejects.toThrow('may not be used again');
  await expect(stripe.paymentMethods.detach(card.id)).rejects.toThrow('detachment is impossible');
});

test('detaching the default card clears the default', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
  await stripe.paymentMethods.detach(card.id);
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({
    invoice_settings: { default_payment_method: null },
  });
  expect(sandbox.events('customer.updated').at(-1)?.data.previous_attributes).toEqual({
    invoice_settings: { default_payment_method: card.id },
  });
});

test('an update changes expiry, details and metadata, and tells what changed', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const loose = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await expect(stripe.paymentMethods.update(loose.id, { metadata: { a: '1' } })).rejects.toThrow('must save this');
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const updated = await stripe.paymentMethods.update(card.id, {
    card: { exp_month: 1, exp_year: 2041 },
    billing_details: { name: 'Alice' },
    metadata: { a: '1' },
  });
  expect(updated).toMatchObject({
    card: { exp_month: 1, exp_year: 2041 },
    billing_details: { name: 'Alice' },
    metadata: { a: '1' },
  });
  expect(sandbox.events('payment_method.updated').at(-1)?.data.previous_attributes).toMatchObject({
    billing_details: { name: null },
    card: { exp_month: 12 },
  });
});

test('lists hold the cards of a customer, newest first, by cursor', async () => {
  const { stripe } = sandbox;
  const customer = await newCustomer();
  const ids: string[] = [];
  for (const name of ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex']) {
    ids.unshift((await stripe.paymentMethods.attach(name, { customer: customer.id })).id);
  }
  const all = await stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
  expect(all.data.map(({ id }) => id)).toEqual(ids);
  const rest = await stripe.customers.listPaymentMethods(customer.id, { limit: 1, starting_after: ids[0] });
  expect(rest).toMatchObject({ has_more: true, data: [{ id: ids[1] }] });
  const one = await stripe.customers.retrievePaymentMethod(customer.id, ids[2] as string);
  expect(one.card?.brand).toBe('visa');
});

test('what does not exist is named', async () => {
  const { stripe } = sandbox;
  await expect(stripe.paymentMethods.retrieve('pm_nothing')).rejects.toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
    message: "No such PaymentMethod: 'pm_nothing'",
  });
  await expect(stripe.paymentMethods.attach('pm_card_visa', { customer: 'cus_nobody' })).rejects.toMatchObject({
    statusCode: 400,
    code: 'resource_missing',
    param: 'customer',
  });
});
