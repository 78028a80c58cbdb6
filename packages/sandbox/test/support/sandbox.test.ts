import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConformingTraffic } from './conforming-traffic.js';
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

test('an answer or event that Stripe does not know is told, once', () => {
  const traffic = new ConformingTraffic();
  traffic.checkExchange('GET', '/v1/customers/cus_1', '', 200, '{"id":"cus_1","object":"customer","colour":"red"}');
  traffic.checkEvent({ id: 'evt_1', type: 'customer.painted' });
  expect(() => traffic.verify()).toThrow(/customers\/cus_1 answer: .* colour[\s\S]*unknown event type/);
  traffic.verify();
});

test('a refused request may be malformed, its answer may not', () => {
  const traffic = new ConformingTraffic();
  traffic.checkExchange('POST', '/v1/customers', 'colour=red', 400, '{"error":"colour"}');
  expect(() => traffic.verify()).toThrow("POST /v1/customers → 400: /error not Stripe's error shape");
});
