import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessCommand } from '../support/command-process.js';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';
import { startProcess } from '../support/processes.js';
import { route } from '../support/stripe-proxy.js';

const db = await createTestDatabase({ pool: 20 });
const world = await createCommandWorld(db);
const { commands, proxy } = world;
const { sdk } = world.stripe;
afterEach(() => proxy.restore());
const starter = { planKey: 'starter', interval: 'MONTH' };
const customersOf = async (user: string) =>
  (await sdk.customers.list({ limit: 100 })).data.filter(({ metadata }) => metadata.tollgate_owner === `user:${user}`);
const accountCustomer = async (user: string) =>
  (await db.sql<{ id: string }[]>`select stripe_customer_id as id from billing_accounts where owner_id = ${user}`)[0]
    ?.id;
const gatewayProcess = (...script: ProcessCommand[]) =>
  startProcess(
    'test/support/command-process.ts',
    script.map((one) => JSON.stringify(one)),
    {
      DATABASE_URL: db.url,
      STRIPE_API_BASE: proxy.url,
    },
  );
const resultsOf = (line: string) =>
  JSON.parse(line.replace(/^results /, '')) as { subscriptionId: string; sessionId: string; refusals: string[] }[];
const forgetKeys = () => fetch(new URL('/_sandbox/idempotency_keys', world.sandbox.url), { method: 'DELETE' });
/** The claim as it is a day later, when Stripe has forgotten its key. */
const aDayLater = async () => {
  await forgetKeys();
  await db.sql`update customer_claims set claimed_at = claimed_at - interval '25 hours',
    first_claimed_at = first_claimed_at - interval '25 hours'`;
};

describe('one owner, one customer', () => {
  it('after a hundred first calls at once on two gateways', { timeout: 120_000 }, async () => {
    const script: ProcessCommand = { command: 'startSubscription', count: 50, user: 'user_rush', input: starter };
    const gateways = [gatewayProcess(script), gatewayProcess(script)];
    const results = (await Promise.all(gateways.map((gateway) => gateway.line(/^results/)))).flatMap(resultsOf);
    expect(results).toHaveLength(100);
    expect(results.flatMap(({ refusals }) => refusals)).toEqual([]);
    expect(new Set(results.map(({ subscriptionId }) => subscriptionId)).size).toBe(1);
    const [customer, ...others] = await customersOf('user_rush');
    expect(others).toEqual([]);
    expect(await accountCustomer('user_rush')).toBe(customer?.id);
    expect((await sdk.subscriptions.list({ customer: customer?.id, status: 'all' })).data).toHaveLength(1);
  });

  it('after kill -9 between Stripe’s answer and the commit', async () => {
    const script: ProcessCommand = { command: 'startSubscription', user: 'user_killed', input: starter };
    const hold = proxy.hold(route('POST', '/v1/customers'), 'answer', 1);
    const victim = gatewayProcess(script);
    await hold.arrived();
    expect(await customersOf('user_killed')).toHaveLength(1);
    victim.child.kill('SIGKILL');
    await victim.ended;
    hold.drop();
    expect(await accountCustomer('user_killed')).toBeNull();

    const [result] = resultsOf(await gatewayProcess(script).line(/^results/));
    expect(result?.refusals).toEqual([]);
    const customers = await customersOf('user_killed');
    expect(customers.map(({ id }) => id)).toEqual([await accountCustomer('user_killed')]);
  });

  it('after kill -9, a day later, when Stripe has forgotten the key', async () => {
    const script: ProcessCommand = { command: 'startSubscription', user: 'user_next_day', input: starter };
    const hold = proxy.hold(route('POST', '/v1/customers'), 'answer', 1);
    const victim = gatewayProcess(script);
    await hold.arrived();
    victim.child.kill('SIGKILL');
    await victim.ended;
    hold.drop();
    await aDayLater();

    const [result] = resultsOf(await gatewayProcess(script).line(/^results/));
    expect(result?.refusals).toEqual([]);
    expect((await customersOf('user_next_day')).map(({ id }) => id)).toEqual([await accountCustomer('user_next_day')]);
  });
});

const start = (user: string) => commands.startSubscription({ viewer: viewer(user), input: starter });
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);

describe('a customer', () => {
  it('that Stripe made without answering is found by the next call', async () => {
    const hold = proxy.hold(route('POST', '/v1/customers'), 'answer', 1);
    const first = start('user_lost');
    await hold.arrived();
    hold.drop();
    const refused = await first;
    // The SDK repeats once over a cut connection; whichever way it went, there is one customer.
    expect(codes(refused).filter((code) => code !== 'PROVIDER_UNAVAILABLE')).toEqual([]);
    expect(codes(await start('user_lost'))).toEqual([]);
    expect(await customersOf('user_lost')).toHaveLength(1);
  });

  it('that Stripe made while answering 500 is found, not made again', async () => {
    await fetch(new URL('/_sandbox/faults/api', world.sandbox.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'POST', path: '/v1/customers', status: 500, when: 'after', times: 1 }),
    });
    expect(codes(await start('user_500'))).toEqual([]);
    expect((await customersOf('user_500')).map(({ id }) => id)).toEqual([await accountCustomer('user_500')]);
  });

  it('that Stripe did not make while answering 500 is made with a new key', async () => {
    proxy.answer(route('POST', '/v1/customers'), { status: 500, body: { error: { type: 'api_error' } } }, 1);
    const result = await start('user_500_none');
    expect(codes(result)).toEqual(['PROVIDER_UNAVAILABLE']);
    expect(codes(await start('user_500_none'))).toEqual([]);
    const keys = proxy.requests
      .filter(
        ({ method, path, body }) => method === 'POST' && path === '/v1/customers' && body.includes('user_500_none'),
      )
      .map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
  });

  it('that says it is the owner’s is adopted, and never one with the same e-mail address', async () => {
    const namesake = await sdk.customers.create({ email: 'user_adopt@example.com' });
    const own = await sdk.customers.create({ metadata: { tollgate_owner: 'user:user_adopt' } });
    await world.deliverAll();
    await db.sql`update billing_accounts set stripe_customer_id = null where owner_id = 'user_adopt'`;
    expect(codes(await start('user_adopt'))).toEqual([]);
    expect(await accountCustomer('user_adopt')).toBe(own.id);
    expect(own.id).not.toBe(namesake.id);
  });

  it('is made without an e-mail address that Stripe does not take', async () => {
    proxy.answer(
      ({ path, body }) => path === '/v1/customers' && body.includes('email='),
      { status: 400, body: { error: { type: 'invalid_request_error', param: 'email', code: 'email_invalid' } } },
      1,
    );
    expect(codes(await start('user_odd_mail'))).toEqual([]);
    expect((await customersOf('user_odd_mail')).map(({ email }) => email)).toEqual([null]);
  });
});
