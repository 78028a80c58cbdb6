import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { connect } from '../../src/db/connect.js';
import { claimLanes, holdLane, releaseLane } from '../../src/db/inbox-lanes.js';
import { createBackoff } from '../../src/inbox/backoff.js';
import { LaneLostError, projectLane } from '../../src/inbox/project-lane.js';
import { createLogger } from '../../src/log.js';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld, type MirrorWorld, type Snapshot } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db, { worker: { backoff: { first: 20, longest: 20, attempts: 3 } } });
const { proxy, worker } = world;
const { sdk } = world.stripe;

const newCustomer = async (note = 'first') => {
  const { id } = await sdk.customers.create({ metadata: { note } });
  return world.snapshot(`/v1/customers/${id}`);
};
// An event that says nothing usable: its object is read.
const asksForRead = (object: Snapshot, to: Pick<MirrorWorld, 'send'> = world) =>
  to.send('customer.updated', { id: object.id, object: 'customer' }, { apiVersion: '2020-08-27' });
const noteOf = async ({ id }: Snapshot) => {
  const [row] = await db.sql<{ note: string }[]>`
    select metadata ->> 'note' as note from stripe_customers where id = ${id} and raw is not null`;
  return row?.note ?? null;
};
/** Machines that run tests are often busy with others. */
const patient = { timeout: 15_000 };
const settled = (id: string, state: string) =>
  expect.poll(async () => (await world.event(id)).state, patient).toBe(state);

beforeEach(() => {
  proxy.restore();
  worker.start();
});
afterEach(async () => {
  proxy.restore();
  await worker.stop();
  await db.sql`delete from inbox_events`;
  await db.sql`delete from inbox_lanes`;
});

describe('a worker', () => {
  test('begins at once when something is stored, without waiting for its next look', async () => {
    const customer = await newCustomer();
    const { id } = await world.send('customer.created', customer);
    await worker.idle();
    expect(await world.event(id)).toEqual({ state: 'DONE', attempts: 1, lastError: null });
    expect(await noteOf(customer)).toBe('first');
  });

  test('kill between receive and project: a worker on another instance goes on', async () => {
    await worker.stop();
    const customer = await newCustomer();
    const { id } = await world.send('customer.created', customer);
    const other = world.instance();
    other.worker.start();
    await other.worker.idle();
    await other.worker.stop();
    expect((await world.event(id)).state).toBe('DONE');
    expect(await noteOf(customer)).toBe('first');
  });

  test('kill while a read is on its way: what is committed of the event is enough for another instance', async () => {
    await worker.stop();
    const connection = connect(db.url);
    const dying = world.instance({ mirror: { db: connection, leaseSeconds: 0.2 } });
    const customer = await newCustomer();
    const hold = proxy.hold(route('GET', `/v1/customers/${customer.id}`), 'before', 1);
    const { id } = await asksForRead(customer);
    const [lane = ''] = await claimLanes(db, 'dying', 1, 0.2);
    const deps = { db: connection, mirror: dying.mirror, log: createLogger('silent'), leaseSeconds: 0.2 };
    const work = projectLane({ ...deps, backoff: createBackoff() }, lane, 'dying').catch((error) => error);
    await hold.arrived();
    // From here on it can do nothing more, and shows no sign of life.
    await connection.close();
    const other = world.instance();
    other.worker.start();
    await other.worker.idle();
    await other.worker.stop();
    expect(await world.event(id)).toEqual({ state: 'DONE', attempts: 1, lastError: null });
    expect(await noteOf(customer)).toBe('first');

    hold.release();
    expect(await work).toBeInstanceOf(Error);
    expect(await world.event(id)).toEqual({ state: 'DONE', attempts: 1, lastError: null });
    expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  });

  test('two instances over one inbox: every event is projected once', async () => {
    await worker.stop();
    const customers = await Promise.all(Array.from({ length: 30 }, () => newCustomer()));
    const events = await Promise.all(customers.map((customer) => world.send('customer.created', customer)));
    const other = world.instance();
    other.worker.start();
    worker.start();
    await Promise.all([worker.idle(), other.worker.idle()]);
    await other.worker.stop();
    for (const { id } of events) expect(await world.event(id)).toMatchObject({ state: 'DONE', attempts: 1 });
  });

  test('finds what another instance stored by looking now and then', async () => {
    await worker.stop();
    const other = world.instance({ worker: { pollEvery: 20 } });
    other.worker.start();
    await other.worker.idle();
    const { id } = await world.send('customer.created', await newCustomer());
    await settled(id, 'DONE');
    await other.worker.stop();
  });
});

