import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.js';
import { startEmbeddedPostgres } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';
import { startGateway } from '../support/gateway.js';
import { send } from '../support/http.js';
import { eventually } from '../support/processes.js';

const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-outage-'));
let postgres = await startEmbeddedPostgres({ dataDir });
afterAll(async () => {
  await postgres.stop();
  await rm(dataDir, { recursive: true });
});
const db = connect(postgres.url);
await migrate(db);
await db.close();
const gateway = await startGateway(postgres);
const viewer = await gateway.token({ user: 'user_alice' });
const account = '{ billingAccount { id } }';
const webhook = () => send(`${gateway.url}/webhooks/stripe`, { method: 'POST', body: '{}' });

test('a database that goes away and comes back: honest meanwhile, nothing lost, no restart needed', async () => {
  const before = await gateway.graphql(account, {}, viewer);
  expect(before.json.data.billingAccount.id).toMatch(/^tga_/);

  await postgres.stop();
  const answer = await gateway.graphql(account, {}, viewer);
  expect(answer.json.errors[0]).toMatchObject({
    message: 'The database cannot be reached at the moment; try again.',
    extensions: { code: 'SERVICE_UNAVAILABLE' },
  });
  await eventually(async () => (await send(`${gateway.url}/readyz`)).json.checks.changeFeed === 'not connected');
  const readiness = await send(`${gateway.url}/readyz`);
  expect(readiness.status).toBe(503);
  expect(readiness.json.checks.database).toMatch(/ECONNREFUSED|CONNECT/);
  expect((await send(`${gateway.url}/healthz`)).status).toBe(200);

  // Told to Stripe as 503, so that it comes again; what is not signed is still refused without the database.
  const made = gateway.app.stripe.call((sdk) =>
    sdk.products.create({
      name: 'Extra',
      metadata: { plan_key: 'extra' },
      default_price_data: { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } },
    }),
  );
  const product = (await made).value.id;
  await eventually(async () => {
    const log = await (await fetch(`${gateway.sandbox.url}/_sandbox/deliveries`)).text();
    return log.includes('503');
  });
  expect((await webhook()).status).toBe(400);

  postgres = await startEmbeddedPostgres({ dataDir, port: postgres.port });
  await eventually(async () => (await send(`${gateway.url}/readyz`)).status === 200, 20_000);
  expect((await gateway.graphql(account, {}, viewer)).json).toEqual(before.json);
  await eventually(async () => {
    const { json } = await gateway.graphql('{ plan(key: "extra") { id } }');
    return json.data?.plan?.id === product;
  }, 30_000);
}, 120_000);
