import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig, readSettings } from '../../src/config.js';
import { ConfigError } from '../../src/errors.js';

const folder = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
afterAll(() => rm(folder, { recursive: true }));
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const key = (kind: string, mode: string) => `${kind}_${mode}_abc123`;
const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://gate:pw@db.example.com/gate',
  STRIPE_SECRET_KEY: key('rk', 'live'),
  STRIPE_PUBLISHABLE_KEY: key('pk', 'live'),
  STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old',
  AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
  AUTH_ISSUER: 'https://login.example.com',
  AUTH_AUDIENCE: 'billing',
};
function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

test('nothing set is a development gateway with embedded parts on loopback', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({
    production: false,
    http: {
      port: 4000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:4000',
      allowedOrigins: { loopback: true },
      introspection: true,
    },
    dataDir: '.tollgate',
    database: null,
    stripe: null,
    sandboxPort: 4010,
    auth: { keys: { kind: 'development' }, issuer: null, audience: null, orgClaim: 'org', scopeClaim: 'scope' },
    policy: { gracePeriod: 7 * 86_400, disputes: 'block', duplicateSubscriptions: 'report', tax: false },
    mirror: {
      customerOwnerMetadata: 'tollgate_owner',
      inboxRetention: 90 * 86_400,
      readsPerSecond: 20,
      catalogueRefresh: 300,
    },
    proof: { privateKeys: [], audience: 'tollgate-access', ttl: 3_600 },
    logLevel: 'info',
  });
});

test('a production gateway listens to all addresses, trusts no loopback origin and hides its schema', () => {
  expect(loadConfig(production)).toMatchObject({
    production: true,
    http: { host: '0.0.0.0', introspection: false, allowedOrigins: { loopback: false } },
    database: { url: production.DATABASE_URL, listenUrl: production.DATABASE_URL, pool: 10, prepare: true },
    stripe: { livemode: true, webhookSecrets: ['whsec_new', 'whsec_old'], apiBase: null },
    auth: { keys: { kind: 'jwks', url: production.AUTH_JWKS_URL }, audience: 'billing' },
  });
});

test('production names every missing setting at once', () => {
  expect(problems({ NODE_ENV: 'production' })).toEqual([
    'DATABASE_URL is not set; production needs it.',
    'STRIPE_SECRET_KEY is not set; production needs it.',
    'STRIPE_PUBLISHABLE_KEY is not set; production needs it.',
    'STRIPE_WEBHOOK_SECRET is not set; production needs it.',
    'AUTH_ISSUER is not set; production needs it.',
    'AUTH_AUDIENCE is not set; production needs it.',
    'AUTH_JWKS_URL or AUTH_JWT_SECRET is not set; production needs one.',
  ]);
});

test.each(Object.keys(production).filter((name) => name !== 'NODE_ENV'))(
  'production without %s does not start',
  (name) => {
    const found = problems({ ...production, [name]: undefined });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
  },
);

test('all bad settings are named together, secrets are not quoted', () => {
  const found = problems({ PORT: 'http', LOG_LEVEL: 'loud', STRIPE_SECRET_KEY: 'topsecret', AUTH_JWT_SECRET: 'short' });
  expect(found).toHaveLength(4);
  expect(found.join('\n')).not.toMatch(/topsecret|short\b/);
});

