import { afterEach, describe, expect, test } from 'vitest';
import { accountOfOwner } from '../../src/db/accounts.js';
import { takeTurn } from '../../src/db/installation.js';
import { type BackfillProgress, backfill, backfillState } from '../../src/mirror/backfill.js';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';
import { createCustomer, createTeamPlan, sellTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
const { proxy, mirror } = world;
const { sdk } = world.stripe;
world.worker.start();

const forgetEverything = async () => {
  const tables = await db.sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public'`;
  await db.sql`truncate ${db.sql(tables.map(({ name }) => name))}`;
};
afterEach(() => proxy.restore());

describe('backfill', () => {
  test('a mirror made by it alone equals one made by events, statuses too; ended subscriptions included', async () => {
    const { subscription } = await sellTeamPlan(sdk, 'user:user_active');
    const ended = await sellTeamPlan(sdk, 'user:user_ended');
    await sdk.subscriptions.cancel(ended.subscription.id);
    const session = await openSession('user:user_session', subscription.items.data[0]?.price.id ?? '');
    await world.deliverAll();
    const byEvents = await statuses();
    await forgetEverything();

    expect(await backfillState(mirror)).toBe('never');
    const progress: BackfillProgress[] = [];
    expect(await backfill(mirror, { onProgress: (p) => progress.push(p) })).toBe(true);
    expect(await backfillState(mirror)).toBe('done');
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
    expect(await statuses()).toEqual(byEvents);
    expect(byEvents).toMatchObject([{ state: 'FULL' }, { state: 'BLOCKED' }, { state: 'NONE' }]);
    expect(await db.sql`select id, status from stripe_checkout_sessions`).toEqual([{ id: session.id, status: 'open' }]);
    expect((await db.sql`select id from stripe_payment_methods`).length).toBe(3);
    expect((await accountOfOwner(db, { kind: 'user', id: 'user_active' }))?.syncedAt).toBeInstanceOf(Date);

    const last = new Map(progress.map((p) => [p.list, p]));
    expect(last.get('customers')).toEqual({ list: 'customers', read: 3, done: true });
    expect([...last.values()].every(({ done }) => done)).toBe(true);
  });

  test('walks every page', async () => {
    await Promise.all(Array.from({ length: 230 }, () => sdk.customers.create({})));
    await backfill(mirror);
    const [row] = await db.sql<{ n: number }[]>`select count(*) as n from stripe_customers where raw is not null`;
    expect(row?.n).toBeGreaterThanOrEqual(230);
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('goes on where it stopped: pages that were stored are not read again', async () => {
    await forgetEverything();
    let pages = 0;
    proxy.answer((r) => r.path === '/v1/customers' && r.query.includes('starting_after') && ++pages === 2, serverError);
    await expect(backfill(mirror)).rejects.toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
    expect(await backfillState(mirror)).toBe('unfinished');
    const [before] = await db.sql<{ n: number }[]>`select count(*) as n from stripe_customers`;
    expect(before?.n).toBe(200);
    proxy.restore();
    proxy.requests.length = 0;

    expect(await backfill(mirror)).toBe(true);
    const lists = proxy.requests.filter(({ path }) => path === '/v1/customers');
    expect(lists.every(({ query }) => query.includes('starting_after'))).toBe(true);
    expect(proxy.requests.some(({ path }) => path === '/v1/products')).toBe(false);
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('a cursor that was deleted meanwhile leads to the beginning of its list, not to an end', async () => {
    await forgetEverything();
    const stop = new AbortController();
    const stopped = backfill(mirror, {
      signal: stop.signal,
      onProgress: ({ list, read }) => list === 'customers' && read === 100 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const [stored] = await db.sql<{ after: string }[]>`
      select value -> 'positions' -> 'customers' ->> 'after' as after from installation where key = 'backfill'`;
    await sdk.customers.del(stored?.after ?? '');
    expect(await backfill(mirror)).toBe(true);
    await world.deliverAll();
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('is safe while events arrive: what was written since its page was asked for is read by itself', async () => {
    const { customer } = await sellTeamPlan(sdk, 'user:user_racing');
    await world.deliverAll();
    const page = proxy.hold(route('GET', '/v1/customers'), 'answer', 1);
    const run = backfill(mirror);
    await page.arrived();
    await sdk.customers.update(customer.id, { name: 'Renamed meanwhile' });
    world.advance(10);
    await world.send('customer.updated', await world.snapshot(`/v1/customers/${customer.id}`));
    await world.worker.idle();
    page.release();
    await run;
    const [row] = await db.sql`select name from stripe_customers where id = ${customer.id}`;
    expect(row?.name).toBe('Renamed meanwhile');
    await world.deliverAll();
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('customers on test clocks, which lists leave out, and what is theirs', async () => {
    const clock = await sdk.testHelpers.testClocks.create({ frozen_time: world.now() });
    const { price } = await createTeamPlan(sdk);
    const customer = await sdk.customers.create({
      test_clock: clock.id,
      metadata: { tollgate_owner: 'user:user_clocked' },
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const subscription = await sdk.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    await forgetEverything();
    await backfill(mirror);
    const account = await accountOfOwner(db, { kind: 'user', id: 'user_clocked' });
    expect(account?.status).toMatchObject({ state: 'FULL', subscriptions: [{ id: subscription.id }] });
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('one instance at a time; another goes on when it is gone', async () => {
    await takeTurn(db, 'backfill_turn', 'other', 30);
    expect(await backfill(mirror)).toBe(false);
    await takeTurn(db, 'backfill_turn', 'other', -1);
    expect(await backfill(mirror)).toBe(true);
  });
});

describe('refreshAccount', () => {
  test('finds everything that no event told, and what Stripe no longer has', async () => {
    const plan = await createTeamPlan(sdk);
    const customer = await createCustomer(sdk, 'user:user_refresh');
    const method = await sdk.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const session = await openSession(customer.id, plan.price.id);
    await backfill(mirror);
    const account = await accountOfOwner(db, { kind: 'user', id: 'user_refresh' });

    await sdk.subscriptions.create({ customer: customer.id, items: [{ price: plan.price.id }] });
    await sdk.paymentMethods.detach(method.id);
    await sdk.checkout.sessions.expire(session.id);
    world.signals.versions.length = 0;
    await mirror.refreshAccount(account?.id ?? '');

    const after = await accountOfOwner(db, { kind: 'user', id: 'user_refresh' });
    expect(after?.status).toMatchObject({ state: 'FULL' });
    expect(after?.syncedAt?.getTime()).toBeGreaterThan(account?.syncedAt?.getTime() ?? 0);
    expect(world.signals.versions.at(-1)).toEqual({ accountId: account?.id, version: after?.version });
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('a customer that was deleted leaves its account; no more is asked for', async () => {
    const customer = await createCustomer(sdk, 'user:user_deleted');
    await world.deliverAll();
    const account = await accountOfOwner(db, { kind: 'user', id: 'user_deleted' });
    await sdk.customers.del(customer.id);
    await mirror.refreshAccount(account?.id ?? '');
    expect((await accountOfOwner(db, { kind: 'user', id: 'user_deleted' }))?.stripeCustomerId).toBeNull();
    await world.deliverAll();
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('an account without a customer has nothing to read; Stripe being away is an error, not a state', async () => {
    await db.sql`insert into billing_accounts (id, owner_kind, owner_id) values ('tga_new', 'user', 'user_new')`;
    await mirror.refreshAccount('tga_new');
    const account = await accountOfOwner(db, { kind: 'user', id: 'user_refresh' });
    proxy.answer(() => true, serverError);
    await expect(mirror.refreshAccount(account?.id ?? '')).rejects.toMatchObject({ code: 'STRIPE_UNAVAILABLE' });
    expect((await accountOfOwner(db, { kind: 'user', id: 'user_refresh' }))?.status).toEqual(account?.status);
  });
});

const serverError = { status: 500, body: { error: { type: 'api_error', message: 'oops' } } };

async function statuses() {
  const rows = await db.sql<{ status: Record<string, unknown> }[]>`
    select status from billing_accounts where status is not null order by owner_id`;
  return rows.map(({ status }) => status);
}

async function openSession(customerOrOwner: string, price: string) {
  const customer = customerOrOwner.startsWith('cus_')
    ? customerOrOwner
    : (await createCustomer(sdk, customerOrOwner)).id;
  const urls = { success_url: 'https://app.example/done', cancel_url: 'https://app.example/back' };
  return sdk.checkout.sessions.create({
    customer,
    mode: 'subscription',
    line_items: [{ price, quantity: 1 }],
    ...urls,
  });
}
