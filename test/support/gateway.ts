import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Sandbox, startSandbox } from '../../packages/sandbox/src/index.js';
import { type App, type AppOverrides, createApp } from '../../src/app.js';
import { developmentKeys, mintToken, type TokenRequest } from '../../src/auth/development-keys.js';
import { loadConfig } from '../../src/config.js';
import { ensureWebhookEndpoint } from '../../src/inbox/webhook-endpoint.js';
import { createLogger } from '../../src/log.js';
import { backfill } from '../../src/mirror/backfill.js';
import { createStripe } from '../../src/stripe/client.js';
import type { TestDatabase } from './database.js';
import { type Answer, postJson } from './http.js';

export interface Gateway {
  app: App;
  /** e.g. `http://127.0.0.1:41234` */
  url: string;
  sandbox: Sandbox;
  /** A token of the development keys, good for an hour. */
  token(who: Omit<TokenRequest, 'expiresIn'> & { expiresIn?: number }): Promise<string>;
  /** One operation over HTTP; without a token as nobody. */
  graphql(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** Until every event of the sandbox was delivered and projected, and nothing that follows from it is left. */
  settled(): Promise<void>;
}

export interface GatewayOptions {
  /** Settings over those of the test. */
  env?: NodeJS.ProcessEnv;
  overrides?: AppOverrides;
  /** Another one's, e.g. for a second gateway over the same Stripe; else one of its own with the default catalogue. */
  sandbox?: Sandbox;
}

/**
 * A whole gateway in this process, on a free port, over the test's database and a sandbox, its mirror filled. For the
 * top level of a test file; closed after its tests.
 */
export async function startGateway(db: Pick<TestDatabase, 'url'>, options: GatewayOptions = {}): Promise<Gateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-gateway-'));
  const sandbox = options.sandbox ?? (await startSandbox({ seed: true }));
  const secretKey = 'sk_test_gateway';
  // The secret has to be known before the gateway is made, its address only is when it listens.
  const stripe = createStripe({ secretKey, apiBase: sandbox.url });
  const endpoint = await ensureWebhookEndpoint(stripe, `http://127.0.0.1:9/${dataDir}`);
  const config = loadConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: db.url,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_gateway',
    STRIPE_API_BASE: sandbox.url,
    STRIPE_JS_URL: `${sandbox.url}/stripe.js`,
    STRIPE_WEBHOOK_SECRET: endpoint.secret ?? '',
    STRIPE_READS_PER_SECOND: '1000',
    ...options.env,
  });
  const app = await createApp(config, {
    log: createLogger((process.env.TEST_LOG_LEVEL as 'debug' | undefined) ?? 'silent'),
    ...options.overrides,
  });
  const { port } = await app.start();
  const url = `http://127.0.0.1:${port}`;
  await stripe.call((sdk) => sdk.webhookEndpoints.update(endpoint.id, { url: `${url}/webhooks/stripe` }));
  await backfill(app.mirror);

  afterAll(async () => {
    await app.close();
    stripe.close();
    if (!options.sandbox) await sandbox.close();
    await rm(dataDir, { recursive: true });
  });

  return {
    app,
    url,
    sandbox,
    token: ({ expiresIn = 3_600, ...who }) => mintToken(developmentKeys(dataDir), config.auth, { ...who, expiresIn }),
    graphql: (query, variables = {}, token = '') =>
      postJson(`${url}/graphql`, { query, variables }, token ? { authorization: `Bearer ${token}` } : {}),
    async settled() {
      // What is projected may lead to commands, and those to events.
      for (let round = 0; round < 2; round++) {
        const idle = await fetch(`${sandbox.url}/_sandbox/deliveries/idle?timeout_ms=20000`);
        if (!idle.ok) throw new Error(`The sandbox still delivers: ${await idle.text()}`);
        await app.worker.idle();
        await app.commands.leftovers.idle();
        await app.sweep.idle();
      }
    },
  };
}
