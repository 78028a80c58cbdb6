import { afterAll, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.js';
import { PreparedTexts } from '../../src/db/reads/prepared-texts.js';
import { compileRoot, Reader } from '../../src/db/reads/read.js';
import { addJoin, readNode } from '../../src/db/reads/tree.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase({ pool: 1 });
const plain = connect(db.url, { pool: 1, prepare: false });
afterAll(() => plain.close());

function statement() {
  const node = readNode('account');
  node.columns.add('id');
  const invoices = readNode('invoice');
  invoices.columns.add('total');
  addJoin(node, '@invoices', { relation: 'invoices', node: invoices, page: { first: 3, after: null } });
  return compileRoot('accountOfOwner', node);
}

test('a text is prepared from its second use on, up to a limit, and anew when connections are', () => {
  let now = 0;
  const texts = new PreparedTexts(() => now);
  expect([texts.admits('a'), texts.admits('a'), texts.admits('a')]).toEqual([false, true, true]);
  for (let i = 0; i < 1_000; i++) expect(texts.admits(`once ${i}`)).toBe(false);
  let admitted = 0;
  for (let i = 0; i < 1_000; i++) {
    texts.admits(`twice ${i}`);
    if (texts.admits(`twice ${i}`)) admitted++;
  }
  expect(admitted).toBe(299);
  expect(texts.admits('a')).toBe(true);
  now += 3_600_001;
  texts.admits('late');
  expect(texts.admits('late')).toBe(true);
});

test('what is read again is prepared in the database, and never where DATABASE_PREPARE is off', async () => {
  for (const [q, expected] of [
    [db, [{ uses: 2 }]],
    [plain, []],
  ] as const) {
    const reader = new Reader(q);
    const owner = { kind: 'user', id: 'user_nobody' } as const;
    for (let i = 0; i < 3; i++) expect(await reader.accountOfOwner(statement(), owner)).toBeNull();
    const prepared = await q.sql`select (generic_plans + custom_plans)::int as uses
      from pg_prepared_statements where statement like 'select r.%'`;
    expect([...prepared]).toEqual(expected);
  }
});

test("a statement's text has no value in it", () => {
  const { text, params } = statement();
  expect(params).toEqual([4]);
  expect(text).toContain('limit $3::int');
  expect(text).not.toMatch(/limit \d{2}/);
});
