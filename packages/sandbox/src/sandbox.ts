import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { controlRefusal, mountControl } from './control/control.js';
import { mountDashboard } from './dashboard/dashboard.js';
import { Courier } from './delivery/courier.js';
import { deliveryIndexes } from './delivery/record.js';
import { Engine } from './engine/engine.js';
import { restoreSnapshot } from './engine/snapshot.js';
import { Api } from './http/api.js';
import { ApiFaults } from './http/api-faults.js';
import { ownHostOnly } from './http/browser-origin.js';
import { RateLimiter } from './http/rate-limits.js';
import { type LoggedRequest, RequestLog } from './http/request-log.js';
import { RESOURCES } from './resources/index.js';
import { ACCOUNT_ID } from './resources/platform/account.js';
import { applySeed } from './seed/apply-seed.js';
import { DEFAULT_CATALOGUE } from './seed/default-catalogue.js';
import { readSeed } from './seed/seed-source.js';
import { API_VERSION } from './versions/api-versions.js';

export interface SandboxOptions {
  /** 0 (the default) takes a free port. */
  port?: number;
  host?: string;
  /** Keeps the state there; in memory only without it. */
  dataDir?: string;
  /** A snapshot (from `/_sandbox/snapshot`) to start from, unless `dataDir` holds a state already. */
  snapshot?: string;
  /** Puts the default catalogue in place: three plans, their prices, features and a meter. */
  seed?: boolean;
  /** A seed file (YAML) to put in place; what is there already stays as it is. */
  seedFile?: string;
  /** Stripe seconds at which its clock starts; real time by default. Kept state keeps its clock. */
  now?: number;
  /** Accept only these API keys and those made through `/_sandbox/keys`; any test key by default. */
  keys?: readonly string[];
  /** Waits between the attempts of a delivery, in milliseconds of the sandbox's clock. */
  retryDelays?: readonly number[];
  /** Fail at once when code changes a stored object in place; on by default, costs some speed. */
  freeze?: boolean;
  /** Where unexpected errors are reported; standard error by default. */
  onError?: (error: unknown) => void;
  /** Called with every call of Stripe's API, in the order in which they are answered; card numbers are masked. */
  onRequest?: (request: LoggedRequest) => void;
}

export interface Sandbox {
  /** e.g. `http://127.0.0.1:4010`; Stripe's API is below `/v1`. */
  url: string;
  port: number;
  /** For tests in the same process; everything else goes over HTTP. */
  engine: Engine;
  courier: Courier;
  /** The signing secret of a webhook endpoint, by its id; undefined if there is none. */
  webhookSecretFor(endpoint: string): string | undefined;
  close(): Promise<void>;
}

const ROUTES = RESOURCES.flatMap((resource) => resource.routes ?? []);

/** Starts a sandbox in this process. Rejects with `EADDRINUSE` for a taken port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const onError = options.onError ?? ((error: unknown) => console.error(error));
  const seed =
    options.seedFile === undefined ? undefined : readSeed(readFileSync(options.seedFile, 'utf8'), options.seedFile);
  const engine = new Engine({
    kinds: RESOURCES.flatMap((resource) => resource.kinds ?? []),
    jobs: Object.assign({}, ...RESOURCES.map((resource) => resource.jobs)),
    recordIndexes: Object.assign({}, deliveryIndexes, ...RESOURCES.map((resource) => resource.recordIndexes)),
    apiVersion: API_VERSION,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    freeze: options.freeze ?? true,
    onJobError: (kind, ref, error) => onError(new Error(`job ${kind} of ${ref} failed`, { cause: error })),
  });
  const courier = new Courier(engine, {
    onError,
    ...(options.retryDelays ? { retryDelays: options.retryDelays } : {}),
  });
  let server: Server;
  try {
    server = await listen(appOf(engine, courier, { ...options, host }, onError), host, options.port ?? 0);
  } catch (error) {
    engine.close();
    throw error;
  }
  const close = async () => {
    courier.close();
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
    engine.close();
  };
  const { port } = server.address() as AddressInfo;
  engine.origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    const isNew = engine.store.everything().next().done;
    if (options.snapshot !== undefined && isNew) restoreSnapshot(engine, options.snapshot, API_VERSION);
    if (options.now !== undefined) engine.startClockAt(options.now);
    // The courier comes last, so that it sees the events that resources add to a transaction.
    for (const resource of RESOURCES) resource.start?.(engine);
    courier.start();
    if (options.seed) applySeed(engine, ROUTES, DEFAULT_CATALOGUE);
    if (seed) applySeed(engine, ROUTES, seed);
  } catch (error) {
    await close();
    throw error;
  }
  engine.start();
  return {
    url: engine.origin,
    port,
    engine,
    courier,
    webhookSecretFor: (endpoint) => engine.store.of('_webhook_secret').get(endpoint)?.secret,
    close,
  };
}

function appOf(
  engine: Engine,
  courier: Courier,
  options: SandboxOptions & { host: string },
  onError: (error: unknown) => void,
): Hono {
  const app = new Hono();
  for (const path of ['/', '/dashboard/*', '/_sandbox/*']) app.use(path, ownHostOnly(options.host));
  const faults = new ApiFaults();
  app.onError((error, c) => {
    const refusal = controlRefusal(error);
    if (refusal) return c.json(refusal, 400);
    onError(error);
    return c.json({ error: { message: 'the sandbox failed; its log says why' } }, 500);
  });
  const limiter = new RateLimiter();
  mountControl(app, { engine, courier, faults, limiter, routes: ROUTES });
  for (const resource of RESOURCES) resource.pages?.(app, engine);
  const keys = options.keys && new Set(options.keys);
  const requests = new RequestLog(options.onRequest);
  const kinds = RESOURCES.flatMap((resource) => resource.kinds ?? []);
  mountDashboard({ app, engine, courier, requests, kinds, routes: ROUTES, apiVersion: API_VERSION });
  const api = new Api({ engine, account: ACCOUNT_ID, keys, faults, limiter, requests, onError });
  api.mount(app, ROUTES);
  return app;
}

function listen(app: Hono, hostname: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, () => resolve(server)) as Server;
    // Longer than clients keep idle connections: else one that is used as it closes is reset.
    server.keepAliveTimeout = 75_000;
    server.once('error', reject);
  });
}
