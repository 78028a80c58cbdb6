import { beforeAll, expect, test } from 'vitest';
import { createCatalogueCache } from '../../src/resolvers/catalogue.js';
import { createTestDatabase } from '../support/database.js';
import { fillReadWorld } from '../support/read-world.js';

const db = await createTestDatabase();
beforeAll(() => fillReadWorld(db));

test('plans by group, rank and key; of two with one key the older; nothing that cannot be subscribed to', async () => {
  const catalogue = await createCatalogueCache(db).current();
  expect(catalogue.plans.map(({ key, name, rank }) => [key, name, rank])).toEqual([
    ['starter', 'Starter', 1],
    ['team', 'Team', 2],
    ['scale', 'Scale', 3],
  ]);
  expect(catalogue.plan('scale')?.id).toBe('prod_scale');
  expect([catalogue.plan('old'), catalogue.plan('book'), catalogue.plan('toString')]).toEqual([null, null, null]);
  expect([catalogue.product('prod_twin')?.name, catalogue.price('price_twin')?.id]).toEqual([
    'Younger twin',
    'price_twin',
  ]);
  expect(catalogue.plan('team')?.features).toEqual([
    { key: 'seats', name: 'Seats', limit: '25' },
    { key: 'export', name: 'Export', limit: null },
  ]);
  expect(catalogue.plan('team')?.prices.map(({ id }) => id)).toEqual(['price_team', 'price_team_year']);
  expect(catalogue.plan('starter')?.prices[0]?.trialDays).toBe(14);
});

test('it is read once, again after a signal, and again when no signal came for long', async () => {
  let now = 0;
  const cache = createCatalogueCache(db, () => now);
  const [first, same] = await Promise.all([cache.current(), cache.current()]);
  expect(same).toBe(first);
  expect(cache.current()).toBe(first);

  await db.sql`update stripe_products set name = 'Renamed' where id = 'prod_team'`;
  expect(cache.current()).toBe(first);
  cache.invalidate();
  expect((await cache.current()).plan('team')?.name).toBe('Renamed');

  await db.sql`update stripe_products set name = 'Team' where id = 'prod_team'`;
  now += 10_001;
  expect((await cache.current()).plan('team')?.name).toBe('Team');
});

test('what was being read when the signal came is not kept', async () => {
  const cache = createCatalogueCache(db);
  const early = cache.current();
  await db.sql`update stripe_products set name = 'Changed meanwhile' where id = 'prod_team'`;
  cache.invalidate();
  await early;
  expect((await cache.current()).plan('team')?.name).toBe('Changed meanwhile');
});

test('a database that fails once is asked again', async () => {
  let broken = true;
  const failing = new Proxy(db, {
    get(target, key) {
      if (key === 'orm' && broken) throw new Error('no database');
      return Reflect.get(target, key);
    },
  });
  const cache = createCatalogueCache(failing);
  await expect(cache.current()).rejects.toThrow('no database');
  broken = false;
  expect((await cache.current()).plans).toHaveLength(3);
});
