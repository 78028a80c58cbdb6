import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { afterDuration } from '../../src/control/duration.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
let control: ReturnType<typeof controlOf>;
beforeAll(async () => {
  box = await startTestSandbox();
  control = controlOf(box.url);
});
afterAll(() => box.close());
beforeEach(() => control.delete('faults'));

const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('clock', () => {
  test.each([
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00Z'],
    ['2028-01-31T10:00:00Z', 'P1M', '2028-02-29T10:00:00Z'],
    ['2026-12-15T00:00:00Z', 'P1Y2M', '2028-02-15T00:00:00Z'],
    ['2026-01-01T00:00:00Z', 'P1W2DT3H4M5S', '2026-01-10T03:04:05Z'],
  ])('%s and %s is %s', (from, duration, to) => {
    expect(afterDuration(seconds(from), duration)).toBe(seconds(to));
  });

  test.each(['', 'P', 'PT', '1M', 'P1H', 'P-1D'])('%j is no duration', (text) => {
    expect(afterDuration(0, text)).toBeUndefined();
  });

  test('moves by a duration, by seconds and to a moment, and never back', async () => {
    const { now } = (await control.get('clock')).body as unknown as { now: number };
    const to = async (body: object) => (await control.post('clock', body)).body.now as number;
    expect(await to({ advance: 3600 })).toBeGreaterThanOrEqual(now + 3600);
    expect(await to({ advance: 'P1D' })).toBeGreaterThanOrEqual(now + 90_000);
    expect(await to({ to: now + 200_000 })).toBe(now + 200_000);
    expect(await control.post('clock', { to: now })).toMatchObject({ status: 400 });
    expect(await control.post('clock', { advance: 'soon' })).toMatchObject({ status: 400 });
    expect(await control.post('clock', {})).toMatchObject({ status: 400 });
    expect((await box.stripe.customers.create({})).created).toBeGreaterThanOrEqual(now + 200_000);
  });

  test('lets what is due happen at its own time', async () => {
    const coupon = await box.stripe.coupons.create({ percent_off: 5, duration: 'once', redeem_by: box.now() + 100 });
    const code = await box.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      expires_at: box.now() + 50,
    });
    await control.post('clock', { advance: 'P1D' });
    expect((await box.stripe.coupons.retrieve(coupon.id)).valid).toBe(false);
    expect((await box.stripe.promotionCodes.retrieve(code.id)).active).toBe(false);
    expect(box.events('promotion_code.updated').at(-1)).toMatchObject({
      created: code.expires_at,
      request: { id: null, idempotency_key: null },
      data: { previous_attributes: { active: true } },
    });
  });
});

