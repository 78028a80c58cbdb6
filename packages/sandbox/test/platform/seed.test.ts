import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

const post = async (body: string, at = box) => {
  const response = await fetch(`${at.url}/_sandbox/seed`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as { error?: { message: string }; counts: object } };
};

const SEED = `
meters:
  - event_name: messages
    display_name: Messages
    default_aggregation: { formula: sum }
features:
  - { lookup_key: rooms, name: Rooms, metadata: { limit: 5 } }
  - { lookup_key: sso, name: Single sign-on }
products:
  - id: prod_basic
    name: Basic
    features: [rooms]
    default_price: basic_monthly
    prices:
      - { lookup_key: basic_monthly, currency: usd, unit_amount: 500, recurring: { interval: month } }
      - { lookup_key: basic_yearly, currency: usd, unit_amount: 5000, recurring: { interval: year } }
  - id: prod_pro
    name: Pro
    features: [rooms, sso]
    prices:
      - lookup_key: pro_messages
        currency: usd
        unit_amount_decimal: '0.5'
        recurring: { interval: month, usage_type: metered, meter: messages }
coupons:
  - { id: SPRING, percent_off: 20, duration: once }
promotion_codes:
  - { code: HELLO, promotion: { type: coupon, coupon: SPRING } }
customers:
  - id: cus_alice
    name: Alice
    email: alice@example.com
    payment_method: pm_card_visa
    invoice_settings: { default_payment_method: pm_card_visa }
    tax_id_data: [{ type: eu_vat, value: DE123456789 }]
    metadata: { user: user_alice }
subscriptions:
  - id: sub_alice
    customer: cus_alice
    items: [{ price: basic_monthly, quantity: 2 }]
    discounts: [{ promotion_code: HELLO }]
`;

describe('a seed file', () => {
  test('puts a catalogue, customers and subscriptions in place, with ids that one can know', async () => {
    expect((await post(SEED)).status).toBe(200);
    const { stripe } = box;
    expect((await stripe.products.list()).data.map(({ name }) => name)).toEqual(['Basic', 'Pro']);
    const prices = (await stripe.prices.list({ product: 'prod_basic' })).data;
    expect(prices.map(({ id }) => id)).toEqual(['price_basic_monthly', 'price_basic_yearly']);
    expect((await stripe.products.retrieve('prod_basic')).default_price).toBe('price_basic_monthly');
    const features = (await stripe.products.listFeatures('prod_pro')).data;
    expect(features.map(({ entitlement_feature }) => entitlement_feature.lookup_key).sort()).toEqual(['rooms', 'sso']);
    expect((await stripe.prices.retrieve('price_pro_messages')).recurring?.meter).toBe('mtr_messages');
    const alice = (await stripe.customers.retrieve('cus_alice', { expand: ['tax_ids'] })) as Stripe.Customer;
    expect(alice).toMatchObject({ email: 'alice@example.com', tax_ids: { data: [{ value: 'DE123456789' }] } });
    const subscription = await stripe.subscriptions.retrieve('sub_alice', { expand: ['latest_invoice'] });
    expect(subscription).toMatchObject({ status: 'active', latest_invoice: { status: 'paid', total: 800 } });
    expect(box.events('customer.subscription.created')).toHaveLength(1);
    expect((await stripe.entitlements.activeEntitlements.list({ customer: 'cus_alice' })).data).toHaveLength(1);
  });

  test('seeded again changes nothing, not even what was changed since', async () => {
    await box.stripe.products.update('prod_basic', { name: 'Basic, renamed' });
    const before = { events: box.events().length, counts: (await post('products: []')).body.counts };
    const again = await post(SEED);
    expect([again.status, again.body.counts]).toEqual([200, before.counts]);
    expect(box.events()).toHaveLength(before.events);
    expect((await box.stripe.products.retrieve('prod_basic')).name).toBe('Basic, renamed');
  });

  test('may be JSON, and may add to what is there', async () => {
    const more = {
      products: [{ id: 'prod_basic', name: 'x', features: ['sso'] }],
      coupons: [{ id: 'MORE', percent_off: 1, duration: 'once' }],
    };
    expect((await post(JSON.stringify(more))).status).toBe(200);
    expect((await box.stripe.products.listFeatures('prod_basic')).data).toHaveLength(2);
    expect((await box.stripe.coupons.retrieve('MORE')).percent_off).toBe(1);
  });

  test('gives a webhook endpoint a secret that its receiver knows before', async () => {
    const receiver = await startWebhookReceiver();
    const seed = `webhook_endpoints:\n  - { url: '${receiver.url}', enabled_events: [customer.created], secret: whsec_known }`;
    expect([(await post(seed)).status, (await post(seed)).status]).toEqual([200, 200]);
    expect((await box.stripe.webhookEndpoints.list()).data).toHaveLength(1);
    await box.stripe.customers.create({ name: 'Told' });
    await expect.poll(() => receiver.received.length).toBe(1);
    const [{ body, headers }] = receiver.received as [(typeof receiver.received)[number]];
    const event = box.stripe.webhooks.constructEvent(body, headers['stripe-signature'] as string, 'whsec_known');
    expect(event.type).toBe('customer.created');
    const [endpoint] = (await box.stripe.webhookEndpoints.list()).data;
    await box.stripe.webhookEndpoints.del(endpoint?.id as string);
    await receiver.close();
  });
});

