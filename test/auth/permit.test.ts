import { describe, expect, test } from 'vitest';
import { commandRefusal, mayCommand, mayRead } from '../../src/auth/permit.js';
import { type Viewer, viewerOf } from '../../src/auth/viewer.js';

const names = { orgClaim: 'org', scopeClaim: 'scope' };
const viewer = (claims: object): Viewer => viewerOf({ sub: 'user_alice', ...claims }, names);
const alice = { kind: 'user', id: 'user_alice' } as const;
const bob = { kind: 'user', id: 'user_bob' } as const;
const acme = { kind: 'organization', id: 'org_acme' } as const;
const other = { kind: 'organization', id: 'org_other' } as const;
const trap = { kind: 'organization', id: 'user_alice' } as const;

// The contract's table "Tokens": who, whose account, may read, why not command.
type Row = [
  string,
  Viewer | null,
  typeof alice | typeof acme | typeof other | typeof bob | typeof trap,
  boolean,
  string | null,
];
const rows: Row[] = [
  ['no token', null, alice, false, 'UNAUTHENTICATED'],
  ['a user', viewer({}), alice, true, null],
  ['a user', viewer({}), bob, false, 'NOT_FOUND'],
  ['a user', viewer({}), acme, false, 'NOT_FOUND'],
  ['a user', viewer({}), trap, false, 'NOT_FOUND'],
  ['a user with billing:read', viewer({ scope: 'billing:read' }), alice, true, 'FORBIDDEN'],
  ['a user with billing:read', viewer({ scope: 'billing:read' }), bob, false, 'NOT_FOUND'],
  [
    'a user with billing:read and billing:write',
    viewer({ scope: 'billing:read billing:write' }),
    alice,
    true,
    'FORBIDDEN',
  ],
  ['a user with a foreign scope', viewer({ scope: 'openid' }), alice, true, null],
  ['a user with org', viewer({ org: 'org_acme' }), acme, true, 'FORBIDDEN'],
  ['a user with org', viewer({ org: 'org_acme' }), alice, false, 'NOT_FOUND'],
  ['a user with org', viewer({ org: 'org_acme' }), other, false, 'NOT_FOUND'],
  ['a user with org and billing:write', viewer({ org: 'org_acme', scope: 'billing:write' }), acme, true, null],
  ['a user with org and billing:write', viewer({ org: 'org_acme', scope: 'billing:write' }), other, false, 'NOT_FOUND'],
  ['a user with org and billing:write', viewer({ org: 'org_acme', scope: 'billing:write' }), alice, false, 'NOT_FOUND'],
  ['billing:server', viewer({ scope: 'billing:server' }), bob, true, 'FORBIDDEN'],
  ['billing:server', viewer({ scope: 'billing:server' }), alice, true, 'FORBIDDEN'],
  ['billing:server', viewer({ scope: 'billing:server billing:write', org: 'org_acme' }), acme, true, 'FORBIDDEN'],
  ['billing:admin', viewer({ scope: 'billing:admin' }), bob, true, null],
  ['billing:admin', viewer({ scope: 'billing:admin' }), acme, true, null],
];

describe('who may do what with whose account', () => {
  test.each(rows)('%s, %#', (_, who, owner, read, refusal) => {
    expect(mayRead(who, owner)).toBe(read);
    expect(commandRefusal(who, owner)).toBe(refusal);
    expect(mayCommand(who, owner)).toBe(refusal === null);
  });
});

test('billing:admin is accepted alone only', () => {
  expect(() => viewer({ scope: 'billing:admin billing:write' })).toThrow('accepted alone only');
  expect(viewer({ scope: ['billing:admin'] }).role).toBe('admin');
});

test('the viewer acts for the owner in the token', () => {
  expect(viewer({}).owner).toEqual(alice);
  expect(viewer({ org: 'org_acme' }).owner).toEqual(acme);
  expect(viewer({ org: null }).owner).toEqual(alice);
});

test.each([
  ['no sub', { sub: undefined }, 'no sub claim'],
  ['an empty sub', { sub: '' }, 'sub claim must be a text'],
  ['a sub with a line break', { sub: 'a\nb' }, 'sub claim must be a text'],
  ['a sub too long', { sub: 'x'.repeat(401) }, 'sub claim must be a text'],
  ['an org that is no text', { org: { id: 'org_acme' } }, 'org claim must be a text'],
  ['an empty org', { org: '' }, 'org claim must be a text'],
  ['a scope that is no text', { scope: 5 }, 'scope claim must be a text'],
])('a token with %s is refused', (_, claims, message) => {
  expect(() => viewer(claims)).toThrow(message);
});

test('an e-mail address counts as verified only when the token says so', () => {
  expect(viewer({ email: 'a@example.com' })).toMatchObject({ email: 'a@example.com', emailVerified: false });
  expect(viewer({ email: 'a@example.com', email_verified: true }).emailVerified).toBe(true);
  expect(viewer({ email: 7, email_verified: 'true' })).toMatchObject({ email: null, emailVerified: false });
});
