import { Environment } from './config/environment.js';
import { isLoopbackHost } from './config/origins.js';
import type { AuthSettings, Config, DatabaseSettings, Settings, StripeSettings } from './config/settings.js';
import { ConfigError } from './errors.js';
import { logLevels } from './log.js';

export { isAllowedOrigin, isLoopbackHost, type OriginRule } from './config/origins.js';
export type { AuthSettings, Config, Settings } from './config/settings.js';

/**
 * The environment as decisions. `database` and `stripe` are null where the embedded part is to serve (never in
 * production).
 * @throws ConfigError naming every missing or bad setting at once
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const env = new Environment(environment);
  const production = env.choice('NODE_ENV', ['development', 'test', 'production'], 'development') === 'production';
  const auth = readAuth(env);
  const settings: Settings = {
    production,
    http: readHttp(env, production),
    dataDir: env.text('DATA_DIR') ?? '.tollgate',
    database: readDatabase(env),
    stripe: readStripe(env, production),
    sandboxPort: env.integer('SANDBOX_PORT', 4010, 0, 65_535),
    auth,
    redisUrl: env.url('REDIS_URL', env.secret('REDIS_URL'), ['redis:', 'rediss:']),
    policy: {
      gracePeriod: env.duration('GRACE_PERIOD', 'P7D', 'PT0S'),
      disputes: env.choice('DISPUTE_POLICY', ['block', 'ignore'], 'block'),
      duplicateSubscriptions: env.choice('DUPLICATE_SUBSCRIPTION_POLICY', ['report', 'refund'], 'report'),
      tax: env.flag('STRIPE_TAX', false),
    },
    mirror: {
      customerOwnerMetadata: env.text('CUSTOMER_OWNER_METADATA') ?? 'tollgate_owner',
      inboxRetention: env.duration('INBOX_RETENTION', 'P90D', 'P31D'),
      readsPerSecond: env.integer('STRIPE_READS_PER_SECOND', 20, 1, 1_000),
      catalogueRefresh: env.duration('CATALOGUE_REFRESH', 'PT5M', 'PT1S'),
    },
    proof: {
      privateKeys: env.list(env.secret('PROOF_PRIVATE_KEY')),
      audience: env.text('PROOF_AUDIENCE') ?? 'tollgate-access',
      ttl: env.duration('PROOF_TTL', 'PT1H', 'PT1M'),
    },
    logLevel: env.choice('LOG_LEVEL', logLevels, 'info'),
    otlpEndpoint: env.url('OTEL_EXPORTER_OTLP_ENDPOINT', env.text('OTEL_EXPORTER_OTLP_ENDPOINT'), ['http:', 'https:']),
  };
  if (production) requireForProduction(env);
  else if (auth.keys.kind === 'development' && !isLoopbackHost(settings.http.host)) {
    env.problem(
      `HOST=${settings.http.host} is reachable from other machines, where development keys would let anybody in: ` +
        'set AUTH_JWKS_URL or AUTH_JWT_SECRET (with AUTH_ISSUER and AUTH_AUDIENCE), or a loopback HOST such as 127.0.0.1.',
    );
  }
  if (env.problems.length > 0) throw new ConfigError(env.problems);
  return settings;
}

/**
 * The settings of a gateway that starts nothing embedded.
 * @throws ConfigError as `readSettings` does, and for a database or a Stripe key that is not given
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const settings = readSettings(environment);
  const { database, stripe } = settings;
  if (database && stripe) return { ...settings, database, stripe };
  throw new ConfigError([
    ...(database ? [] : ['DATABASE_URL is not set.']),
    ...(stripe ? [] : ['STRIPE_SECRET_KEY is not set.']),
  ]);
}

function readHttp(env: Environment, production: boolean): Settings['http'] {
  const port = env.integer('PORT', 4000, 0, 65_535);
  const certFile = env.text('TLS_CERT_FILE');
  const keyFile = env.text('TLS_KEY_FILE');
  if (Boolean(certFile) !== Boolean(keyFile)) env.problem('TLS_CERT_FILE and TLS_KEY_FILE belong together; set both.');
  const tls = certFile && keyFile ? { certFile, keyFile } : null;
  const given = env.url('PUBLIC_URL', env.text('PUBLIC_URL'), ['http:', 'https:']);
  const publicUrl = (given ?? `${tls ? 'https' : 'http'}://localhost:${port}`).replace(/\/+$/, '');
  const listed = env.origins('ALLOWED_ORIGINS');
  const allowedOrigins = {
    loopback: !production && listed === null,
    list: [...new Set([new URL(publicUrl).origin, ...(listed ?? [])])],
  };
  return {
    port,
    host: env.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    publicUrl,
    allowedOrigins,
    returnUrlOrigins: {
      ...allowedOrigins,
      list: [...allowedOrigins.list, ...(env.origins('RETURN_URL_ORIGINS') ?? [])],
    },
    tls,
    introspection: env.flag('INTROSPECTION', !production),
    persistedOperationsFile: env.text('PERSISTED_OPERATIONS_FILE'),
  };
}

function readDatabase(env: Environment): DatabaseSettings | null {
  const protocols = ['postgres:', 'postgresql:'];
  const url = env.url('DATABASE_URL', env.secret('DATABASE_URL'), protocols);
  const listenUrl = env.url('DATABASE_LISTEN_URL', env.secret('DATABASE_LISTEN_URL'), protocols);
  const pool = env.integer('DATABASE_POOL', 10, 1, 1_000);
  const prepare = env.flag('DATABASE_PREPARE', true);
  const replicaUrls = env
    .list(env.secret('DATABASE_REPLICA_URL'))
    .filter((one) => env.url('DATABASE_REPLICA_URL', one, protocols));
  return url === null ? null : { url, pool, prepare, replicaUrls, listenUrl: listenUrl ?? url };
}

function readStripe(env: Environment, production: boolean): StripeSettings | null {
  const secretKey = env.secret('STRIPE_SECRET_KEY');
  const publishableKey = env.secret('STRIPE_PUBLISHABLE_KEY');
  const webhookSecrets = env.list(env.secret('STRIPE_WEBHOOK_SECRET'));
  const apiBase = env.url('STRIPE_API_BASE', env.text('STRIPE_API_BASE'), ['http:', 'https:']);
  const jsUrl = env.url('STRIPE_JS_URL', env.text('STRIPE_JS_URL'), ['http:', 'https:']);
  const allowTestKey = env.flag('ALLOW_TEST_KEY', false);
  for (const name of ['STRIPE_API_BASE', 'STRIPE_JS_URL']) {
    if (production && env.text(name)) env.problem(`${name} is for development; in production it is refused.`);
  }
  if (webhookSecrets.some((one) => !/^whsec_\S+$/.test(one))) {
    env.problem('STRIPE_WEBHOOK_SECRET must be a secret that begins with whsec_, several with commas.');
  }
  const mode = /^(?:sk|rk)_(test|live)_\S+$/.exec(secretKey ?? '')?.[1];
  const publishableMode = /^pk_(test|live)_\S+$/.exec(publishableKey ?? '')?.[1];
  if (publishableKey && !publishableMode) {
    env.problem('STRIPE_PUBLISHABLE_KEY must be a publishable key: it begins with pk_test_ or pk_live_.');
  }
  if (!secretKey) return null;
  if (!mode) {
    env.problem(
      'STRIPE_SECRET_KEY must be a secret or restricted key: it begins with sk_test_, rk_test_, sk_live_ or rk_live_.',
    );
    return null;
  }
  if (publishableMode && publishableMode !== mode) {
    env.problem(
      `STRIPE_PUBLISHABLE_KEY is a ${publishableMode} key, STRIPE_SECRET_KEY a ${mode} key; both must be of one mode.`,
    );
  }
  if (mode === 'live' && !production) {
    env.problem('STRIPE_SECRET_KEY is a live key; live keys are accepted with NODE_ENV=production only.');
  }
  if (mode === 'test' && production && !allowTestKey) {
    env.problem('STRIPE_SECRET_KEY is a test key; in production set a live key, or ALLOW_TEST_KEY=1 to mean it.');
  }
  return { secretKey, publishableKey, webhookSecrets, livemode: mode === 'live', apiBase, jsUrl };
}

function readAuth(env: Environment): AuthSettings {
  const url = env.url('AUTH_JWKS_URL', env.text('AUTH_JWKS_URL'), ['http:', 'https:']);
  const secret = env.secret('AUTH_JWT_SECRET');
  if (url && secret) env.problem('AUTH_JWKS_URL and AUTH_JWT_SECRET are both set; keep one.');
  if (secret && Buffer.byteLength(secret) < 32) env.problem('AUTH_JWT_SECRET must be at least 32 bytes long.');
  return {
    keys: url ? { kind: 'jwks', url } : secret ? { kind: 'secret', secret } : { kind: 'development' },
    issuer: env.text('AUTH_ISSUER'),
    audience: env.text('AUTH_AUDIENCE'),
    orgClaim: env.text('AUTH_ORG_CLAIM') ?? 'org',
    scopeClaim: env.text('AUTH_SCOPE_CLAIM') ?? 'scope',
  };
}

const missing = (env: Environment, name: string) => !env.text(name) && !env.text(`${name}_FILE`);

function requireForProduction(env: Environment): void {
  const needed = ['DATABASE_URL', 'STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'];
  for (const name of [...needed, 'AUTH_ISSUER', 'AUTH_AUDIENCE']) {
    if (missing(env, name)) env.problem(`${name} is not set; production needs it.`);
  }
  if (missing(env, 'AUTH_JWKS_URL') && missing(env, 'AUTH_JWT_SECRET')) {
    env.problem('AUTH_JWKS_URL or AUTH_JWT_SECRET is not set; production needs one.');
  }
}
