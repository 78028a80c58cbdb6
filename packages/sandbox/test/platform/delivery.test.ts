import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

let box: TestSandbox;
let receiver: WebhookReceiver;
let control: ReturnType<typeof controlOf>;
beforeEach(async () => {
  box = await startTestSandbox({ retryDelays: [20, 20, 3_600_000] });
  receiver = await startWebhookReceiver();
  control = controlOf(box.url);
});
afterEach(async () => {
  await box.close();
  await receiver.close();
});

const endpoint = (enabled_events: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ['*']) =>
  box.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events });
const names = () => receiver.received.map(({ event }) => (event.data.object as { name: string }).name);

describe('delivery', () => {
  test('is signed so that the SDK verifies it over the raw body, even when the clock is far ahead', async () => {
    const { secret } = await endpoint();
    await control.post('clock', { advance: 'P1Y' });
    const { id } = await box.stripe.customers.create({ name: 'Ünïcode' });
    expect(await control.idle()).toBe(true);
    const [delivery] = receiver.received;
    const event = box.stripe.webhooks.constructEvent(
      delivery?.body as string,
      delivery?.headers['stripe-signature'] as string,
      secret as string,
    );
    expect(event).toMatchObject({
      type: 'customer.created',
      data: { object: { id, name: 'Ünïcode' } },
      pending_webhooks: 1,
    });
    expect(() =>
      box.stripe.webhooks.constructEvent(
        `${delivery?.body} `,
        delivery?.headers['stripe-signature'] as string,
        secret as string,
      ),
    ).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  test('goes to each endpoint that wants the type, in the version the endpoint was made with', async () => {
    const other = await startWebhookReceiver();
    await endpoint(['product.created']);
    await box.stripe.webhookEndpoints.create({
      url: other.url,
      enabled_events: ['customer.created', 'product.created'],
      api_version: '2025-03-31.basil',
    });
    await box.stripe.customers.create({ name: 'c' });
    await box.stripe.products.create({ name: 'p' });
    await control.idle();
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['product.created']);
    expect(other.received.map(({ event }) => event.type).sort()).toEqual(['customer.created', 'product.created']);
    expect(other.received[0]?.event.api_version).toBe('2025-03-31.basil');
    expect(receiver.received[0]?.event.api_version).toBe('2026-10-28.endive');
    await other.close();
  });

  test('shows its secret at creation only; a deleted or disabled endpoint gets nothing', async () => {
    const { id, secret } = await endpoint();
    expect(secret).toMatch(/^whsec_\w{32}$/);
    expect(box.sandbox.webhookSecretFor(id)).toBe(secret);
    expect(await box.stripe.webhookEndpoints.retrieve(id)).not.toHaveProperty('secret');
    expect((await box.stripe.webhookEndpoints.list()).data[0]).not.toHaveProperty('secret');
    await box.stripe.webhookEndpoints.update(id, { disabled: true });
    await box.stripe.customers.create({ name: 'unheard' });
    await box.stripe.webhookEndpoints.update(id, { disabled: false, enabled_events: ['product.created'] });
    await box.stripe.customers.create({ name: 'unwanted' });
    await box.stripe.webhookEndpoints.del(id);
    await box.stripe.products.create({ name: 'too late' });
    await control.idle();
    expect(receiver.received).toEqual([]);
    await expect(box.stripe.webhookEndpoints.retrieve(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('is tried again after a failure, and counted as pending until it arrives', async () => {
    receiver.answers.push(500, 302);
    await endpoint();
    await control.post('deliveries/pause');
    await box.stripe.customers.create({ name: 'again' });
    const [pending] = (await box.stripe.events.list()).data;
    expect(pending?.pending_webhooks).toBe(1);
    await control.post('deliveries/resume');
    expect(await control.idle()).toBe(true);
    expect(names()).toEqual(['again', 'again', 'again']);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
    expect((await box.stripe.events.retrieve(pending?.id as string)).pending_webhooks).toBe(0);
    const { log } = (await control.get('deliveries')).body as unknown as { log: { status: number; outcome: string }[] };
    expect(log.map(({ status, outcome }) => [status, outcome])).toEqual([
      [500, 'failed'],
      [302, 'failed'],
      [200, 'delivered'],
    ]);
  });

  test('backs off further with each attempt, by the clock, for about three days', async () => {
    const patient = await startTestSandbox();
    const at = controlOf(patient.url);
    receiver.answers.push(...Array.from({ length: 12 }, () => 503));
    await patient.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
    await patient.stripe.customers.create({ name: 'patience' });
    const settled = (attempts: number, waiting: number) =>
      expect
        .poll(async () => [receiver.received.length, (await at.get('deliveries')).body.waiting])
        .toEqual([attempts, waiting]);
    await settled(1, 1);
    const waits = [1, 5, 30, 120, 600, 3600, 10_800, 21_600, 43_200, 86_400, 86_400];
    for (const [place, seconds] of waits.entries()) {
      await at.post('clock', { advance: seconds });
      await settled(place + 2, place === waits.length - 1 ? 0 : 1);
    }
    const { log } = (await at.get('deliveries')).body as unknown as { log: { outcome: string; attempt: number }[] };
    expect(log.at(-1)).toMatchObject({ attempt: 12, outcome: 'gave_up' });
    expect(await at.idle()).toBe(true);
    await patient.close();
  });

  test('to one endpoint does not wait for another that fails', async () => {
    const failing = await startWebhookReceiver();
    failing.answers.push(500, 500, 500);
    await box.stripe.webhookEndpoints.create({ url: failing.url, enabled_events: ['*'] });
    await endpoint();
    await box.stripe.customers.create({ name: 'both' });
    await expect.poll(names).toEqual(['both']);
    await expect.poll(() => failing.received.length).toBe(3);
    const [event] = (await box.stripe.events.list()).data;
    expect(event?.pending_webhooks).toBe(1);
    expect(names()).toEqual(['both']);
    await failing.close();
  });

  test('waits for the clock between attempts and is given up after the last', async () => {
    receiver.answers.push(500, 500, 500, 500);
    await endpoint();
    await box.stripe.customers.create({ name: 'lost' });
    await expect.poll(() => receiver.received.length).toBe(3);
    await expect
      .poll(async () => (await control.get('state')).body.deliveries)
      .toMatchObject({ waiting: 1, in_flight: 0 });
    expect((await control.get('deliveries/idle?timeout_ms=50')).body.idle).toBe(false);
    await control.post('clock', { advance: 'PT1H' });
    expect(await control.idle()).toBe(true);
    expect(receiver.received).toHaveLength(4);
    expect((await box.stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
    expect((await box.stripe.events.list({ delivery_success: true })).data).toHaveLength(0);
  });
});

describe('delivery faults', () => {
  test('pause holds events back, resume sends them', async () => {
    await endpoint();
    await control.post('deliveries/pause');
    await box.stripe.customers.create({ name: 'held' });
    expect((await control.get('deliveries')).body).toMatchObject({ paused: true, queued: 1 });
    expect(receiver.received).toEqual([]);
    await control.post('deliveries/resume');
    expect(await control.idle()).toBe(true);
    expect(names()).toEqual(['held']);
  });

  test('drop loses it for good, duplicate sends it twice, each as often as asked', async () => {
    await endpoint();
    await control.post('faults/delivery', { action: 'drop', type: 'customer.*', times: 1 });
    await box.stripe.customers.create({ name: 'dropped' });
    await control.idle();
    await control.post('faults/delivery', { action: 'duplicate', times: 1 });
    await box.stripe.customers.create({ name: 'twice' });
    await control.idle();
    await box.stripe.customers.create({ name: 'once' });
    await control.idle();
    expect(names()).toEqual(['twice', 'twice', 'once']);
    expect((await box.stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });

  test('delay lets later events overtake', async () => {
    await endpoint();
    await control.post('faults/delivery', { action: 'delay', delayMs: 60_000, times: 1 });
    await box.stripe.customers.create({ name: 'late' });
    await box.stripe.customers.create({ name: 'early' });
    await expect.poll(names).toEqual(['early']);
    await control.post('clock', { advance: 'PT1M' });
    expect(await control.idle()).toBe(true);
    expect(names()).toEqual(['early', 'late']);
  });

  test('reorder shuffles a burst, the same way for the same seed', async () => {
    await endpoint();
    const burst = async () => {
      receiver.received.length = 0;
      await control.post('faults/reorder', { seed: 7, windowMs: 150 });
      await control.post('deliveries/pause');
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await box.stripe.customers.create({ name });
      await control.post('deliveries/resume');
      expect(await control.idle()).toBe(true);
      await control.delete('faults');
      return names();
    };
    const first = await burst();
    expect(first).not.toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect([...first].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(await burst()).toEqual(first);
  });

  test('burst: everything of a window is of one second and arrives shuffled, the same way for the same seed', async () => {
    await endpoint();
    const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
    const burst = async () => {
      receiver.received.length = 0;
      await control.post('faults/burst', { seed: 3, windowMs: 60_000 });
      await control.post('deliveries/pause');
      for (const name of letters) {
        await box.stripe.customers.create({ name });
        await box.advance(10);
      }
      // Its own second is over; the window is not.
      await control.post('faults/burst', { seed: 3, windowMs: 50 });
      await control.post('deliveries/resume');
      expect(await control.idle()).toBe(true);
      await control.delete('faults');
      return names();
    };
    const first = await burst();
    expect(new Set(receiver.received.map(({ event }) => event.created)).size).toBe(1);
    expect(new Set((await box.stripe.events.list()).data.map(({ created }) => created)).size).toBe(1);
    expect(first).not.toEqual(letters);
    expect([...first].sort()).toEqual(letters);
    expect(await burst()).toEqual(first);
    await box.advance(10);
    const { id } = await box.stripe.customers.create({ name: 'after' });
    expect(box.events().at(-1)).toMatchObject({ data: { object: { id } }, created: box.now() });
  });

  test('a burst that goes on through a run of the clock leaves no two seconds to tell events apart by', async () => {
    await endpoint(['customer.subscription.updated', 'invoice.paid', 'invoice.created']);
    const price = await monthlyPrice(box.stripe, 1000);
    const customer = await customerWithCard(box.stripe);
    await box.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    expect(await control.idle()).toBe(true);
    receiver.received.length = 0;
    await control.post('faults/burst', { seed: 1, windowMs: 300 });
    await control.post('clock', { advance: 'P2M' });
    expect(await control.idle()).toBe(true);
    expect(receiver.received.length).toBeGreaterThan(4);
    expect(new Set(receiver.received.map(({ event }) => event.created)).size).toBe(1);
    expect(await control.get('faults')).toMatchObject({ body: { burst: { seed: 1, windowMs: 300 }, reorder: null } });
  });
});

test('an event sent again while it is still under way arrives twice', async () => {
  const held: ServerResponse[] = [];
  const slow = createServer((_, response) => void held.push(response));
  await new Promise<void>((done) => slow.listen(0, '127.0.0.1', done));
  try {
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const { id } = await box.stripe.webhookEndpoints.create({ url, enabled_events: ['customer.created'] });
    await box.stripe.customers.create({ name: 'Alice' });
    await expect.poll(() => held).toHaveLength(1);
    const [event] = box.events('customer.created');
    await control.post('deliveries/resend', { event: event?.id, endpoint: id });
    await expect.poll(() => held).toHaveLength(2);
    for (const response of held) response.writeHead(200).end();
    expect(await control.idle()).toBe(true);
    expect((await control.get('deliveries')).body.log).toHaveLength(2);
  } finally {
    slow.close();
    slow.closeAllConnections();
  }
});
