import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let monthly: Stripe.Price;
let metered: Stripe.Price;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const { stripe } = sandbox;
  const product = await stripe.products.create({ name: 'Team' });
  monthly = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1200,
    recurring: { interval: 'month' },
    currency_options: { eur: { unit_amount: 1100 } },
  });
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  });
  metered = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 2,
    recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
  });
  customer = await stripe.customers.create({ email: 'alice@example.com' });
});
afterAll(() => sandbox.close());

const basics = (): Stripe.Checkout.SessionCreateParams => ({
  mode: 'subscription',
  customer: customer.id,
  line_items: [{ price: monthly.id, quantity: 3 }],
  success_url: 'http://localhost/done?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'http://localhost/plans',
});
const create = (params: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
  sandbox.stripe.checkout.sessions.create({ ...basics(), ...params });

test('a new session is open and unpaid, and nothing else exists yet', async () => {
  const session = await create({
    client_reference_id: 'user_alice',
    metadata: { plan: 'team' },
    subscription_data: { metadata: { tollgate_command: 'cmd_1' } },
    expand: ['line_items'],
  });
  expect(session).toMatchObject({
    id: expect.stringMatching(/^cs_test_/),
    status: 'open',
    payment_status: 'unpaid',
    mode: 'subscription',
    ui_mode: 'hosted_page',
    customer: customer.id,
    subscription: null,
    invoice: null,
    payment_intent: null,
    amount_subtotal: 3600,
    amount_total: 3600,
    currency: 'usd',
    client_reference_id: 'user_alice',
    client_secret: null,
    metadata: { plan: 'team' },
    url: `${sandbox.url}/c/pay/${session.id}`,
    line_items: { data: [{ description: 'Team', quantity: 3, amount_total: 3600, price: { id: monthly.id } }] },
  });
  expect(session.expires_at - session.created).toBe(86_400);
  expect((await sandbox.stripe.subscriptions.list({ customer: customer.id })).data).toEqual([]);
  expect(sandbox.events().filter(({ type }) => type.startsWith('checkout.session.'))).toEqual([]);
});

test('a trial and metered prices cost nothing today; another currency is used when asked for', async () => {
  const lines = [{ price: monthly.id, quantity: 1 }, { price: metered.id }];
  expect(await create({ line_items: lines })).toMatchObject({ amount_total: 1200 });
  expect(await create({ line_items: lines, subscription_data: { trial_period_days: 14 } })).toMatchObject({
    amount_subtotal: 0,
    amount_total: 0,
  });
  const { id } = await create({ line_items: lines });
  const { data } = await sandbox.stripe.checkout.sessions.listLineItems(id);
  expect(data).toMatchObject([{ quantity: 1 }, { quantity: null, amount_total: 0 }]);
  expect(await create({ currency: 'eur' })).toMatchObject({ currency: 'eur', amount_total: 3300 });
});

test('an embedded session has a client secret instead of a url', async () => {
  const session = await create({
    ui_mode: 'embedded_page',
    success_url: undefined,
    cancel_url: undefined,
    return_url: 'http://localhost/return?session={CHECKOUT_SESSION_ID}',
  });
  expect(session).toMatchObject({ ui_mode: 'embedded_page', url: null, redirect_on_completion: 'always' });
  expect(session.client_secret).toMatch(new RegExp(`^${session.id}_secret_`));
});

test('a session for saving a card needs a currency and no prices', async () => {
  const { stripe } = sandbox;
  const setup = { mode: 'setup', customer: customer.id, success_url: 'http://localhost/' } as const;
  expect(await stripe.checkout.sessions.create({ ...setup, currency: 'usd' })).toMatchObject({
    mode: 'setup',
    payment_status: 'no_payment_required',
    amount_total: null,
  });
  await expect(stripe.checkout.sessions.create(setup)).rejects.toMatchObject({ param: 'currency' });
  await expect(
    stripe.checkout.sessions.create({ ...setup, currency: 'usd', line_items: [{ price: monthly.id, quantity: 1 }] }),
  ).rejects.toMatchObject({ param: 'line_items' });
});

test('a coupon reduces what is due', async () => {
  const coupon = await sandbox.stripe.coupons.create({ percent_off: 25, duration: 'once' });
  expect(await create({ discounts: [{ coupon: coupon.id }] })).toMatchObject({
    amount_subtotal: 3600,
    amount_total: 2700,
    discounts: [{ coupon: coupon.id, promotion_code: null }],
    total_details: { amount_discount: 900 },
  });
});

test.each<[string, Partial<Stripe.Checkout.SessionCreateParams>, { param: string; code?: string }]>([
  ['no address to return to', { success_url: undefined }, { param: 'success_url', code: 'parameter_missing' }],
  ['an address that is none', { success_url: 'plans' }, { param: 'success_url', code: 'url_invalid' }],
  ['nothing to buy', { line_items: [] }, { param: 'line_items' }],
  ['an unknown customer', { customer: 'cus_nobody' }, { param: 'customer', code: 'resource_missing' }],
  ['an unknown price', { line_items: [{ price: 'price_none', quantity: 1 }] }, { param: 'line_items[0][price]' }],
  ['customer and e-mail', { customer_email: 'bob@example.com' }, { param: 'customer_email' }],
  ['a currency the price lacks', { currency: 'jpy' }, { param: 'line_items[0][price]' }],
  ['an expiry too soon', { expires_at: 1 }, { param: 'expires_at' }],
  ['an expiry too late', { expires_at: 4_000_000_000 }, { param: 'expires_at' }],
  ['a coupon that does not exist', { discounts: [{ coupon: 'none' }] }, { param: 'discounts[0][coupon]' }],
  ['an embedded page with a success_url', { ui_mode: 'embedded_page' }, { param: 'success_url' }],
])('%s is refused', async (_what, params, expected) => {
  await expect(create(params)).rejects.toMatchObject({ statusCode: 400, ...expected });
});

test('a first period is no longer than the interval, a trial no longer than five years', async () => {
  const start = (subscription_data: Stripe.Checkout.SessionCreateParams.SubscriptionData) =>
    sandbox.stripe.checkout.sessions.create({ ...basics(), subscription_data });
  const day = 86_400;
  await expect(start({ billing_cycle_anchor: sandbox.now() + 32 * day })).rejects.toMatchObject({
    param: 'subscription_data[billing_cycle_anchor]',
  });
  await expect(start({ trial_end: sandbox.now() + 1830 * day })).rejects.toMatchObject({
    param: 'subscription_data[trial_end]',
  });
  expect((await start({ billing_cycle_anchor: sandbox.now() + 20 * day })).status).toBe('open');
});

test('quantities are wanted for licensed prices, and refused for metered and inactive ones', async () => {
  const { stripe } = sandbox;
  await expect(create({ line_items: [{ price: monthly.id }] })).rejects.toThrow('Quantity is required');
  await expect(create({ line_items: [{ price: metered.id, quantity: 1 }] })).rejects.toThrow('Quantity should not');
  const old = await stripe.prices.create({
    product: monthly.product as string,
    currency: 'usd',
    unit_amount: 900,
    recurring: { interval: 'month' },
  });
  await stripe.prices.update(old.id, { active: false });
  await expect(create({ line_items: [{ price: old.id, quantity: 1 }] })).rejects.toThrow('inactive');
});

test('a session expires when told, once', async () => {
  const { stripe } = sandbox;
  const { id } = await create();
  expect(await stripe.checkout.sessions.expire(id)).toMatchObject({ status: 'expired', url: null });
  expect(sandbox.events('checkout.session.expired').at(-1)?.data.object).toMatchObject({ id, status: 'expired' });
  await expect(stripe.checkout.sessions.expire(id)).rejects.toThrow('status of expired');
});

test('a session expires by the clock, after 24 hours or at its own time', async () => {
  const { stripe } = sandbox;
  const [long, short] = [await create(), await create({ expires_at: sandbox.now() + 3600 })];
  await sandbox.advance(3601);
  expect((await stripe.checkout.sessions.retrieve(short.id)).status).toBe('expired');
  expect((await stripe.checkout.sessions.retrieve(long.id)).status).toBe('open');
  await sandbox.advance(86_400);
  expect((await stripe.checkout.sessions.retrieve(long.id)).status).toBe('expired');
  expect(sandbox.events('checkout.session.expired').at(-1)).toMatchObject({ created: long.expires_at });
});

test('sessions are listed by customer and status, and take metadata', async () => {
  const { stripe } = sandbox;
  const bob = await stripe.customers.create({});
  const [first, second] = [await create({ customer: bob.id }), await create({ customer: bob.id })];
  await stripe.checkout.sessions.expire(first.id);
  const open = await stripe.checkout.sessions.list({ customer: bob.id, status: 'open' });
  expect(open.data.map(({ id }) => id)).toEqual([second.id]);
  expect(await stripe.checkout.sessions.update(second.id, { metadata: { seen: '1' } })).toMatchObject({
    metadata: { seen: '1' },
  });
});
