import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_VERSION } from '../../src/index.js';
import { ConformingTraffic, type Exchange } from './conforming-traffic.js';
import { startTestSandbox, type TestSandbox } from './sandbox.js';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

test('the official SDK talks to the sandbox, and its events can be read', async () => {
  const customer = await sandbox.stripe.customers.create({ email: 'alice@example.com' });
  expect(sandbox.events('customer.created').map((event) => event.data.object)).toEqual([
    expect.objectContaining({ id: customer.id, email: 'alice@example.com' }),
  ]);
});

const exchange = (changes: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: '/v1/customers/cus_1',
  form: '',
  version: API_VERSION,
  publishable: false,
  status: 200,
  answer: '{}',
  ...changes,
});
const told = (changes: Partial<Exchange>) => {
  const traffic = new ConformingTraffic();
  traffic.saw(exchange(changes));
  return () => traffic.verify();
};

test('whoever sends a request, what Stripe does not know of its answer fails the test', async () => {
  const seen: string[] = [];
  const watched = await startTestSandbox({ onRequest: ({ method, path }) => seen.push(`${method} ${path}`) });
  await fetch(`${watched.url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_1' } });
  await fetch(`${watched.url}/v1/nothing`);
  expect(seen).toEqual(['GET /v1/customers', 'GET /v1/nothing']);
  await watched.close();
});

test('an answer or event that Stripe does not know is told, once', () => {
  const traffic = new ConformingTraffic();
  traffic.saw(exchange({ answer: '{"id":"cus_1","object":"customer","colour":"red"}' }));
  traffic.checkEvent({ id: 'evt_1', type: 'customer.painted' });
  expect(() => traffic.verify()).toThrow(/unknown event type[\s\S]*customers\/cus_1 answer: .* colour/);
  traffic.verify();
});

test('a page may get a part of an object, and nothing else', () => {
  const call = { path: '/v1/setup_intents/seti_1', publishable: true };
  expect(told({ ...call, answer: '{"id":"seti_1","object":"setup_intent","status":"succeeded"}' })).not.toThrow();
  expect(told({ ...call, answer: '{"object":"setup_intent","status":"painted"}' })).toThrow(/\/status/);
  expect(told({ ...call, answer: '{"object":"setup_intent","colour":"red"}' })).toThrow(/colour/);
});

test('a refused request may be malformed, its answer may not', () => {
  const refused = { method: 'POST', path: '/v1/customers', form: 'colour=red', status: 400 };
  const error = { type: 'invalid_request_error', message: 'Received unknown parameter: colour' };
  expect(told({ ...refused, answer: JSON.stringify({ error }) })).not.toThrow();
  expect(told({ ...refused, answer: '{"error":"colour"}' })).toThrow(
    "POST /v1/customers → 400: /error not Stripe's error shape",
  );
});
