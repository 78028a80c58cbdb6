import { type Config, loadConfig } from '../config.js';
import { versionsBeyond } from '../db/account-status.js';
import { connect, type Database } from '../db/connect.js';
import { migrate } from '../db/migrate.js';
import { postgresSignals } from '../feed/postgres-signals.js';
import { createSignalBus } from '../feed/signal-bus.js';
import { createLogger } from '../log.js';
import { createMirror, type Mirror } from '../mirror/mirror.js';
import { claimStripeAccount } from '../mirror/stripe-account.js';
import { createStripe } from '../stripe/client.js';
import { withEmbeddedParts } from './embedded-parts.js';

/** A mirror for one short command, beside the gateways that run; what it changes is signalled to them. */
export async function withMirror<T>(work: (mirror: Mirror, config: Config) => Promise<T>): Promise<T> {
  return withEmbeddedParts(process.env, { database: true, stripe: true }, async (env) => {
    const config = loadConfig(env);
    const { database, stripe: key } = config;
    const log = createLogger('warn', { write: (line) => process.stderr.write(line) });
    const db = connect(database.url, {
      pool: database.pool,
      prepare: database.prepare,
      applicationName: 'tollgate cli',
    });
    const stripe = createStripe({ secretKey: key.secretKey, apiBase: key.apiBase ?? undefined });
    const bus = createSignalBus({
      transport: postgresSignals(database.listenUrl, { log }),
      versionsBeyond: (known) => versionsBeyond(db, known),
      log,
    });
    try {
      await migrate(db);
      await claimStripeAccount(db, stripe, key.livemode);
      return await work(mirrorOf(config, db, { stripe, signals: bus, log }), config);
    } finally {
      await bus.close();
      stripe.close();
      await db.close();
    }
  });
}

function mirrorOf(
  config: Config,
  db: Database,
  parts: Pick<Parameters<typeof createMirror>[0], 'stripe' | 'signals' | 'log'>,
) {
  return createMirror({
    db,
    ...parts,
    policy: { gracePeriod: config.policy.gracePeriod },
    readsPerSecond: config.mirror.readsPerSecond,
    ownerMetadata: config.mirror.customerOwnerMetadata,
  });
}
