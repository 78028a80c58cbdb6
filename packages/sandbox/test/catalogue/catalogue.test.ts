import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

describe('products and prices', () => {
  test('a product with a default price, in two currencies, shows its options only when asked', async () => {
    const product = await box.stripe.products.create({
      name: 'Starter',
      default_price_data: {
        currency: 'usd',
        unit_amount: 900,
        recurring: { interval: 'month' },
        currency_options: { eur: { unit_amount: 850 } },
      },
      expand: ['default_price'],
    });
    expect(product.default_price).toMatchObject({ object: 'price', unit_amount: 900, type: 'recurring' });
    expect(product.default_price).not.toHaveProperty('currency_options');
    const price = await box.stripe.prices.retrieve((product.default_price as { id: string }).id, {
      expand: ['currency_options', 'product'],
    });
    expect(price.currency_options?.eur?.unit_amount).toBe(850);
    expect(price.currency_options?.usd?.unit_amount).toBe(900);
    expect(price.product).toMatchObject({ id: product.id, name: 'Starter' });
    const updated = box.events('product.updated').at(-1);
    expect(updated?.data.previous_attributes).toEqual({ default_price: null });
  });

  test('tiers are expand-only and the fraction of a cent has no integer form', async () => {
    const product = await box.stripe.products.create({ id: 'prod_api', name: 'API' });
    const price = await box.stripe.prices.create({
      product: product.id,
      currency: 'usd',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      recurring: { interval: 'month' },
      tiers: [
        { up_to: 100, unit_amount: 0 },
        { up_to: 'inf', unit_amount_decimal: '0.25' as never },
      ],
    });
    expect(price).not.toHaveProperty('tiers');
    const shown = await box.stripe.prices.retrieve(price.id, { expand: ['tiers'] });
    expect(shown.tiers).toMatchObject([
      { up_to: 100, unit_amount: 0 },
      { up_to: null, unit_amount: null },
    ]);
    expect(String(shown.tiers?.[1]?.unit_amount_decimal)).toBe('0.25');
  });

  test('a lookup key moves only with transfer_lookup_key', async () => {
    const { id: product } = await box.stripe.products.create({ name: 'Keyed' });
    const price = { product, currency: 'usd', unit_amount: 100, lookup_key: 'keyed_monthly' };
    const first = await box.stripe.prices.create(price);
    await expect(box.stripe.prices.create(price)).rejects.toMatchObject({ param: 'lookup_key' });
    const second = await box.stripe.prices.create({ ...price, transfer_lookup_key: true });
    const found = await box.stripe.prices.list({ lookup_keys: ['keyed_monthly'] });
    expect(found.data.map(({ id }) => id)).toEqual([second.id]);
    expect((await box.stripe.prices.retrieve(first.id)).lookup_key).toBeNull();
  });

  test('what does not exist is 404 in the path and 400 in a parameter', async () => {
    await expect(box.stripe.products.retrieve('prod_none')).rejects.toMatchObject({ statusCode: 404, param: 'id' });
    await expect(
      box.stripe.prices.create({ product: 'prod_none', currency: 'usd', unit_amount: 1 }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'product' });
  });

  test('a product with prices is kept; one without is deleted and its id is free of answers', async () => {
    const product = await box.stripe.products.create({ name: 'Short-lived' });
    expect(await box.stripe.products.del(product.id)).toMatchObject({ deleted: true });
    await expect(box.stripe.products.retrieve(product.id)).rejects.toMatchObject({ statusCode: 404 });
    await expect(box.stripe.products.del('prod_api')).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('features', () => {
  test('a feature is attached to a product, listed newest first and detached', async () => {
    const product = await box.stripe.products.create({ name: 'Team' });
    const seats = await box.stripe.entitlements.features.create({
      lookup_key: 'seats',
      name: 'Seats',
      metadata: { limit: '5' },
    });
    const sso = await box.stripe.entitlements.features.create({ lookup_key: 'sso', name: 'SSO' });
    const link = await box.stripe.products.createFeature(product.id, { entitlement_feature: seats.id });
    await box.stripe.products.createFeature(product.id, { entitlement_feature: sso.id });
    const listed = await box.stripe.products.listFeatures(product.id);
    expect(listed.data.map((each) => each.entitlement_feature.lookup_key)).toEqual(['sso', 'seats']);
    await box.stripe.entitlements.features.update(seats.id, { metadata: { limit: '10' } });
    const fresh = await box.stripe.products.retrieveFeature(product.id, link.id);
    expect(fresh.entitlement_feature.metadata).toEqual({ limit: '10' });
    await box.stripe.products.deleteFeature(product.id, link.id);
    expect((await box.stripe.products.listFeatures(product.id)).data).toHaveLength(1);
    await expect(box.stripe.entitlements.features.create({ lookup_key: 'sso', name: 'Again' })).rejects.toMatchObject({
      code: 'resource_already_exists',
    });
  });
});

test('the default price of a product on sale cannot be archived before another takes its place', async () => {
  const money = { currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } } as const;
  const product = await box.stripe.products.create({ name: 'Kept', default_price_data: money });
  const old = product.default_price as string;
  await expect(box.stripe.prices.update(old, { active: false })).rejects.toMatchObject({
    statusCode: 400,
    message: 'This price cannot be archived because it is the default price of its product.',
  });
  const next = await box.stripe.prices.create({ ...money, product: product.id });
  await box.stripe.products.update(product.id, { default_price: next.id });
  expect((await box.stripe.prices.update(old, { active: false })).active).toBe(false);
});

describe('meters', () => {
  test('usage is summed for a customer, once for each identifier, within its window', async () => {
    const meter = await box.stripe.billing.meters.create({
      display_name: 'API calls',
      event_name: 'api_calls',
      default_aggregation: { formula: 'sum' },
    });
    const customer = await box.stripe.customers.create({ email: 'usage@example.com' });
    const at = box.now();
    const event = (value: string, identifier: string, timestamp = at) =>
      box.stripe.billing.meterEvents.create({
        event_name: 'api_calls',
        payload: { stripe_customer_id: customer.id, value },
        identifier,
        timestamp,
      });
    await event('10', 'one');
    await event('5', 'two');
    await expect(event('5', 'two')).rejects.toMatchObject({ statusCode: 400, param: 'identifier' });
    await expect(event('1', 'old', at - 40 * 86_400)).rejects.toMatchObject({ code: 'timestamp_too_far_in_past' });
    await expect(event('1', 'ahead', at + 3600)).rejects.toMatchObject({ code: 'timestamp_in_future' });
    const start_time = Math.floor(at / 86_400) * 86_400;
    const range = { customer: customer.id, start_time, end_time: start_time + 86_400 };
    const whole = await box.stripe.billing.meters.listEventSummaries(meter.id, range);
    expect(whole.data.map((each) => each.aggregated_value)).toEqual([15]);
    const hours = await box.stripe.billing.meters.listEventSummaries(meter.id, {
      ...range,
      value_grouping_window: 'hour',
    });
    expect(hours.data.map((each) => each.aggregated_value)).toEqual([15]);
  });

  test('a deactivated meter takes no events', async () => {
    const meter = await box.stripe.billing.meters.create({
      display_name: 'Exports',
      event_name: 'exports',
      default_aggregation: { formula: 'count' },
    });
    expect((await box.stripe.billing.meters.deactivate(meter.id)).status).toBe('inactive');
    await expect(
      box.stripe.billing.meterEvents.create({ event_name: 'exports', payload: { stripe_customer_id: 'cus_x' } }),
    ).rejects.toMatchObject({ code: 'resource_missing' });
    expect((await box.stripe.billing.meters.reactivate(meter.id)).status).toBe('active');
  });
});

describe('coupons and promotion codes', () => {
  test('a promotion code is found by its code, whatever its case', async () => {
    const coupon = await box.stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const made = await box.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'SPRING',
    });
    const found = await box.stripe.promotionCodes.list({ code: 'spring', expand: ['data.promotion.coupon'] });
    expect(found.data.map(({ id }) => id)).toEqual([made.id]);
    expect(found.data[0]?.promotion.coupon).toMatchObject({ percent_off: 10 });
    await expect(box.stripe.coupons.create({ duration: 'once' })).rejects.toMatchObject({ statusCode: 400 });
  });
});
