import { createHmac, randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { type Sandbox, startSandbox } from '../../packages/sandbox/src/index.js';
import type { Database } from '../../src/db/connect.js';
import { createReceiver, type Received, type Receiver } from '../../src/inbox/receive.js';
import { createWorker, type Worker, type WorkerDeps } from '../../src/inbox/worker.js';
import { createLogger } from '../../src/log.js';
import { createMirror, type Mirror, type MirrorOptions } from '../../src/mirror/mirror.js';
import { createStripe, type StripeGateway } from '../../src/stripe/client.js';
import { STRIPE_API_VERSION } from '../../src/stripe/version.js';
import { type StripeProxy, startStripeProxy } from './stripe-proxy.js';

export interface MirrorWorld {
  sandbox: Sandbox;
  /** Straight to the sandbox: what the world does behind the gateway's back. */
  stripe: StripeGateway;
  /** Between the gateway and the sandbox. */
  proxy: StripeProxy;
  mirror: Mirror;
  worker: Worker;
  receiver: Receiver;
  /** Versions signalled, in order; `catalogue` counts its signals. */
  signals: { versions: { accountId: string; version: number }[]; catalogue: number };
  /** Another instance over the same database and Stripe. */
  instance(options?: InstanceOptions): { mirror: Mirror; worker: Worker };
  /** An object as Stripe has it now, in the shape of an event's payload. */
  snapshot(path: string): Promise<Snapshot>;
  /** Signs and receives an event about the object; `created` defaults to the sandbox's now. */
  send(type: string, object: Snapshot, options?: SendOptions): Promise<Received & { id: string }>;
  /** Signs and receives a whole event message. */
  receive(message: Record<string, unknown>): Promise<Received>;
  /** Every event that the sandbox holds and that was not yet delivered by this, oldest first, received; then idle. */
  deliverAll(): Promise<void>;
  /** What became of an event. */
  event(id: string): Promise<{ state: string; attempts: number; lastError: string | null }>;
  /** Stripe's seconds by the sandbox's clock. */
  now(): number;
  /** Moves the sandbox's clock forward. */
  advance(seconds: number): void;
}

export type Snapshot = Record<string, unknown> & { id: string; object: string };
export interface SendOptions {
  id?: string;
  created?: number;
  apiVersion?: string;
  envelope?: Record<string, unknown>;
}
export interface InstanceOptions {
  mirror?: Partial<MirrorOptions>;
  worker?: Partial<WorkerDeps>;
}

export const webhookSecret = 'whsec_world';
const policy = { gracePeriod: 7 * 86_400 };

/** A gateway's mirror and inbox over a real database and a sandbox, with the network between them in a test's hands. */
export async function createMirrorWorld(db: Database, options: InstanceOptions = {}): Promise<MirrorWorld> {
  const sandbox = await startSandbox();
  const proxy = await startStripeProxy(sandbox.url);
  const gateways: StripeGateway[] = [];
  const gatewayTo = (apiBase: string) => {
    const gateway = createStripe({ secretKey: 'sk_test_world', apiBase, retries: 0, timeoutMs: 5000 });
    gateways.push(gateway);
    return gateway;
  };
  const log = createLogger('silent');
  const stripe = gatewayTo(sandbox.url);
  const signals: MirrorWorld['signals'] = { versions: [], catalogue: 0 };
  const workers: Worker[] = [];

  const instance = ({ mirror: mirrorOptions, worker: workerOptions }: InstanceOptions = {}) => {
    const mirror = createMirror({
      db,
      stripe: gatewayTo(proxy.url),
      policy,
      log,
      readsPerSecond: 1000,
      secondLookMs: 1,
      signals: {
        publish: (versions) => void signals.versions.push(...versions),
        publishCatalogue: () => void signals.catalogue++,
      },
      ...mirrorOptions,
    });
    const worker = createWorker({ db, mirror, log, pollEvery: 60_000, ...workerOptions });
    workers.push(worker);
    return { mirror, worker };
  };
  const { mirror, worker } = instance(options);
  const receiver = createReceiver({
    db,
    secrets: ['whsec_retired', webhookSecret],
    livemode: false,
    log,
    onStored: () => worker.wake(),
  });
  const receive = (message: Record<string, unknown>) => {
    const body = Buffer.from(JSON.stringify(message));
    return receiver.receive(body, signatureOf(body));
  };
  const now = () => sandbox.engine.clock.now();
  const delivered = new Set<string>();
  afterAll(async () => {
    proxy.restore();
    for (const one of workers) await one.stop();
    for (const gateway of gateways) gateway.close();
    await proxy.close();
    await sandbox.close();
  });

  return {
    ...{ sandbox, stripe, proxy, mirror, worker, receiver, signals, instance, receive, now },
    snapshot: (path) => getRaw(sandbox.url, path),
    send: async (type, object, { id = eventId(), created = now(), apiVersion = STRIPE_API_VERSION, envelope } = {}) => {
      const message = {
        ...{ id, object: 'event', type, created, livemode: false, api_version: apiVersion, data: { object } },
        ...envelope,
      };
      return { ...(await receive(message)), id };
    },
    deliverAll: async () => {
      const fresh = await undelivered(sandbox.url, delivered);
      for (const event of fresh) {
        delivered.add(event.id);
        await receive(event);
      }
      await worker.idle();
    },
    event: async (id) => {
      const [row] = await db.sql<{ state: string; attempts: number; lastError: string | null }[]>`
        select state, attempts, last_error as "lastError" from inbox_events where id = ${id}`;
      if (!row) throw new Error(`No event ${id} in the inbox.`);
      return row;
    },
    advance: (seconds) => void sandbox.engine.advanceTo(now() + seconds),
  };
}

export function signatureOf(body: Uint8Array, secret = webhookSecret, time = Math.floor(Date.now() / 1000)): string {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`;
}

export const eventId = () => `evt_${randomBytes(8).toString('hex')}`;

async function getRaw(url: string, path: string): Promise<Snapshot> {
  const answer = await fetch(new URL(path, url), {
    headers: { authorization: 'Bearer sk_test_world', 'stripe-version': STRIPE_API_VERSION },
  });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Snapshot;
}

async function undelivered(url: string, delivered: ReadonlySet<string>): Promise<Snapshot[]> {
  const events: Snapshot[] = [];
  for (let after = ''; ; ) {
    const page = (await getRaw(url, `/v1/events?limit=100${after}`)) as unknown as {
      data: Snapshot[];
      has_more: boolean;
    };
    events.push(...page.data);
    if (!page.has_more) break;
    after = `&starting_after=${page.data.at(-1)?.id}`;
  }
  return events.filter(({ id }) => !delivered.has(id)).reverse();
}
