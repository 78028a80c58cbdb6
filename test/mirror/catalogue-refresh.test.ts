import { expect, test } from 'vitest';
import { createLogger } from '../../src/log.js';
import { createCatalogueRefresh } from '../../src/mirror/catalogue-refresh.js';
import { createTestDatabase } from '../support/database.js';
import { createMirrorWorld } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
const { proxy, mirror } = world;
const lists = () => proxy.requests.filter(route('GET', '/v1/products')).length;

test('again and again, by one of the instances in each interval; a failure ends nothing', async () => {
  const product = await world.stripe.sdk.products.create({ name: 'Team' });
  proxy.answer(route('GET', '/v1/prices'), { status: 500, body: { error: { message: 'oops' } } }, 1);
  const interval = 200;
  const deps = { ...mirror, log: createLogger('silent'), interval };
  const refreshes = [createCatalogueRefresh(deps), createCatalogueRefresh(deps), createCatalogueRefresh(deps)];
  const began = performance.now();
  for (const refresh of refreshes) refresh.start();
  await expect.poll(lists, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
  for (const refresh of refreshes) await refresh.stop();
  expect(lists()).toBeLessThanOrEqual((performance.now() - began) / (interval * 0.9) + 1);
  expect(await db.sql`select name from stripe_products where id = ${product.id}`).toEqual([{ name: 'Team' }]);
});
