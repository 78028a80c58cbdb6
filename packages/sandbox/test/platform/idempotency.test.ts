import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

/** A POST with an idempotency key, seen raw. */
async function post(
  path: string,
  form: string,
  key: string,
): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(`${box.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer sk_test_sandbox',
      'idempotency-key': key,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}
interface Body {
  id?: string;
  error?: { type: string; code?: string; message: string };
}
const control = (method: string, path: string, body?: object) =>
  fetch(`${box.url}/_sandbox/${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });

test('the same key and parameters answer as the first time, and act once', async () => {
  const first = await post('/v1/customers', 'email=once%40example.com', 'key-once');
  const again = await post('/v1/customers', 'email=once%40example.com', 'key-once');
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
  expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  expect(again.headers.get('idempotency-key')).toBe('key-once');
  expect((await box.stripe.customers.list({ email: 'once@example.com' })).data).toHaveLength(1);
});

test('events say which key and request caused them', async () => {
  const made = await post('/v1/customers', 'name=Keyed', 'key-events');
  const event = box.events('customer.created').find(({ data }) => (data.object as { id: string }).id === made.body.id);
  expect(event?.request).toEqual({ id: made.headers.get('request-id'), idempotency_key: 'key-events' });
});

test('a key with other parameters or for another endpoint is refused', async () => {
  await post('/v1/customers', 'name=First', 'key-other');
  const params = await post('/v1/customers', 'name=Second', 'key-other');
  expect(params).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } });
  const endpoint = await post('/v1/products', 'name=First', 'key-other');
  expect(endpoint).toMatchObject({ status: 400, body: { error: { type: 'idempotency_error' } } });
});

test('a key whose request is still running is refused with 409', async () => {
  await control('POST', 'faults/api', { path: '/v1/customers', latencyMs: 300, times: 1 });
  const slow = post('/v1/customers', 'name=Slow', 'key-slow');
  await expect
    .poll(async () => (await (await control('GET', 'faults')).json()) as { api: unknown[] })
    .toMatchObject({ api: [] });
  const concurrent = await post('/v1/customers', 'name=Slow', 'key-slow');
  expect(concurrent).toMatchObject({ status: 409, body: { error: { code: 'idempotency_key_in_use' } } });
  expect(concurrent.headers.get('stripe-should-retry')).toBe('true');
  const made = await slow;
  expect(made.status).toBe(200);
  expect((await post('/v1/customers', 'name=Slow', 'key-slow')).body.id).toBe(made.body.id);
});

test('a request that fails validation leaves its key free', async () => {
  const wrong = await post('/v1/customers', 'nmae=Typo', 'key-typo');
  expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'parameter_unknown' } } });
  expect((await post('/v1/customers', 'name=Right', 'key-typo')).status).toBe(200);
});

test('a refusal during execution and a 500 are stored and repeated', async () => {
  const refused = await post('/v1/prices', 'product=prod_none&currency=usd&unit_amount=1', 'key-refused');
  await box.stripe.products.create({ id: 'prod_none', name: 'Now it exists' });
  const again = await post('/v1/prices', 'product=prod_none&currency=usd&unit_amount=1', 'key-refused');
  expect(again.body).toEqual(refused.body);
  expect(again.headers.get('idempotent-replayed')).toBe('true');

  await control('POST', 'faults/api', { path: '/v1/customers', status: 500, when: 'after', times: 1 });
  expect((await post('/v1/customers', 'email=lost%40example.com', 'key-500')).status).toBe(500);
  const repeated = await post('/v1/customers', 'email=lost%40example.com', 'key-500');
  expect(repeated.status).toBe(500);
  expect(repeated.headers.get('idempotent-replayed')).toBe('true');
  expect((await box.stripe.customers.list({ email: 'lost@example.com' })).data).toHaveLength(1);
});

test('a rate limit stores nothing', async () => {
  await control('POST', 'faults/api', { path: '/v1/customers', status: 429, retryAfter: 2, times: 1 });
  const limited = await post('/v1/customers', 'name=Eager', 'key-429');
  expect(limited).toMatchObject({ status: 429, body: { error: { code: 'rate_limit' } } });
  expect(limited.headers.get('retry-after')).toBe('2');
  expect((await post('/v1/customers', 'name=Eager', 'key-429')).status).toBe(200);
});

test('a key is forgotten after a day of the sandbox clock, or on demand', async () => {
  const first = await post('/v1/customers', 'name=Daily', 'key-daily');
  await control('POST', 'clock', { advance: 'PT23H59M' });
  expect((await post('/v1/customers', 'name=Daily', 'key-daily')).body.id).toBe(first.body.id);
  await control('POST', 'clock', { advance: 120 });
  const second = await post('/v1/customers', 'name=Daily', 'key-daily');
  expect(second.body.id).not.toBe(first.body.id);
  await control('DELETE', 'idempotency_keys');
  expect((await post('/v1/customers', 'name=Daily', 'key-daily')).body.id).not.toBe(second.body.id);
});
