import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
let control: ReturnType<typeof controlOf>;
beforeAll(async () => {
  box = await startTestSandbox();
  control = controlOf(box.url);
});
afterAll(() => box.close());
afterEach(async () => {
  await control.delete('rate_limits');
  await control.delete('faults');
});

const get = (key = 'sk_test_a', path = '/v1/customers') =>
  fetch(`${box.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
const post = (key = 'sk_test_a') =>
  fetch(`${box.url}/v1/customers`, { method: 'POST', headers: { authorization: `Bearer ${key}` } });
const statuses = async (calls: Promise<Response>[]) => (await Promise.all(calls)).map(({ status }) => status);

test('is off until it is asked for', async () => {
  expect((await control.get('rate_limits')).body).toMatchObject({ on: false });
  expect(new Set(await statuses(Array.from({ length: 60 }, () => get())))).toEqual(new Set([200]));
});

test('counts reads and writes of each key on their own', async () => {
  await control.post('rate_limits', { readsPerSecond: 3, writesPerSecond: 1 });
  const reads = await statuses(Array.from({ length: 5 }, () => get()));
  expect(reads.sort()).toEqual([200, 200, 200, 429, 429]);
  expect((await statuses([post(), post()])).sort()).toEqual([200, 429]);
  expect(await statuses([get('sk_test_b'), post('sk_test_b')])).toEqual([200, 200]);
});

test('a refusal says why in a header, does nothing, and leaves an idempotency key free', async () => {
  await control.post('rate_limits', { writesPerSecond: 1, retryAfter: 7 });
  const create = (idempotencyKey: string) => box.stripe.customers.create({ name: idempotencyKey }, { idempotencyKey });
  await create('first');
  const before = box.events('customer.created').length;
  const refused = await create('second').catch((error: unknown) => error);
  expect(refused).toMatchObject({
    type: 'StripeRateLimitError',
    code: 'rate_limit',
    message: expect.stringMatching(/^Request rate limit exceeded\./),
    headers: { 'stripe-rate-limited-reason': 'global-rate', 'retry-after': '7' },
  });
  expect(box.events('customer.created')).toHaveLength(before);
  await control.delete('rate_limits');
  expect((await create('second')).name).toBe('second');
});

test('comes back as time passes', async () => {
  await control.post('rate_limits', { readsPerSecond: 20 });
  expect(await statuses(Array.from({ length: 25 }, () => get()))).toContain(429);
  await expect.poll(async () => (await get()).status, { interval: 20 }).toBe(200);
});

test('limits what is under way at the same time', async () => {
  await control.post('rate_limits', { concurrent: 1 });
  await control.post('faults/api', { path: '/v1/account', latencyMs: 200, times: 1 });
  const slow = get('sk_test_a', '/v1/account');
  await expect.poll(async () => (await control.get('faults')).body.api).toEqual([]);
  const second = await get();
  expect([second.status, second.headers.get('stripe-rate-limited-reason'), second.headers.get('retry-after')]).toEqual([
    429,
    'global-concurrency',
    null,
  ]);
  expect((await get('sk_test_b')).status).toBe(200);
  expect((await slow).status).toBe(200);
  expect((await get()).status).toBe(200);
});

test('what is asked for wrongly is refused', async () => {
  for (const wrong of [{}, { retryAfter: 1 }, { readsPerSecond: -1 }, { reads: 1 }]) {
    expect((await control.post('rate_limits', wrong)).status).toBe(400);
  }
});
