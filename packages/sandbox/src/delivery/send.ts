import type { Records, StoredEvent } from '../engine/objects.js';
import type { Attempt, Delivery } from './record.js';
import { signatureHeader } from './signature.js';

const ANSWER_WITHIN_MS = 20_000;

export interface Shipment {
  delivery: Delivery;
  event: StoredEvent;
  endpoint: Records['webhook_endpoint'];
  secret: string;
  /** How many endpoints the event has not been delivered to. */
  pending: number;
}

/** One signed POST. Only a 2xx answer within 20 s counts; a redirect does not. */
export async function sendWebhook(shipment: Shipment, closing: AbortSignal): Promise<Attempt> {
  const { delivery, event, endpoint, secret, pending } = shipment;
  const version = endpoint.api_version ?? event.api_version;
  const data = delivery.data ?? event.data;
  const body = JSON.stringify({ ...event, api_version: version, data, pending_webhooks: pending }, null, 2);
  const attempt: Attempt = { ...about(shipment), attempt: delivery.attempts + 1, status: null, outcome: 'failed' };
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signatureHeader(body, secret),
      },
    });
    await response.arrayBuffer();
    attempt.status = response.status;
    if (response.ok) attempt.outcome = 'delivered';
  } catch (error) {
    // `fetch failed` says nothing: its cause does.
    const cause = (error as Error).cause as { code?: string; message?: string } | undefined;
    attempt.error = cause?.code ?? cause?.message ?? (error as Error).message;
  }
  return attempt;
}

/** The log entry of a delivery that a fault swallowed. */
export function dropped(shipment: Shipment): Attempt {
  return { ...about(shipment), attempt: 0, status: null, outcome: 'dropped' };
}

function about({ event, endpoint }: Shipment) {
  return {
    event: event.id,
    type: event.type,
    endpoint: endpoint.id,
    url: endpoint.url,
    at: new Date().toISOString(),
  };
}