describe('one bad setting', () => {
  const live = { STRIPE_SECRET_KEY: key('sk', 'live') };
  const sandbox = 'http://127.0.0.1:4010';
  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    [
      'unknown NODE_ENV',
      { NODE_ENV: 'staging' },
      /NODE_ENV must be one of development, test, production, not "staging"/,
    ],
    ['unknown log level', { LOG_LEVEL: 'verbose' }, /LOG_LEVEL must be one of trace, debug, info, .*"verbose"/],
    ['unknown dispute policy', { DISPUTE_POLICY: 'warn' }, /DISPUTE_POLICY must be one of block, ignore/],
    ['unknown duplicate policy', { DUPLICATE_SUBSCRIPTION_POLICY: 'cancel' }, /must be one of report, refund/],
    ['unknown flag', { STRIPE_TAX: 'yes' }, /STRIPE_TAX must be one of 0, 1, not "yes"/],
    ['port too high', { PORT: '70000' }, /PORT must be a whole number from 0 to 65535/],
    ['pool of none', { DATABASE_POOL: '0' }, /DATABASE_POOL must be a whole number from 1/],
    ['database of another kind', { DATABASE_URL: 'mysql://x/y' }, /DATABASE_URL must be a URL .* postgres:\/\//],
    ['replica of another kind', { DATABASE_URL: 'postgres://x/y', DATABASE_REPLICA_URL: 'z' }, /DATABASE_REPLICA_URL/],
    ['redis of another kind', { REDIS_URL: 'localhost:6379' }, /REDIS_URL must be a URL .* redis:\/\//],
    ['no ISO duration', { GRACE_PERIOD: '7 days' }, /GRACE_PERIOD must be an ISO 8601 duration .* "7 days"/],
    ['a month has no fixed length', { GRACE_PERIOD: 'P1M' }, /GRACE_PERIOD must be an ISO 8601 duration/],
    ['retention too short', { INBOX_RETENTION: 'P30D' }, /INBOX_RETENTION must be at least P31D/],
    ['origin with a path', { ALLOWED_ORIGINS: 'https://a.example.com/x' }, /ALLOWED_ORIGINS: .* is no origin/],
    ['any origin', { ALLOWED_ORIGINS: '*' }, /ALLOWED_ORIGINS: "\*" is no origin/],
    ['return origin', { RETURN_URL_ORIGINS: 'myapp' }, /RETURN_URL_ORIGINS: "myapp" is no origin/],
    ['half of TLS', { TLS_CERT_FILE: 'x.pem' }, /TLS_CERT_FILE and TLS_KEY_FILE belong together/],
    ['two ways to verify', { AUTH_JWKS_URL: 'https://x.example', AUTH_JWT_SECRET: 'x'.repeat(32) }, /keep one/],
    ['short secret', { AUTH_JWT_SECRET: 'x'.repeat(31) }, /AUTH_JWT_SECRET must be at least 32 bytes/],
    ['development keys for everybody', { HOST: '0.0.0.0' }, /HOST=0.0.0.0 .* set AUTH_JWKS_URL or AUTH_JWT_SECRET/],
    ['live key in development', live, /live keys are accepted with NODE_ENV=production only/],
    ['no Stripe key', { STRIPE_SECRET_KEY: 'pk_test_1' }, /STRIPE_SECRET_KEY must be a secret or restricted key/],
    ['secret as publishable key', { STRIPE_PUBLISHABLE_KEY: key('sk', 'test') }, /must be a publishable key/],
    ['no webhook secret', { STRIPE_WEBHOOK_SECRET: 'whsec_a,b' }, /STRIPE_WEBHOOK_SECRET must be a secret/],
    [
      'keys of two modes',
      { STRIPE_SECRET_KEY: key('sk', 'test'), STRIPE_PUBLISHABLE_KEY: key('pk', 'live') },
      /both must be of one mode/,
    ],
    [
      'test key in production',
      { ...production, STRIPE_SECRET_KEY: key('rk', 'test'), STRIPE_PUBLISHABLE_KEY: key('pk', 'test') },
      /ALLOW_TEST_KEY=1/,
    ],
    ['another API in production', { ...production, STRIPE_API_BASE: sandbox }, /STRIPE_API_BASE .* refused/],
    ['another stripe.js in production', { ...production, STRIPE_JS_URL: sandbox }, /STRIPE_JS_URL .* refused/],
    [
      'value and file',
      { AUTH_JWT_SECRET: 'x'.repeat(32), AUTH_JWT_SECRET_FILE: file('both', 'y'.repeat(32)) },
      /keep one/,
    ],
    ['missing file', { DATABASE_URL_FILE: join(folder, 'none') }, /DATABASE_URL_FILE: .* cannot be read \(ENOENT\)/],
    ['empty file', { DATABASE_URL_FILE: file('empty', '\n') }, /DATABASE_URL_FILE: .* is empty/],
  ])('%s', (_, env, message) => {
    const found = problems(env);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });
});

test('a test key is accepted in production when it is meant', () => {
  const env = {
    ...production,
    STRIPE_SECRET_KEY: key('sk', 'test'),
    STRIPE_PUBLISHABLE_KEY: key('pk', 'test'),
    ALLOW_TEST_KEY: '1',
  };
  expect(loadConfig(env).stripe.livemode).toBe(false);
});

test('secrets come from files as well', () => {
  const settings = readSettings({
    DATABASE_URL_FILE: file('database', 'postgres://localhost/gate\n'),
    STRIPE_SECRET_KEY_FILE: file('stripe', `${key('sk', 'test')}\n`),
    AUTH_JWT_SECRET_FILE: file('jwt', 'x'.repeat(32)),
  });
  expect(settings.database?.url).toBe('postgres://localhost/gate');
  expect(settings.stripe?.secretKey).toBe(key('sk', 'test'));
  expect(settings.auth.keys).toEqual({ kind: 'secret', secret: 'x'.repeat(32) });
});

test('with keys of its own a development gateway may listen to other machines', () => {
  expect(readSettings({ HOST: '0.0.0.0', AUTH_JWT_SECRET: 'x'.repeat(32) }).http.host).toBe('0.0.0.0');
});

test('listed origins replace the loopback default, the public URL is always one', () => {
  const { allowedOrigins, returnUrlOrigins } = readSettings({
    PUBLIC_URL: 'https://pay.example.com/',
    ALLOWED_ORIGINS: 'https://app.example.com, http://localhost:5173/',
    RETURN_URL_ORIGINS: 'https://shop.example.com',
  }).http;
  const list = ['https://pay.example.com', 'https://app.example.com', 'http://localhost:5173'];
  expect(allowedOrigins).toEqual({ loopback: false, list });
  expect(returnUrlOrigins).toEqual({ loopback: false, list: [...list, 'https://shop.example.com'] });
});

test('a gateway that starts nothing embedded says what it lacks', () => {
  expect(() => loadConfig({})).toThrow('DATABASE_URL is not set.\nSTRIPE_SECRET_KEY is not set.');
});
