import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ChildSandbox, startChildSandbox } from '../support/child.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

let dir: string;
const children: ChildSandbox[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  const ended = await Promise.allSettled(
    children.splice(0).map(({ child, stop }) => (child.signalCode === null ? stop() : undefined)),
  );
  rmSync(dir, { recursive: true, force: true });
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
});

async function start(): Promise<ChildSandbox> {
  const started = await startChildSandbox('--data-dir', dir);
  children.push(started);
  return started;
}

async function kill({ stop }: ChildSandbox): Promise<void> {
  expect((await stop('SIGKILL')).signal).toBe('SIGKILL');
}

test('kill -9 in the middle of work loses nothing that was acknowledged, and half of nothing', async () => {
  let running = await start();
  const acknowledged: string[] = [];
  let killed = false;
  const worker = async (name: string) => {
    for (let at = 0; !killed; at++) {
      try {
        const { id } = await running.stripe.products.create({
          name: `${name} ${at}`,
          default_price_data: { currency: 'usd', unit_amount: at },
        });
        acknowledged.push(id);
      } catch (error) {
        if (!killed) throw error;
      }
    }
  };
  const work = Promise.all(['a', 'b', 'c', 'd'].map(worker));
  await expect.poll(() => acknowledged.length, { interval: 5 }).toBeGreaterThan(100);
  killed = true;
  await kill(running);
  await work;

  running = await start();
  const products: Stripe.Product[] = [];
  for await (const product of running.stripe.products.list({ limit: 100 })) products.push(product);
  const kept = new Set(products.map(({ id }) => id));
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  const { counts } = (await controlOf(running.url).get('state')).body as { counts: Record<string, number> };
  // Each creation is a product, its price, three events: all of them or none.
  expect(counts.price).toBe(products.length);
  expect(counts.event).toBe(products.length * 3);
  expect(products.every(({ default_price }) => default_price !== null)).toBe(true);
});

test('keys, clock, jobs and pending deliveries survive kill -9', async () => {
  const receiver = await startWebhookReceiver();
  let running = await start();
  const endpoint = await running.stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['customer.created'],
  });
  let control = controlOf(running.url);
  await control.post('clock', { advance: 'P3D' });
  await control.post('deliveries/pause');
  const idempotencyKey = 'survivor';
  const customer = await running.stripe.customers.create({ name: 'Kept' }, { idempotencyKey });
  const coupon = await running.stripe.coupons.create({ percent_off: 5, redeem_by: customer.created + 3600 });
  expect(receiver.received).toEqual([]);
  await kill(running);

  running = await start();
  control = controlOf(running.url);
  expect(await control.idle()).toBe(true);
  expect(receiver.received.map(({ event }) => (event.data.object as { id: string }).id)).toEqual([customer.id]);
  const { body, headers } = receiver.received[0] as { body: string; headers: Record<string, string> };
  const signature = headers['stripe-signature'] as string;
  expect(running.stripe.webhooks.constructEvent(body, signature, endpoint.secret as string).type).toBe(
    'customer.created',
  );
  const replayed = await running.stripe.customers.create({ name: 'Kept' }, { idempotencyKey });
  expect(replayed.id).toBe(customer.id);
  expect((await control.get('clock')).body.now).toBeGreaterThanOrEqual(customer.created);
  await control.post('clock', { advance: 'PT2H' });
  expect((await running.stripe.coupons.retrieve(coupon.id)).valid).toBe(false);
  await receiver.close();
});

test('a torn last line is dropped, damage before it is refused', async () => {
  const first = await startTestSandbox({ dataDir: dir });
  const { id } = await first.stripe.customers.create({ name: 'Whole' });
  await first.close();
  const file = () => join(dir, readdirSync(dir).find((name) => name.endsWith('.jsonl')) as string);
  appendFileSync(file(), '[["customer","cus_torn",{"id":"cus_to');
  const second = await startTestSandbox({ dataDir: dir });
  expect(await second.stripe.customers.retrieve(id)).toMatchObject({ name: 'Whole' });
  expect((await second.stripe.customers.list()).data).toHaveLength(1);
  await second.close();
  appendFileSync(file(), 'nonsense\n[]\n');
  await expect(startTestSandbox({ dataDir: dir })).rejects.toThrow(/line \d+ is damaged/);
});

test('a restart compacts: the file does not grow with changes that were overwritten', async () => {
  const first = await startTestSandbox({ dataDir: dir });
  const { id } = await first.stripe.entitlements.features.create({ name: 'n', lookup_key: 'k' });
  for (let at = 0; at < 50; at++) await first.stripe.entitlements.features.update(id, { name: `name ${at}` });
  await first.close();
  const again = await startTestSandbox({ dataDir: dir });
  expect(await again.stripe.entitlements.features.retrieve(id)).toMatchObject({ name: 'name 49' });
  await again.close();
  const third = await startTestSandbox({ dataDir: dir });
  expect(readdirSync(dir).filter((name) => name.startsWith('state-'))).toHaveLength(1);
  expect((await third.stripe.entitlements.features.list()).data).toHaveLength(1);
  await third.close();
});

test('a data directory serves one process at a time, and a dead one leaves no lock', async () => {
  const running = await start();
  await expect(startChildSandbox('--data-dir', dir)).rejects.toThrow(/data directory .* is in use by process \d+/);
  await kill(running);
  await start();
});
