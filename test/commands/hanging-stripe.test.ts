import { expect, it } from 'vitest';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';

// As many connections as a small gateway has: commands that held one each while they wait would use them all up.
const db = await createTestDatabase({ pool: 4 });
const world = await createCommandWorld(db);
const { commands, proxy } = world;
const { sdk } = world.stripe;
const starter = { planKey: 'starter', interval: 'MONTH' };

it('with Stripe hanging on every command, reads and webhooks go on; released, every command ends well', async () => {
  const buyers = Array.from({ length: 30 }, (_, i) => viewer(`user_hang_${i}`));
  const hold = proxy.hold(({ method }) => method === 'POST');
  const hanging = buyers.map((who) => commands.startSubscription({ viewer: who, input: starter }));
  for (const _ of buyers) await hold.arrived();

  const [held] = await db.sql<{ transactions: number }[]>`
    select count(*)::int as transactions from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`;
  expect(held?.transactions).toBe(0);

  // The sandbox is asked directly: what happens there reaches the gateway by webhook only.
  const customers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => sdk.customers.create({ metadata: { tollgate_owner: `user:hook_${i}` } })),
  );
  const began = performance.now();
  await world.deliverAll();
  const rows = await db.sql<{ id: string }[]>`
    select stripe_customer_id as id from billing_accounts where owner_id like 'hook_%' and stripe_customer_id is not null`;
  expect(rows.map(({ id }) => id).sort()).toEqual(customers.map(({ id }) => id).sort());
  expect(performance.now() - began).toBeLessThan(5_000);

  hold.release();
  const results = await Promise.all(hanging);
  expect(results.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(new Set(results.map(({ subscriptionId }) => subscriptionId)).size).toBe(buyers.length);
});
