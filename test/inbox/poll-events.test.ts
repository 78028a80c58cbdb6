import { expect, test } from 'vitest';
import { pollEvents } from '../../src/inbox/poll-events.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { eventually } from '../support/processes.js';

const db = await createTestDatabase();
const secret = 'whsec_polled';
// What the sandbox sends is signed otherwise, so that only what is polled is received.
const gateway = await startGateway(db, { env: { STRIPE_WEBHOOK_SECRET: secret } });
const poll = () => pollEvents({ ...gateway.app, secret, every: 20 });

async function newPlan(key: string): Promise<string> {
  const { value } = await gateway.app.stripe.call((sdk) =>
    sdk.products.create({
      name: key,
      metadata: { plan_key: key },
      default_price_data: { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } },
    }),
  );
  return value.id;
}
const plan = async (key: string) => {
  const answer = await gateway.graphql('query ($key: String!) { plan(key: $key) { id } }', { key });
  return answer.json.data.plan?.id ?? null;
};

test('new events are received in order and once; a later run goes on behind the last', async () => {
  const first = await poll();
  const extra = await newPlan('extra');
  await eventually(async () => (await plan('extra')) === extra);
  await first.stop();

  const missed = await newPlan('missed');
  expect(await plan('missed')).toBeNull();
  const second = await poll();
  await eventually(async () => (await plan('missed')) === missed);
  await second.stop();
  await gateway.app.worker.idle();

  const rows = await db.sql`select id, type, object_id as object, state from inbox_events order by seq`;
  expect(rows.filter((row) => row.type === 'product.created').map((row) => row.object)).toEqual([extra, missed]);
  expect(new Set(rows.map((row) => row.state))).toEqual(new Set(['DONE']));
  const { value } = await gateway.app.stripe.call((sdk) => sdk.events.list({ limit: 100 }));
  expect(value.data.map((event) => event.id)).toEqual(expect.arrayContaining(rows.map((row) => row.id)));
});
