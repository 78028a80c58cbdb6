import { expect, test } from 'vitest';
import { accountOfOwner } from '../../src/db/accounts.js';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld } from '../support/mirror-world.js';
import { sellTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
world.worker.start();

test('a plan is bought: by its events alone the mirror becomes what Stripe has, and the account has access', async () => {
  const { subscription } = await sellTeamPlan(world.stripe.sdk, 'user:user_alice');
  await world.deliverAll();

  expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  const account = await accountOfOwner(db, { kind: 'user', id: 'user_alice' });
  expect(account?.status).toMatchObject({ state: 'FULL', subscriptions: [{ id: subscription.id, status: 'active' }] });
  expect(account?.status?.features.map(({ key, limit }) => ({ key, limit }))).toEqual([{ key: 'seats', limit: '5' }]);
  expect(world.signals.versions.at(-1)).toEqual({ accountId: account?.id, version: account?.version });
  expect(world.signals.catalogue).toBeGreaterThan(0);

  const states = await db.sql<{ state: string }[]>`select distinct state from inbox_events order by state`;
  expect(states.map(({ state }) => state)).not.toContain('FAILED');
});