describe('a seed that is wrong', () => {
  test.each([
    [
      'an unknown parameter',
      'products:\n  - id: prod_x\n    nmae: X\n',
      /^seed:3: products\[0\]: Received unknown parameter: nmae\. Did you mean name\?/,
    ],
    ['a missing one', 'products:\n  - id: prod_x\n', /^seed:2: products\[0\]: Missing required param: name/],
    [
      'a nested one',
      'products:\n  - id: prod_x\n    name: X\n    prices:\n      - lookup_key: x\n        currency: usd\n        unit_amount: 5\n        recurring:\n          interval: fortnight\n',
      /^seed:9: products\[0\]\.prices\[0\]: Invalid recurring\[interval\]/,
    ],
    [
      'a price that is not there',
      'customers: [{ id: cus_y }]\nsubscriptions:\n  - id: sub_y\n    customer: cus_y\n    items:\n      - price: none\n',
      /^seed:6: subscriptions\[0\]: No such price: 'none' \(items\[0\]\[price\]\)/,
    ],
    [
      'a feature that is not there',
      'products:\n  - id: prod_x\n    name: X\n    features: [none]\n',
      /^seed:4: products\[0\]\.features\[0\]: there is no feature none/,
    ],
    ['an entry without a key', 'customers:\n  - email: a@example.com\n', /^seed:2: customers\[0\]: give it id/],
    ['an unknown list', 'prices: []\n', /^seed:1: unknown list prices; known are meters, features, products/],
    ['no list', 'products: { id: x }\n', /^seed:1: products: send a list/],
    ['no YAML', 'products: [\n', /^seed:\d: /],
    [
      'a declined card',
      'customers:\n  - { id: cus_z, payment_method: pm_card_chargeDeclined }\n',
      /^seed:2: customers\[0\]: Your card was declined/,
    ],
  ])('%s is told with its line, and nothing of the seed stays', async (_, seed, message) => {
    const before = (await post('coupons: []')).body.counts;
    const refused = await post(`${seed}coupons: [{ id: NEVER, percent_off: 5, duration: once }]\n`);
    expect([refused.status, refused.body.error?.message]).toEqual([400, expect.stringMatching(message)]);
    expect((await post('coupons: []')).body.counts).toEqual(before);
  });
});

test('a sandbox starts with a seed file, or not at all', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const file = join(dir, 'seed.yaml');
  writeFileSync(file, SEED);
  const seeded = await startTestSandbox({ seedFile: file });
  expect((await seeded.stripe.subscriptions.retrieve('sub_alice')).status).toBe('active');
  await seeded.close();
  writeFileSync(file, 'products:\n  - id: prod_x\n    colour: red\n');
  await expect(startTestSandbox({ seedFile: file })).rejects.toThrow(
    `${file}:3: products[0]: Received unknown parameter`,
  );
  rmSync(dir, { recursive: true });
});
