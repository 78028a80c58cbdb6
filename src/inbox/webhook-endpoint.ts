import type { Stripe } from 'stripe';
import { projectedEventTypes } from '../mirror/projectors/index.js';
import type { StripeGateway } from '../stripe/client.js';
import { STRIPE_API_VERSION } from '../stripe/version.js';

export interface WebhookEndpoint {
  id: string;
  /** Told by Stripe only when the endpoint is made; null for one that was there. */
  secret: string | null;
}

type EnabledEvent = Stripe.WebhookEndpointCreateParams.EnabledEvent;

/**
 * The endpoint of this URL in our API version, made if there is none, asking for exactly the events that are
 * projected. An endpoint of another version is left alone: its events would have another shape.
 */
export async function ensureWebhookEndpoint(stripe: StripeGateway, url: string): Promise<WebhookEndpoint> {
  const events = [...projectedEventTypes] as EnabledEvent[];
  const existing = await endpointOf(stripe, url);
  if (!existing) {
    const params = { url, api_version: STRIPE_API_VERSION, enabled_events: events, description: 'Tollgate' } as const;
    const { value } = await stripe.call((sdk) => sdk.webhookEndpoints.create(params));
    return { id: value.id, secret: value.secret ?? null };
  }
  const same = existing.status === 'enabled' && [...existing.enabled_events].sort().join() === events.join();
  if (!same) {
    const params = { enabled_events: events, disabled: false };
    await stripe.call((sdk) => sdk.webhookEndpoints.update(existing.id, params));
  }
  return { id: existing.id, secret: null };
}

async function endpointOf(stripe: StripeGateway, url: string): Promise<Stripe.WebhookEndpoint | null> {
  for (let after: string | undefined; ; ) {
    const { value } = await stripe.call((sdk) => sdk.webhookEndpoints.list({ limit: 100, starting_after: after }));
    const found = value.data.find((one) => one.url === url && one.api_version === STRIPE_API_VERSION);
    after = value.data.at(-1)?.id;
    if (found || !value.has_more || after === undefined) return found ?? null;
  }
}
