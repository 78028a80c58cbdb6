import { expect, test } from 'vitest';
import { ensureWebhookEndpoint } from '../../src/inbox/webhook-endpoint.js';
import { objectTypeOf, projectedEventTypes } from '../../src/mirror/projectors/index.js';
import { STRIPE_API_VERSION } from '../../src/stripe/version.js';
import { createTestDatabase } from '../support/database.js';
import { createMirrorWorld } from '../support/mirror-world.js';

const world = await createMirrorWorld(await createTestDatabase());
const { stripe } = world;
const url = 'http://127.0.0.1:4000/webhooks/stripe';

test('the endpoint is made once, in our version, with exactly the projected events; its secret is told once', async () => {
  const made = await ensureWebhookEndpoint(stripe, url);
  expect(made.secret).toMatch(/^whsec_/);
  expect(await ensureWebhookEndpoint(stripe, url)).toEqual({ id: made.id, secret: null });
  const { data } = await stripe.sdk.webhookEndpoints.list();
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ url, api_version: STRIPE_API_VERSION, status: 'enabled' });
  expect([...(data[0]?.enabled_events ?? [])].sort()).toEqual(projectedEventTypes);
});

test('an endpoint that asks for other events is corrected; those of other URLs and versions are left alone', async () => {
  const [existing] = (await stripe.sdk.webhookEndpoints.list()).data;
  await stripe.sdk.webhookEndpoints.update(existing?.id ?? '', { enabled_events: ['invoice.paid'] });
  const old = { url, api_version: '2024-06-20', enabled_events: ['invoice.paid'] } as const;
  await stripe.sdk.webhookEndpoints.create({ ...old, enabled_events: ['invoice.paid'] });
  expect((await ensureWebhookEndpoint(stripe, url)).id).toBe(existing?.id);
  const { data } = await stripe.sdk.webhookEndpoints.list();
  const events = new Map(data.map((endpoint) => [endpoint.api_version, endpoint.enabled_events.length]));
  expect(events.get(STRIPE_API_VERSION)).toBe(projectedEventTypes.length);
  expect(events.get('2024-06-20')).toBe(1);
});

test('every projected event type is one object’s, and an invoice that does not exist yet is nobody’s', () => {
  expect(new Set(projectedEventTypes).size).toBe(projectedEventTypes.length);
  expect(projectedEventTypes.every((type) => objectTypeOf(type) !== null)).toBe(true);
  expect(objectTypeOf('invoice.upcoming')).toBeNull();
});
