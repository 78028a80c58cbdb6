import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { postJson, send } from '../support/http.js';

const db = await createTestDatabase();
const gateway = await startGateway(db);

test('is ready and says what it checked', async () => {
  const answer = await send(`${gateway.url}/readyz`);
  expect(answer).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { database: 'ok', migrations: 'ok', changeFeed: 'ok' } },
  });
  expect(answer.json.webhookSecrets).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/)]);
  expect(await send(`${gateway.url}/healthz`)).toMatchObject({ status: 200, json: { status: 'up' } });
});

test('plans are public', async () => {
  const { json } = await gateway.graphql('{ plans { key prices { currency interval } } }');
  expect(json.errors).toBeUndefined();
  expect(json.data.plans.map((plan: { key: string }) => plan.key)).toEqual(['starter', 'team', 'scale']);
});

test('a token acts for its owner, a bad one is 401', async () => {
  const query = '{ billingAccount { owner { kind id } access { state } } }';
  const personal = await gateway.graphql(query, {}, await gateway.token({ user: 'user_alice' }));
  expect(personal.json).toEqual({
    data: { billingAccount: { owner: { kind: 'USER', id: 'user_alice' }, access: { state: 'NONE' } } },
  });
  const org = await gateway.graphql(query, {}, await gateway.token({ user: 'user_alice', org: 'org_acme' }));
  expect(org.json.data.billingAccount.owner).toEqual({ kind: 'ORGANIZATION', id: 'org_acme' });
  const expired = await gateway.graphql(query, {}, await gateway.token({ user: 'user_alice', expiresIn: -60 }));
  expect(expired).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  expect(expired.json.errors[0]).toMatchObject({
    message: expect.stringMatching(/^The token expired at /),
    extensions: { code: 'UNAUTHENTICATED' },
  });
});

test('development tokens and the console exist for loopback names only', async () => {
  const minted = await postJson(`${gateway.url}/dev/token`, { user: 'user_bob' });
  expect(minted.status).toBe(200);
  const query = { query: '{ billingAccount { owner { id } } }' };
  const bearer = { authorization: `Bearer ${minted.json.token}` };
  expect((await postJson(`${gateway.url}/graphql`, query, bearer)).json.data.billingAccount.owner.id).toBe('user_bob');

  const rebound = { host: 'evil.example.com' };
  expect((await postJson(`${gateway.url}/graphql`, query, { ...bearer, ...rebound })).status).toBe(401);
  expect((await postJson(`${gateway.url}/dev/token`, { user: 'user_bob' }, rebound)).status).toBe(404);
  expect((await send(`${gateway.url}/`, { headers: rebound })).status).toBe(404);
  expect((await send(`${gateway.url}/`)).headers['content-type']).toBe('text/html; charset=utf-8');
  expect((await send(`${gateway.url}/../../package.json`)).status).toBe(404);
  expect((await send(`${gateway.url}/%2e%2e/%2e%2e/package.json`)).status).toBe(404);
  expect((await send(`${gateway.url}/%zz`)).status).toBe(404);
});

test('the token endpoint takes JSON only, and what it needs', async () => {
  const form = await send(`${gateway.url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{"user":"user_bob"}',
  });
  expect(form.status).toBe(400);
  expect((await postJson(`${gateway.url}/dev/token`, {})).status).toBe(400);
  expect((await postJson(`${gateway.url}/dev/token`, 'null')).status).toBe(400);
});

test('an event of Stripe is stored, projected and seen', async () => {
  const product = await gateway.app.stripe.call((sdk) =>
    sdk.products.create({
      name: 'Extra',
      metadata: { plan_key: 'extra' },
      default_price_data: { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } },
    }),
  );
  await gateway.settled();
  const { json } = await gateway.graphql('{ plan(key: "extra") { id name } }');
  expect(json.data.plan).toEqual({ id: product.value.id, name: 'Extra' });
});
