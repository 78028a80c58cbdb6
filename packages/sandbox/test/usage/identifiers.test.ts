import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

test('an identifier counts once in a day; used again later it counts anew, beside what it counted before', async () => {
  const { billing, customers } = sandbox.stripe;
  const meter = await billing.meters.create({
    display_name: 'API calls',
    event_name: 'api_calls',
    default_aggregation: { formula: 'sum' },
  });
  const { id: customer } = await customers.create({ email: 'alice@example.com' });
  const start = Math.floor(sandbox.now() / DAY) * DAY;
  const count = (value: string) =>
    billing.meterEvents.create({
      event_name: 'api_calls',
      identifier: 'job_1',
      payload: { stripe_customer_id: customer, value },
    });
  await count('5');
  await sandbox.advance(DAY - 3600);
  await expect(count('5')).rejects.toMatchObject({ param: 'identifier' });
  await sandbox.advance(2 * 3600);
  await count('7');
  await sandbox.advance(25 * 3600);
  await count('9');
  const { data } = await billing.meters.listEventSummaries(meter.id, {
    customer,
    start_time: start,
    end_time: start + 5 * DAY,
  });
  expect(data.map(({ aggregated_value }) => aggregated_value)).toEqual([21]);
});