describe('API faults', () => {
  const create = () => box.stripe.customers.create({ name: 'fault' });
  const count = async () => ((await control.get('state')).body.counts as { customer?: number }).customer ?? 0;

  test('a status comes before the effect or after it, as often as asked', async () => {
    const before = await count();
    await control.post('faults/api', { method: 'POST', path: '/v1/customers', status: 503, times: 2 });
    await expect(create()).rejects.toMatchObject({ statusCode: 503, type: 'StripeAPIError' });
    await expect(create()).rejects.toMatchObject({ statusCode: 503 });
    await control.post('faults/api', { path: '/v1/cust*', status: 500, when: 'after', times: 1 });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    expect(await count()).toBe(before + 1);
    await control.post('faults/api', { status: 409, times: 1 });
    await expect(create()).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    await control.post('faults/api', { status: 402, times: 1 });
    await expect(create()).rejects.toMatchObject({ statusCode: 402 });
    await create();
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a call that hangs %s its effect leaves %i behind, and others go on', async (timeout, made) => {
    const before = await count();
    await control.post('faults/api', { method: 'POST', path: '/v1/customers', timeout, times: 1 });
    const aborted = new AbortController();
    const hanging = fetch(`${box.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox' },
      signal: aborted.signal,
    });
    await expect.poll(async () => (await control.get('faults')).body.api).toEqual([]);
    expect(await box.stripe.customers.list({ limit: 1 })).toHaveProperty('data');
    aborted.abort();
    await expect(hanging).rejects.toThrow();
    expect(await count()).toBe(before + made);
  });

  test('a rate limit comes with and without retry-after, and says why', async () => {
    const limited = async (fault: object) => {
      await control.post('faults/api', { status: 429, times: 1, ...fault });
      const response = await fetch(`${box.url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_x' } });
      const { error } = (await response.json()) as { error: { code: string } };
      const header = (name: string) => response.headers.get(name);
      return [response.status, error.code, header('stripe-rate-limited-reason'), header('retry-after')];
    };
    expect(await limited({})).toEqual([429, 'rate_limit', 'global-rate', null]);
    expect(await limited({ retryAfter: 3 })).toEqual([429, 'rate_limit', 'global-rate', '3']);
    await control.post('faults/api', { status: 429, times: 1 });
    await expect(create()).rejects.toMatchObject({ type: 'StripeRateLimitError' });
  });

  test('an object is locked while others are free: 429 without a rate limit', async () => {
    const locked = await box.stripe.customers.create({ name: 'locked' });
    const free = await box.stripe.customers.create({ name: 'free' });
    await control.post('faults/api', { path: `/v1/customers/${locked.id}`, status: 429, code: 'lock_timeout' });
    const update = (id: string) => box.stripe.customers.update(id, { name: 'new' });
    await expect(update(locked.id)).rejects.toMatchObject({ statusCode: 429, code: 'lock_timeout' });
    expect((await update(free.id)).name).toBe('new');
    const headers = { authorization: 'Bearer sk_test_x' };
    const response = await fetch(`${box.url}/v1/customers/${locked.id}`, { headers });
    expect(response.headers.get('stripe-rate-limited-reason')).toBeNull();
    await control.delete('faults');
    expect(await box.stripe.customers.retrieve(locked.id)).toMatchObject({ name: 'locked' });
    expect(await control.post('faults/api', { status: 500, code: 'lock_timeout' })).toMatchObject({ status: 400 });
  });

  test('a connection can be cut instead', async () => {
    const before = await count();
    await control.post('faults/api', { disconnect: 'after', times: 1 });
    // Not by the SDK, which tries a connection that was closed again by itself.
    const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(`${box.url}/v1/customers`, { method: 'POST', headers }).end('name=fault');
    await expect(once(sent, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await count()).toBe(before + 1);
  });

  test('latency delays the answer', async () => {
    await control.post('faults/api', { latencyMs: 120, times: 1 });
    const started = performance.now();
    await create();
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
  });

  test('what is asked for wrongly is refused with what to send', async () => {
    expect(await control.post('faults/api', {})).toMatchObject({ status: 400 });
    expect(await control.post('faults/api', { status: 200 })).toMatchObject({ status: 400 });
    expect(await control.post('faults/api', { stauts: 500 })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('unknown member stauts') } },
    });
    expect(await control.delete('faults/api/none')).toMatchObject({ status: 400 });
    expect(await control.get('nothing')).toMatchObject({ status: 404 });
  });

  test('a fault without a number stays until it is taken away', async () => {
    const { id } = (await control.post('faults/api', { status: 500 })).body as unknown as { id: string };
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    expect((await control.delete(`faults/api/${id}`)).status).toBe(200);
    await create();
  });
});

describe('seed and reset', () => {
  test('seeding twice changes nothing, and reset forgets everything', async () => {
    await control.post('reset');
    const first = (await control.post('seed')).body.counts;
    expect(first).toMatchObject({ product: 3, price: 8, 'billing.meter': 1, 'entitlements.feature': 5 });
    expect((await control.post('seed')).body.counts).toEqual(first);
    expect((await control.post('reset')).body.counts).toEqual({ _clock: 1 });
    expect((await box.stripe.products.list()).data).toEqual([]);
  });

  test('the seeded catalogue has three plans of one group, in two currencies, monthly and yearly', async () => {
    await control.post('seed');
    const { data } = await box.stripe.products.list({ expand: ['data.default_price'] });
    expect(data.map(({ name }) => name)).toEqual(['Starter', 'Team', 'Scale']);
    expect(data.map(({ metadata }) => [metadata.plan_key, metadata.plan_group, metadata.plan_rank])).toEqual([
      ['starter', 'default', '1'],
      ['team', 'default', '2'],
      ['scale', 'default', '3'],
    ]);
    expect(data[1]?.metadata.plan_trial_days).toBe('14');
    const prices = await box.stripe.prices.list({ limit: 100, expand: ['data.currency_options', 'data.tiers'] });
    for (const price of prices.data) expect(Object.keys(price.currency_options ?? {}).sort()).toEqual(['eur', 'usd']);
    const usage = prices.data.find(({ lookup_key }) => lookup_key === 'scale_usage_monthly');
    expect(usage?.recurring).toMatchObject({ usage_type: 'metered', meter: 'mtr_api_calls', interval: 'month' });
    expect(usage?.tiers).toHaveLength(2);
    const features = await box.stripe.products.listFeatures('prod_team');
    expect(features.data.map((each) => each.entitlement_feature.lookup_key).sort()).toEqual([
      'api_calls',
      'projects',
      'team_members',
    ]);
  });

  test('reset can keep the webhook endpoints and seed at once', async () => {
    const { id } = await box.stripe.webhookEndpoints.create({
      url: 'http://127.0.0.1:1/',
      enabled_events: ['invoice.paid'],
    });
    await control.post('reset', { keepWebhookEndpoints: true, seed: true });
    expect(await box.stripe.webhookEndpoints.retrieve(id)).toMatchObject({ status: 'enabled' });
    expect(box.sandbox.webhookSecretFor(id)).toBeDefined();
    expect((await box.stripe.products.list()).data).toHaveLength(3);
  });
});