describe('what fails', () => {
  test('Stripe answering 500 during a read: tried again after a pause, then done', async () => {
    const customer = await newCustomer();
    proxy.answer(
      route('GET', `/v1/customers/${customer.id}`),
      { status: 500, body: { error: { message: 'oops' } } },
      1,
    );
    const { id } = await asksForRead(customer);
    await settled(id, 'DONE');
    expect(await world.event(id)).toMatchObject({ attempts: 2, lastError: null });
    expect(await noteOf(customer)).toBe('first');
  });

  test('Stripe hanging during a read: other lanes go on, and so does this one later', async () => {
    const [stuck, other] = [await newCustomer(), await newCustomer()];
    const hold = proxy.hold(route('GET', `/v1/customers/${stuck.id}`), 'before', 1);
    const hanging = await asksForRead(stuck);
    await hold.arrived();
    const { id } = await world.send('customer.created', other);
    await settled(id, 'DONE');
    expect((await world.event(hanging.id)).state).toBe('RECEIVED');
    hold.drop();
    await settled(hanging.id, 'DONE');
    expect(await noteOf(stuck)).toBe('first');
  });

  test('no transaction is open while Stripe is called', async () => {
    const customer = await newCustomer();
    const hold = proxy.hold(route('GET', `/v1/customers/${customer.id}`), 'before', 1);
    const { id } = await asksForRead(customer);
    await hold.arrived();
    const open = await db.sql`
      select query from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' and backend_type = 'client backend'`;
    expect(open).toEqual([]);
    hold.release();
    await settled(id, 'DONE');
  });

  test('a database that goes away and comes back: 503 meanwhile, and nothing acknowledged is lost', async () => {
    const admin = connect(inject('adminDatabaseUrl'), { pool: 1 });
    const customer = await newCustomer();
    const hold = proxy.hold(route('GET', `/v1/customers/${customer.id}`), 'before', 1);
    const acknowledged = await asksForRead(customer);
    await hold.arrived();

    await admin.sql`alter database ${admin.sql(db.name)} allow_connections false`;
    await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${db.name}`;
    hold.release();
    const other = await newCustomer();
    expect((await world.send('customer.created', other)).status).toBe(503);

    await admin.sql`alter database ${admin.sql(db.name)} allow_connections true`;
    await admin.close();
    await expect.poll(async () => (await world.send('customer.created', other)).status, patient).toBe(200);
    await expect.poll(() => noteOf(customer), patient).toBe('first');
    await worker.idle();
    expect((await world.event(acknowledged.id)).state).toBe('DONE');
    expect(await noteOf(other)).toBe('first');
  });

  test('an event that keeps failing is given up with its reason, and holds up nobody', async () => {
    const customer = await newCustomer();
    proxy.answer(route('GET', `/v1/customers/${customer.id}`), {
      status: 500,
      body: { error: { message: 'no luck' } },
    });
    const poison = await asksForRead(customer);
    const other = await world.send('customer.created', await newCustomer());
    await settled(poison.id, 'GAVE_UP');
    expect(await world.event(poison.id)).toEqual({ state: 'GAVE_UP', attempts: 3, lastError: 'no luck' });
    expect((await world.event(other.id)).state).toBe('DONE');
  });

  test('a poisonous payload fails alone: other events of its own lane and batch are projected', async () => {
    await worker.stop();
    const customer = await newCustomer();
    const sub = { id: 'sub_poison', object: 'subscription', customer: customer.id, items: 'nonsense', metadata: {} };
    const before = await world.send('customer.created', customer);
    const poison = await world.send('customer.subscription.updated', sub);
    const method = { id: 'pm_1', object: 'payment_method', customer: customer.id, type: 'card', created: 1 };
    const after = await world.send('payment_method.attached', method);
    worker.start();
    await settled(poison.id, 'GAVE_UP');
    expect((await world.event(poison.id)).lastError).toMatch(/has_more|every|undefined|items/);
    expect((await world.event(before.id)).state).toBe('DONE');
    expect((await world.event(after.id)).state).toBe('DONE');
    await db.sql`delete from stripe_payment_methods`;
  });

  test('a 404 of an object that Stripe never deletes is a failure with a reason, not a tombstone', async () => {
    const object = { id: 'sub_nowhere', object: 'subscription', customer: 'cus_x' };
    const { id } = await world.send('customer.subscription.updated', object, { apiVersion: '2020-08-27' });
    await settled(id, 'GAVE_UP');
    expect((await world.event(id)).lastError).toMatch(/No such subscription/);
    const [row] = await db.sql`select deleted_at from stripe_subscriptions where id = 'sub_nowhere'`;
    expect(row?.deleted_at).toBeNull();
    await db.sql`delete from stripe_subscriptions where id = 'sub_nowhere'`;
  });
});

describe('the lease of a lane', () => {
  test('is one claim at a time, renewed while work goes on, free after release or expiry', async () => {
    await worker.stop();
    const { lane } = await waitingLane();
    expect(await claimLanes(db, 'one', 5, 30)).toEqual([lane]);
    expect(await claimLanes(db, 'two', 5, 30)).toEqual([]);
    expect(await holdLane(db, lane, 'one', 0.05)).toBe(true);
    await expect.poll(() => claimLanes(db, 'two', 5, 30), patient).toEqual([lane]);
    expect(await holdLane(db, lane, 'one', 30)).toBe(false);
    await releaseLane(db, lane, 'one');
    expect(await holdLane(db, lane, 'two', 30)).toBe(true);
  });

  test('fencing: a worker whose lease ran out commits nothing more', async () => {
    await worker.stop();
    const { lane, event, customer } = await waitingLane();
    await claimLanes(db, 'late', 1, 0.05);
    await expect.poll(() => claimLanes(db, 'successor', 1, 30), patient).toEqual([lane]);
    const deps = { db, mirror: world.mirror, log: createLogger('silent'), leaseSeconds: 30, backoff: createBackoff() };
    await expect(projectLane(deps, lane, 'late')).rejects.toBeInstanceOf(LaneLostError);
    expect(await world.event(event)).toMatchObject({ state: 'RECEIVED', attempts: 0 });
    expect(await noteOf(customer)).toBeNull();
    await projectLane(deps, lane, 'successor');
    expect(await noteOf(customer)).toBe('first');
  });

  async function waitingLane() {
    const customer = await newCustomer();
    const { id } = await world.send('customer.created', customer);
    return { lane: customer.id, event: id, customer };
  }
});

test('back-off doubles with jitter up to its longest, then gives up', () => {
  const backoff = (random: number) => createBackoff({ first: 100, longest: 1000, attempts: 6, random: () => random });
  expect([1, 2, 3, 4, 5, 6].map((n) => backoff(1).delayAfter(n))).toEqual([100, 200, 400, 800, 1000, null]);
  expect([1, 2, 5].map((n) => backoff(0).delayAfter(n))).toEqual([50, 100, 500]);
});
