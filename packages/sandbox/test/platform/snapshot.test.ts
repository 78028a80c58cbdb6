import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterEach, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

const open: TestSandbox[] = [];
const start = async (...options: Parameters<typeof startTestSandbox>) => {
  const box = await startTestSandbox(...options);
  open.push(box);
  return box;
};
afterEach(async () => {
  for (const box of open.splice(0)) await box.close();
});

const snapshotOf = async (box: TestSandbox) => (await fetch(`${box.url}/_sandbox/snapshot`)).text();
const restore = (box: TestSandbox, body: string) => fetch(`${box.url}/_sandbox/restore`, { method: 'POST', body });

async function subscriber(box: TestSandbox) {
  const customer = await customerWithCard(box.stripe);
  const price = await monthlyPrice(box.stripe, 1000);
  return box.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
}

describe('a restored snapshot', () => {
  test('is where it was: objects, clock, and what is due happens at its time', async () => {
    const before = await start();
    await before.advance(3 * 86_400);
    const made = await subscriber(before);
    const snapshot = await snapshotOf(before);
    const taken = before.now();
    await before.stripe.subscriptions.cancel(made.id);

    const after = await start();
    await after.stripe.products.create({ name: 'Not in the snapshot' });
    expect((await restore(after, snapshot)).status).toBe(200);
    expect(after.now()).toBeGreaterThanOrEqual(taken);
    expect(after.now() - taken).toBeLessThan(300);
    expect((await after.stripe.products.list()).data).toHaveLength(1);
    expect((await after.stripe.subscriptions.retrieve(made.id)).status).toBe('active');
    const end = made.items.data[0]?.current_period_end as number;
    await after.advance(end - after.now() + 3700);
    const invoices = (await after.stripe.invoices.list({ subscription: made.id })).data;
    expect(invoices.map(({ status, created }) => [status, created])).toEqual([
      ['paid', end],
      ['paid', made.created],
    ]);
  });

  test('keeps idempotency keys, API keys, secrets and what was still to be delivered', async () => {
    const receiver = await startWebhookReceiver();
    const before = await start();
    const endpoint = await before.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    const control = controlOf(before.url);
    const { key } = (await control.post('keys', { kind: 'restricted', permissions: { Events: 'read' } })).body;
    await control.post('deliveries/pause');
    const create = (box: TestSandbox) => box.stripe.customers.create({ name: 'Once' }, { idempotencyKey: 'kept' });
    const customer = await create(before);
    const snapshot = await snapshotOf(before);
    expect(receiver.received).toEqual([]);

    const after = await start();
    await restore(after, snapshot);
    expect(await controlOf(after.url).idle()).toBe(true);
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['customer.created']);
    const { body, headers } = receiver.received[0] as (typeof receiver.received)[number];
    const signature = headers['stripe-signature'] as string;
    expect(after.stripe.webhooks.constructEvent(body, signature, endpoint.secret as string).type).toBe(
      'customer.created',
    );
    expect((await create(after)).id).toBe(customer.id);
    const refused = await fetch(`${after.url}/v1/customers`, { headers: { authorization: `Bearer ${key}` } });
    expect(refused.status).toBe(403);
    await receiver.close();
  });

  test('has its pages where they are now', async () => {
    const before = await start();
    const { latest_invoice } = await subscriber(before);
    const after = await start();
    await restore(after, await snapshotOf(before));
    const { hosted_invoice_url } = await after.stripe.invoices.retrieve(latest_invoice as string);
    expect(hosted_invoice_url).toContain(after.url);
    expect((await fetch(hosted_invoice_url as string)).status).toBe(200);
  });

  test('goes on with a test clock that was advancing', async () => {
    const before = await start();
    const { id, frozen_time } = await before.stripe.testHelpers.testClocks.create({ frozen_time: before.now() });
    const taken = await before.sandbox.engine.transact((tx) => {
      tx.patch('test_helpers.test_clock', id, {
        status: 'advancing',
        status_details: { advancing: { target_frozen_time: frozen_time + 60 } },
      });
      return id;
    });
    const after = await start();
    await restore(after, await snapshotOf(before));
    await expect
      .poll(() => after.stripe.testHelpers.testClocks.retrieve(taken))
      .toMatchObject({ status: 'ready', frozen_time: frozen_time + 60 });
  });

  test('is in the journal, whole', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const source = await start();
    const { id } = await source.stripe.customers.create({ name: 'Kept' });
    const first = await startTestSandbox({ dataDir: dir });
    await first.stripe.customers.create({ name: 'Replaced' });
    await restore(first, await snapshotOf(source));
    await first.stripe.customers.create({ name: 'Since' });
    await first.close();
    const second = await start({ dataDir: dir });
    expect((await second.stripe.customers.list()).data.map(({ name }) => name)).toEqual(['Since', 'Kept']);
    expect((await second.stripe.customers.retrieve(id)) as Stripe.Customer).toMatchObject({ name: 'Kept' });
    rmSync(dir, { recursive: true });
  });
});

test('what is no snapshot is refused by its line, and nothing changes', async () => {
  const box = await start();
  await box.stripe.customers.create({ name: 'Still here' });
  const good = await snapshotOf(box);
  const [header, ...records] = good.split('\n');
  const wrong = [
    ['', /line 1: not a snapshot/],
    ['{"id":"x"}', /line 1: not a snapshot/],
    [good.replace('2026-10-28.endive', '2025-03-31.basil'), /line 1: the snapshot is of API version 2025-03-31.basil/],
    [`${header}\n${records[0]?.slice(0, 20)}`, /line 2: not JSON/],
    [`${header}\n${records[0]}\n["customer","cus_x",null]`, /line 3: not a record/],
  ] as const;
  for (const [body, message] of wrong) {
    const refused = await restore(box, body);
    expect([refused.status, ((await refused.json()) as { error: { message: string } }).error.message]).toEqual([
      400,
      expect.stringMatching(message),
    ]);
  }
  expect((await box.stripe.customers.list()).data.map(({ name }) => name)).toEqual(['Still here']);
});

test('a sandbox starts from a snapshot, unless it has a state of its own', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const source = await start();
  const { id } = await source.stripe.customers.create({ name: 'From the snapshot' });
  const snapshot = await snapshotOf(source);
  const first = await startTestSandbox({ dataDir: dir, snapshot });
  await first.stripe.customers.update(id, { name: 'Changed since' });
  await first.close();
  const second = await start({ dataDir: dir, snapshot });
  expect(await second.stripe.customers.retrieve(id)).toMatchObject({ name: 'Changed since' });
  rmSync(dir, { recursive: true });
});
