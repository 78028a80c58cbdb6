import type { Receiver } from '../inbox/receive.js';
import { readBody } from './body.js';
import { type Handler, sendJson } from './exchange.js';

/** Stripe's webhook: the bytes as they came go to the inbox, its verdict back. Nothing is parsed before it is verified. */
export function createWebhookRoute(receiver: Receiver, limits: { most: number; within: number }): Handler {
  return async ({ request, response }) => {
    const body = await readBody(request, limits);
    const signature = request.headers['stripe-signature'];
    const verdict = await receiver.receive(body, Array.isArray(signature) ? signature.join(',') : signature);
    if (verdict.retryAfter !== undefined) response.setHeader('retry-after', String(verdict.retryAfter));
    sendJson(response, verdict.status, verdict.status === 200 ? { received: true } : { error: verdict.message });
  };
}
