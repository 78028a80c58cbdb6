import type { GraphQLSchema } from 'graphql';
import { type Commands, type CommandsOptions, createCommands } from './commands/commands.js';
import { checkUnbuilt } from './config/not-yet-built.js';
import type { Config } from './config.js';
import { versionsBeyond } from './db/account-status.js';
import { connect, type Database } from './db/connect.js';
import { postgresSignals } from './feed/postgres-signals.js';
import { createSignalBus, type Signal, type SignalBus } from './feed/signal-bus.js';
import { createContextMaker } from './http/request-context.js';
import { createFront } from './http/routes.js';
import { createReceiver, type Receiver } from './inbox/receive.js';
import { createRetention } from './inbox/retention.js';
import { createWorker, type Worker, type WorkerDeps } from './inbox/worker.js';
import { createLogger, type Logger } from './log.js';
import { createCatalogueRefresh } from './mirror/catalogue-refresh.js';
import { createMirror, type Mirror, type MirrorOptions } from './mirror/mirror.js';
import { createStripeClock } from './mirror/stripe-clock.js';
import { createSweep, type Sweep } from './mirror/sweep.js';
import { resolvers } from './resolvers/index.js';
import { createReads } from './resolvers/reads/loaders.js';
import { buildGraphQLSchema } from './schema/build.js';
import { createStripe, type StripeGateway, type StripeOptions } from './stripe/client.js';

/** For tests: what the settings cannot say. */
export interface AppOverrides {
  log?: Logger;
  schema?: GraphQLSchema;
  stripe?: Partial<StripeOptions>;
  mirror?: Partial<MirrorOptions>;
  worker?: Partial<WorkerDeps>;
  commands?: Partial<CommandsOptions>;
}

export interface App {
  readonly config: Config;
  readonly log: Logger;
  readonly db: Database;
  readonly stripe: StripeGateway;
  readonly bus: SignalBus;
  readonly mirror: Mirror;
  readonly commands: Commands;
  readonly receiver: Receiver;
  readonly worker: Worker;
  readonly sweep: Sweep;
  /**
   * Listens, and begins what is done in the background. The database must be migrated.
   * @throws StartError when the address is taken
   */
  start(): Promise<{ port: number }>;
  /** Lets end what is under way, then closes everything. */
  close(): Promise<void>;
}

/** A whole gateway, wired, in order of dependency. Nothing runs before `start`; `close` undoes what was made either way. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const log = overrides.log ?? createLogger(config.logLevel);
  const unused = checkUnbuilt(config);
  if (unused.length > 0) log.warn({ settings: unused }, 'These settings have no effect yet.');
  const { database, policy: rules, mirror: mirroring } = config;
  const { secretKey, apiBase, webhookSecrets, livemode } = config.stripe;
  const policy = { gracePeriod: rules.gracePeriod };

  const db = connect(database.url, { pool: database.pool, prepare: database.prepare });
  closers.push(() => db.close());
  const stripe = createStripe({
    secretKey,
    apiBase: apiBase ?? undefined,
    onAnswer: (answer) => clock.sawAnswer(answer),
    ...overrides.stripe,
  });
  closers.push(() => stripe.close());
  const clock = createStripeClock({
    db,
    log,
    ask: () => stripe.call((sdk) => sdk.products.list({ limit: 1 })),
    onMoved: () => sweep.wake(),
  });
  closers.push(() => clock.stop());

  const transport = postgresSignals(database.listenUrl, { log });
  const bus = createSignalBus({ transport, versionsBeyond: (known) => versionsBeyond(db, known), log });
  closers.push(() => bus.close());
  const signals = {
    publish(versions: readonly Signal[]) {
      bus.publish(versions);
      commands.leftovers.look(versions.map((one) => one.accountId));
      sweep.wake();
    },
    publishCatalogue() {
      bus.publishCatalogue();
      sweep.wake();
    },
  };
  const sweep = createSweep({ db, policy, log, publish: signals.publish });
  closers.push(() => sweep.stop());

  const mirror = createMirror({
    ...{ db, stripe, log, policy, signals },
    readsPerSecond: mirroring.readsPerSecond,
    ownerMetadata: mirroring.customerOwnerMetadata,
    ...overrides.mirror,
  });
  const catalogue = createCatalogueRefresh({ ...mirror, log, interval: mirroring.catalogueRefresh * 1000 });
  closers.push(() => catalogue.stop());
  const commands = createCommands({ db, stripe, mirror, log, config, ...overrides.commands });
  closers.push(() => commands.leftovers.stop());

  const worker = createWorker({ db, mirror, log, ...overrides.worker });
  closers.push(() => worker.stop());
  const retention = createRetention({ db, log, keepSeconds: mirroring.inboxRetention });
  closers.push(() => retention.stop());
  const receiver = createReceiver({
    ...{ db, livemode, log },
    secrets: webhookSecrets,
    onStored({ created }) {
      clock.sawEvent(created);
      worker.wake();
    },
  });

  const reads = createReads(db);
  bus.onCatalogue(() => reads.catalogue.invalidate());
  const schema = overrides.schema ?? buildGraphQLSchema(resolvers);
  const makeContext = createContextMaker({ db, commands, bus, config, log, reads });
  const front = await createFront({ config, log, db, bus, receiver, schema, makeContext });
  closers.push(() => front.close());

  return {
    ...{ config, log, db, stripe, bus, mirror, commands, receiver, worker, sweep },
    async start() {
      const address = await front.listen();
      for (const part of [worker, retention, sweep, catalogue, commands.leftovers]) part.start();
      return address;
    },
    async close() {
      for (const closer of closers.splice(0).reverse()) {
        await (async () => closer())().catch((error) => log.warn({ err: error }, 'A part did not close in order.'));
      }
    },
  };
}
