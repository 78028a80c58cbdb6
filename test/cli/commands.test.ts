import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, temporaryFolder } from '../support/cli.js';
import { createTestDatabase } from '../support/database.js';

const dataDir = temporaryFolder();
const db = await createTestDatabase();
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

test.each([[], ['start'], ['migrate'], ['token'], ['backfill'], ['link'], ['sandbox']])(
  '%s --help explains itself',
  async (...args) => {
    const { code, lines } = await run([...args, '--help']);
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^Usage: tollgate/);
  },
);

test('token prints a token and nothing else', async () => {
  const args = ['--user', 'user_alice', '--org', 'org_acme', '--scope', 'billing:write', '--expires', '30m'];
  const { code, lines } = await run(['token', ...args], { DATA_DIR: dataDir });
  expect({ code, count: lines.length }).toEqual({ code: 0, count: 1 });
  const { iat, exp, ...claims } = claimsOf(lines[0] ?? '');
  expect(claims).toEqual({ sub: 'user_alice', org: 'org_acme', scope: 'billing:write' });
  expect(exp - iat).toBe(1_800);
  expect(statSync(join(dataDir, 'development-key.pem')).mode & 0o077).toBe(0);
});

const nowhere = { DATABASE_URL: 'postgres://gate:hunter2@127.0.0.1:1/gate' };
test.each<[string, string[], NodeJS.ProcessEnv, RegExp]>([
  ['an unknown command', ['frobnicate'], {}, /^tollgate: unknown command 'frobnicate'$/],
  ['an unknown option', ['start', '--frobnicate'], {}, /^tollgate: unknown option '--frobnicate'$/],
  ['a token for nobody', ['token'], {}, /^tollgate: required option '--user <sub>' not specified$/],
  [
    'a token for an odd time',
    ['token', '--user', 'u', '--expires', 'soon'],
    {},
    /^tollgate: .*Write it like 90s, 30m, 1h/,
  ],
  [
    'a token where other keys serve',
    ['token', '--user', 'u'],
    { AUTH_JWT_SECRET: 'x'.repeat(32) },
    /development keys only/,
  ],
  [
    'an unknown setting value',
    ['start'],
    { LOG_LEVEL: 'loud' },
    /^tollgate: LOG_LEVEL must be one of trace, debug, .*, not "loud"\.$/,
  ],
  [
    'production without settings',
    ['start'],
    { NODE_ENV: 'production' },
    /^tollgate: DATABASE_URL is not set.* STRIPE_SECRET_KEY .* AUTH_JWKS_URL or AUTH_JWT_SECRET is not set; production needs one\.$/,
  ],
  ['a database that is not there', ['migrate'], nowhere, /^tollgate: Cannot connect .*check DATABASE_URL/],
  [
    'a link without a customer',
    ['link', '--user', 'user_alice'],
    {},
    /^tollgate: Give --customer cus_… and either --user or --org/,
  ],
  ['a link of two owners', ['link', '--user', 'a', '--org', 'b', '--customer', 'cus_1'], {}, /either --user or --org/],
  ['a map that is not there', ['link', '--file', '/no/such.csv'], {}, /^tollgate: .*no such file/],
])('%s is one line on stderr and exit code 1', async (_, args, env, message) => {
  const { code, lines } = await run(args, { DATA_DIR: dataDir, ...env });
  expect(lines).toEqual([expect.stringMatching(message)]);
  expect(code).toBe(1);
  expect(lines[0]).not.toContain('hunter2');
});

test('migrate brings an empty database up to date, and again does nothing', async () => {
  await db.sql`drop schema public cascade`;
  await db.sql`drop schema drizzle cascade`;
  await db.sql`create schema public`;
  const env = { DATA_DIR: dataDir, DATABASE_URL: db.url };
  expect(await run(['migrate'], env)).toEqual({ code: 0, lines: [expect.stringMatching(/^Applied 0000_\w+/)] });
  expect(await run(['migrate'], env)).toEqual({ code: 0, lines: ['The database is up to date.'] });
  expect(await run(['migrate', '--json'], env)).toEqual({ code: 0, lines: ['{"applied":[]}'] });
  expect(await db.orm.query.billingAccounts.findMany()).toEqual([]);
});
