import { randomBytes } from 'node:crypto';
import type { App } from '../app.js';
import type { Settings } from '../config.js';
import { loadConfig } from '../config.js';
import { connect } from '../db/connect.js';
import { migrate } from '../db/migrate.js';
import { backfill, backfillState } from '../mirror/backfill.js';
import { claimStripeAccount } from '../mirror/stripe-account.js';
import { createStripe } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import type { EmbeddedParts } from './embedded-parts.js';
import { sandboxWebhookSecret } from './sandbox-webhook.js';

/**
 * What must be so before a gateway is wired: the database migrated and of this Stripe account, the sandbox knowing
 * where to send its events. The environment comes back with what was found out.
 */
export async function prepare(parts: EmbeddedParts, settings: Settings): Promise<NodeJS.ProcessEnv> {
  const env = { ...parts.env };
  const config = loadConfig(env);
  const { secretKey, apiBase, livemode } = config.stripe;
  const db = connect(config.database.url, { pool: 2, applicationName: 'tollgate start' });
  const stripe = createStripe({ secretKey, apiBase: apiBase ?? undefined });
  try {
    const [secret] = await Promise.all([
      parts.sandbox ? sandboxWebhookSecret(stripe, webhookUrl(settings.http), settings.dataDir) : null,
      migrate(db),
    ]);
    if (secret !== null) env.STRIPE_WEBHOOK_SECRET = secret;
    else if (pollsEvents(config)) env.STRIPE_WEBHOOK_SECRET = `whsec_${randomBytes(24).toString('hex')}`;
    await claimStripeAccount(db, stripe, livemode).catch((error: unknown) => {
      // Reads go on without Stripe; another account's key could not do anything now either.
      if (!(error instanceof StripeCallError && (error.kind === 'unavailable' || error.kind === 'throttled')))
        throw error;
    });
    return env;
  } finally {
    stripe.close();
    await db.close();
  }
}

/** Without a webhook secret Stripe's events cannot come to us: we fetch them. In development only. */
export function pollsEvents(settings: Settings): boolean {
  return settings.stripe !== null && settings.stripe.webhookSecrets.length === 0;
}

function webhookUrl({ host, port, tls }: Settings['http']): string {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${address.includes(':') ? `[${address}]` : address}:${port}/webhooks/stripe`;
}

/** Reads from Stripe what the mirror never had. The sandbox is read before we call ourselves ready, Stripe meanwhile. */
export async function fillMirror(app: App, wait: boolean): Promise<void> {
  if ((await backfillState(app)) === 'done') return;
  const filling = backfill(app.mirror).then(
    (ran) => {
      if (ran) app.log.info('Everything that Stripe has was read into the mirror.');
    },
    (error: unknown) => {
      if (wait) throw error;
      app.log.warn({ err: error }, 'Stripe could not be read; `tollgate backfill` goes on where it stopped.');
    },
  );
  if (wait) await filling;
}
