import { expect, test } from 'vitest';
import { accountByCustomer, accountById, accountOfOwner, ensureAccount } from '../../src/db/accounts.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();

test('parallel first calls of one owner make one account', async () => {
  const owner = { kind: 'user', id: 'user_alice' } as const;
  const rows = await Promise.all(Array.from({ length: 100 }, () => ensureAccount(db, owner)));
  expect(new Set(rows.map((row) => row.id)).size).toBe(1);
  expect(rows[0]).toMatchObject({ ownerKind: 'user', ownerId: 'user_alice', version: 1, cause: 'ACCOUNT_CREATED' });
  expect(rows[0]?.id).toMatch(/^tga_[0-9a-f]{24}$/);
});

test('a user and an organization of one name are two owners', async () => {
  const user = await ensureAccount(db, { kind: 'user', id: 'acme' });
  const organization = await ensureAccount(db, { kind: 'organization', id: 'acme' });
  expect(user.id).not.toBe(organization.id);
});

test('an e-mail address is noted once and never replaced', async () => {
  const owner = { kind: 'user', id: 'user_bob' } as const;
  expect((await ensureAccount(db, owner)).email).toBeNull();
  expect((await ensureAccount(db, owner, 'bob@example.com')).email).toBe('bob@example.com');
  expect((await ensureAccount(db, owner, 'other@example.com')).email).toBe('bob@example.com');
});

test('what nobody owns reads as null', async () => {
  expect(await accountById(db, 'tga_none')).toBeNull();
  expect(await accountByCustomer(db, 'cus_none')).toBeNull();
  expect(await accountOfOwner(db, { kind: 'user', id: 'nobody' })).toBeNull();
});
