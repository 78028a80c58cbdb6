import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureWebhookEndpoint } from '../inbox/webhook-endpoint.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';

interface Kept {
  id: string;
  secret: string;
}

/**
 * The secret of our endpoint at the sandbox. Stripe tells it only when the endpoint is made, so it is kept in the data
 * directory; an endpoint whose secret is lost, or that led to another address of ours, makes way for a new one.
 */
export async function sandboxWebhookSecret(stripe: StripeGateway, url: string, dataDir: string): Promise<string> {
  const path = join(dataDir, 'sandbox-webhook.json');
  const kept = read(path);
  let endpoint = await ensureWebhookEndpoint(stripe, url);
  if (kept && kept.id !== endpoint.id) await remove(stripe, kept.id);
  if (kept && kept.id === endpoint.id && endpoint.secret === null) return kept.secret;
  if (endpoint.secret === null) {
    await remove(stripe, endpoint.id);
    endpoint = await ensureWebhookEndpoint(stripe, url);
  }
  if (endpoint.secret === null) throw new Error('The sandbox made a webhook endpoint and told no secret.');
  writeFileSync(path, JSON.stringify({ id: endpoint.id, secret: endpoint.secret } satisfies Kept), { mode: 0o600 });
  return endpoint.secret;
}

async function remove(stripe: StripeGateway, id: string): Promise<void> {
  await stripe
    .call((sdk) => sdk.webhookEndpoints.del(id))
    .catch((error: unknown) => {
      if (!(error instanceof StripeCallError && error.kind === 'not_found')) throw error;
    });
}

function read(path: string): Kept | null {
  try {
    const { id, secret } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    return id && secret ? { id, secret } : null;
  } catch {
    return null;
  }
}
