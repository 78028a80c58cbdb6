import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let customer: string;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  const aggregation = { default_aggregation: { formula: 'sum' as const } };
  await sandbox.stripe.billing.meters.create({ display_name: 'Calls', event_name: 'calls', ...aggregation });
  customer = (await sandbox.stripe.customers.create({ email: 'alice@example.com' })).id;
});
afterAll(() => sandbox.close());

test.each([
  ['older than 35 days', -35 * DAY - 60, 'timestamp_too_far_in_past'],
  ['more than 5 minutes ahead', 360, 'timestamp_in_future'],
  ['almost 35 days old', -35 * DAY + 60, undefined],
  ['a little ahead', 240, undefined],
])('usage that is %s', async (_, seconds, code) => {
  const recorded = sandbox.stripe.billing.meterEvents.create({
    event_name: 'calls',
    timestamp: sandbox.now() + seconds,
    payload: { stripe_customer_id: customer, value: '1' },
  });
  if (code === undefined) expect(await recorded).toMatchObject({ event_name: 'calls' });
  else await expect(recorded).rejects.toMatchObject({ code, param: 'timestamp' });
});
