import { expect, test } from 'vitest';
import { installation } from '../../src/db/tables/index.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();

test('raw queries and the query builder speak the same values on one connection', async () => {
  const at = new Date('2026-11-23T20:15:00.123Z');
  await db.transaction(async (tx) => {
    await tx.orm.insert(installation).values({ key: 'orm', value: { list: [1, 'a'], text: 'x' } });
    await tx.sql`insert into installation (key, value) values ('raw', ${tx.sql.json({ list: [2] })})`;
  });
  expect(await db.orm.query.installation.findMany({ orderBy: (t, { asc }) => asc(t.key) })).toEqual([
    { key: 'orm', value: { list: [1, 'a'], text: 'x' } },
    { key: 'raw', value: { list: [2] } },
  ]);
  const [row] = await db.sql`
    select (select value from installation where key = 'orm') as value, ${at}::timestamptz as at,
      9007199254740991::bigint as big, 0.1::numeric as exact`;
  expect(row).toEqual({ value: { list: [1, 'a'], text: 'x' }, at, big: Number.MAX_SAFE_INTEGER, exact: '0.1' });
});

test('a transaction that throws leaves nothing behind', async () => {
  const attempt = db.transaction(async (tx) => {
    await tx.sql`insert into installation (key, value) values ('lost', '1')`;
    throw new Error('changed my mind');
  });
  await expect(attempt).rejects.toThrow('changed my mind');
  expect(await db.sql`select 1 from installation where key = 'lost'`).toHaveLength(0);
});
