import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createStripe, type StripeGateway } from '../../src/stripe/client.js';
import { StripeCallError } from '../../src/stripe/errors.js';
import { assertPinnedStripe, STRIPE_API_VERSION } from '../../src/stripe/version.js';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

async function stripeOver(handler: Handler, timeoutMs = 2_000): Promise<{ stripe: StripeGateway; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(String(request.headers['idempotency-key'] ?? ''));
    request.resume();
    request.on('end', () => handler(request, response, seen.length));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stripe = createStripe({ secretKey: 'sk_test_x', apiBase: `http://127.0.0.1:${port}`, timeoutMs });
  closers.push(() => {
    stripe.close();
    server.closeAllConnections();
    server.close();
  });
  return { stripe, seen };
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers });
  response.end(JSON.stringify(body));
}
const customer = { id: 'cus_1', object: 'customer' };
const create = (stripe: StripeGateway) => stripe.call((sdk) => sdk.customers.create({}, { idempotencyKey: 'the-key' }));
const failure = async (work: Promise<unknown>): Promise<StripeCallError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StripeCallError);
  return error as StripeCallError;
};

describe('an answer', () => {
  it('carries Stripe’s own seconds, and asks in the pinned version', async () => {
    let version: unknown;
    const { stripe } = await stripeOver((request, response) => {
      version = request.headers['stripe-version'];
      answer(response, 200, customer, { date: 'Sat, 01 Jan 2028 00:00:05 GMT' });
    });
    const before = Date.now();
    const { value, date, sentAt, durationMs, replayed, attempts } = await create(stripe);
    expect(value.id).toBe('cus_1');
    expect(date).toBe(Date.UTC(2028, 0, 1, 0, 0, 5) / 1000);
    expect(stripe.lastDate()).toBe(date);
    expect(sentAt).toBeGreaterThanOrEqual(before);
    expect(durationMs).toBeGreaterThan(0);
    expect({ replayed, attempts }).toEqual({ replayed: false, attempts: 1 });
    expect(version).toBe(STRIPE_API_VERSION);
  });

  it('says when Stripe repeated a stored one', async () => {
    const { stripe } = await stripeOver((_, response) =>
      answer(response, 200, customer, { 'idempotent-replayed': 'true' }),
    );
    expect((await create(stripe)).replayed).toBe(true);
  });

  it('that came after a dropped connection is known as retried, under the same key', async () => {
    const { stripe, seen } = await stripeOver((request, response, attempt) =>
      attempt === 1 ? request.socket.destroy() : answer(response, 200, customer),
    );
    expect((await create(stripe)).attempts).toBe(2);
    expect(seen).toEqual(['the-key', 'the-key']);
  });

  it('counts the attempts of parallel calls apart', async () => {
    const dropped = new Set<string>();
    const { stripe } = await stripeOver((request, response) => {
      const key = String(request.headers['idempotency-key']);
      if (key === 'b' && !dropped.has(key)) {
        dropped.add(key);
        request.socket.destroy();
      } else answer(response, 200, customer);
    });
    const of = (idempotencyKey: string) => stripe.call((sdk) => sdk.customers.create({}, { idempotencyKey }));
    const [a, b] = await Promise.all([of('a'), of('b')]);
    expect([a.attempts, b.attempts]).toEqual([1, 2]);
  });
});

describe('a failure', () => {
  it('by silence ends in time and leaves the outcome unknown', async () => {
    const { stripe } = await stripeOver(() => {}, 150);
    const began = performance.now();
    const error = await failure(create(stripe));
    expect(error.kind).toBe('unavailable');
    expect(error.outcomeUnknown).toBe(true);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('by an answer that trickles ends in time too', async () => {
    const { stripe } = await stripeOver((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    }, 200);
    const error = await failure(create(stripe));
    expect([error.kind, error.outcomeUnknown]).toEqual(['unavailable', true]);
  });

  it('to connect is known to have done nothing', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const stripe = createStripe({ secretKey: 'sk_test_x', apiBase: `http://127.0.0.1:${port}`, retries: 0 });
    closers.push(() => stripe.close());
    const error = await failure(create(stripe));
    expect([error.kind, error.outcomeUnknown]).toEqual(['unavailable', false]);
  });

  it('with 500 is a server error whose outcome is unknown', async () => {
    const { stripe } = await stripeOver((_, response) =>
      answer(response, 500, { error: { type: 'api_error', message: 'boom' } }, { 'stripe-should-retry': 'false' }),
    );
    const error = await failure(create(stripe));
    expect(error.answeredWithServerError).toBe(true);
    expect(error.outcomeUnknown).toBe(true);
    expect(error.facts.attempts).toBe(1);
  });

  it.each([
    [402, { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds' }, 'declined'],
    [404, { type: 'invalid_request_error', code: 'resource_missing', param: 'id' }, 'not_found'],
    [400, { type: 'invalid_request_error', code: 'resource_missing', param: 'price' }, 'refused'],
    [400, { type: 'idempotency_error' }, 'conflict'],
    [429, { type: 'invalid_request_error', code: 'rate_limit' }, 'throttled'],
    [429, { type: 'invalid_request_error', code: 'lock_timeout' }, 'busy'],
    [401, { type: 'invalid_request_error' }, 'unauthorized'],
  ] as const)('with %i %j is %s, and surely did nothing', async (status, error, kind) => {
    const { stripe } = await stripeOver((_, response) =>
      answer(response, status, { error: { message: 'm', ...error } }),
    );
    const thrown = await failure(create(stripe));
    expect(thrown.kind).toBe(kind);
    expect(thrown.outcomeUnknown).toBe(false);
    expect(thrown.facts.requestId).toBe('req_1');
  });
});

describe('the pinned version', () => {
  it('refuses another SDK and says which to install', () => {
    expect(() => assertPinnedStripe({ sdk: '24.0.0', api: STRIPE_API_VERSION })).toThrow(/24\.0\.0.*23\.1\.0/);
    expect(() => assertPinnedStripe({ sdk: '23.1.0', api: '2027-01-01.other' })).toThrow(/2027-01-01/);
    expect(() => assertPinnedStripe()).not.toThrow();
  });
});
