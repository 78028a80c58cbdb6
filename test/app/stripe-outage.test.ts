import { afterEach, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';

const db = await createTestDatabase();
const gateway = await startGateway(db, { overrides: { stripe: { timeoutMs: 700, retries: 0 } } });
const viewer = await gateway.token({ user: 'user_alice' });
const faults = (method: string, path: string, body?: object) =>
  fetch(`${gateway.sandbox.url}/_sandbox/faults${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
afterEach(async () => {
  await faults('DELETE', '');
});

const checkout = `mutation ($key: String!) {
  checkoutStart(
    input: { planKey: "starter", interval: MONTH, successUrl: "http://localhost:1/ok", cancelUrl: "http://localhost:1/no" }
    idempotencyKey: $key
  ) {
    nextAction { kind url }
    userErrors { code retryable message ... on ProviderUnavailable { outcomeUnknown } }
  }
}`;

test.each([
  ['answers 500', { path: '/v1/*', status: 500 }],
  ['hangs', { path: '/v1/*', timeout: 'before' }],
  ['cuts the line', { path: '/v1/*', disconnect: 'before' }],
])(
  'while Stripe %s commands say so, reads and webhooks go on, and the same command succeeds later',
  async (name, fault) => {
    const key = `start-${name}`;
    await faults('POST', '/api', fault);
    const refused = await gateway.graphql(checkout, { key }, viewer);
    expect(refused.json.data.checkoutStart).toMatchObject({
      nextAction: null,
      userErrors: [{ code: 'PROVIDER_UNAVAILABLE', retryable: true, outcomeUnknown: expect.any(Boolean) }],
    });
    const reads = await gateway.graphql('{ plans { key } billingStatus { access { state } } }', {}, viewer);
    expect(reads.json).toMatchObject({ data: { billingStatus: { access: { state: 'NONE' } } } });
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);

    await faults('DELETE', '');
    const later = await gateway.graphql(checkout, { key }, viewer);
    expect(later.json.data.checkoutStart).toMatchObject({ nextAction: { kind: 'REDIRECT' }, userErrors: [] });
    await gateway.settled();
  },
);
