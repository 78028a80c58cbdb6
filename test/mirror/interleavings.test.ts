import { beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld, type Snapshot } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';
import { createTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
const { proxy, stripe } = world;
const { sdk } = stripe;
world.worker.start();

let id: string;
const path = () => `/v1/customers/${id}`;
const reads = () => proxy.requests.filter((r) => r.method === 'GET' && r.path === path()).length;
const setNote = async (note: string): Promise<Snapshot> => {
  await sdk.customers.update(id, { metadata: { note } });
  return world.snapshot(path());
};
const mirrored = async () => {
  const [row] = await db.sql<{ note: string | null; from: number; to: number }[]>`
    select metadata ->> 'note' as note, state_from as "from", state_to as "to" from stripe_customers where id = ${id}`;
  return row;
};
const updated = (object: Snapshot, created?: number) =>
  world.send('customer.updated', object, created === undefined ? {} : { created });
const converged = async () => expect(await mirrorDrift(db, stripe)).toEqual([]);

// A customer of its own for each test, unknown to the mirror; only what a test sends arrives.
beforeEach(async () => {
  proxy.restore();
  ({ id } = await sdk.customers.create({ metadata: { note: 'first' } }));
  world.advance(10);
  proxy.requests.length = 0;
});

describe('events alone', () => {
  test('updated before created: the newer state stays, the older is stale', async () => {
    const first = await world.snapshot(path());
    const second = await setNote('second');
    const now = world.now();
    await updated(second, now);
    await world.worker.idle();
    const late = await world.send('customer.created', first, { created: now - 5 });
    await world.worker.idle();

    expect((await mirrored())?.note).toBe('second');
    expect((await world.event(late.id)).state).toBe('STALE');
    expect(reads()).toBe(0);
    await converged();
  });

  test('in order and a second apart: each is applied without a read', async () => {
    const now = world.now();
    for (const [i, note] of ['a', 'b', 'c'].entries()) await updated(await setNote(note), now + i);
    await world.worker.idle();
    expect(await mirrored()).toEqual({ note: 'c', from: now + 2, to: now + 2 });
    expect(reads()).toBe(0);
  });

  test('delivered twice: stored once, projected once', async () => {
    const second = await setNote('second');
    const { id: event, status } = await updated(second);
    await world.worker.idle();
    const before = await db.sql`select * from stripe_customers where id = ${id}`;
    const again = await world.send('customer.updated', second, { id: event });
    await world.worker.idle();

    expect([status, again.status]).toEqual([200, 200]);
    expect(await db.sql`select id from inbox_events where id = ${event}`).toHaveLength(1);
    expect((await world.event(event)).attempts).toBe(1);
    expect(await db.sql`select * from stripe_customers where id = ${id}`).toEqual(before);
  });

  test('two of the same second, in the wrong order: Stripe is asked, once', async () => {
    const older = await setNote('older');
    const newer = await setNote('newer');
    const second = world.now();
    await updated(newer, second);
    await updated(older, second);
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('newer');
    expect(reads()).toBe(1);
    await converged();
  });

  test('one that tells what is stored already needs no read', async () => {
    const second = await setNote('second');
    const now = world.now();
    await updated(second, now);
    await world.worker.idle();
    const { id: event } = await world.send('customer.updated', second, { created: now });
    await world.worker.idle();
    expect((await world.event(event)).state).toBe('DONE');
    expect(reads()).toBe(0);
  });

  test('on a test clock seconds are the clock’s, not Stripe’s: nothing is judged by them', async () => {
    await sdk.customers.del(id);
    const clock = await sdk.testHelpers.testClocks.create({ frozen_time: world.now() - 86_400 });
    ({ id } = await sdk.customers.create({ test_clock: clock.id, metadata: { note: 'first' } }));
    await world.mirror.refetch('customer', id);
    const { id: event } = await updated(await setNote('second'), clock.frozen_time);
    await world.worker.idle();
    expect((await world.event(event)).state).toBe('DONE');
    expect((await mirrored())?.note).toBe('second');
  });

  test('of another API version: never taken as it is, Stripe is asked', async () => {
    const shape = { id, object: 'customer', account_balance: 0 };
    const { id: event } = await world.send('customer.updated', shape, { apiVersion: '2020-08-27' });
    await world.worker.idle();
    expect((await world.event(event)).state).toBe('DONE');
    expect(reads()).toBe(1);
    await converged();
  });
});

describe('reads', () => {
  test('the two interleaved reads: the one sent first and answered last does not win', async () => {
    // A second instance reads while the first one's answer is on its way, after its lease ran out.
    const slow = world.instance({ mirror: { leaseSeconds: 0.2 } });
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const first = slow.mirror.refetch('customer', id);
    await answer.arrived();
    await setNote('second');
    await world.mirror.refetch('customer', id);
    expect((await mirrored())?.note).toBe('second');
    answer.release();
    await first;
    expect((await mirrored())?.note).toBe('second');
    await converged();
  });

  test('at most one read of an object is in flight, and whoever waits shares the next', async () => {
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const first = world.mirror.refetch('customer', id);
    await answer.arrived();
    await setNote('second');
    const others = Array.from({ length: 20 }, () => world.mirror.refetch('customer', id));
    expect(reads()).toBe(1);
    answer.release();
    await Promise.all([first, ...others]);
    expect(reads()).toBe(2);
    expect((await mirrored())?.note).toBe('second');
  });

  test('another instance waits for the read in flight and takes its result only if it was asked for late enough', async () => {
    const other = world.instance();
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const first = world.mirror.refetch('customer', id);
    await answer.arrived();
    await setNote('second');
    const second = other.mirror.refetch('customer', id);
    answer.release();
    await Promise.all([first, second]);
    expect((await mirrored())?.note).toBe('second');
  });

  test('the event that arrives during a read: the read is repeated, once', async () => {
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const read = world.mirror.refetch('customer', id);
    await answer.arrived();
    const second = await setNote('second');
    // Incomplete in our terms, so that it can only ask for a read.
    const { id: event } = await world.send('customer.updated', second, { apiVersion: '2020-08-27' });
    await expect.poll(async () => (await waitingReads()) > 0, { timeout: 15_000 }).toBe(true);
    answer.release();
    await read;
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('second');
    expect((await world.event(event)).state).toBe('DONE');
    expect(reads()).toBe(2);
    await converged();

    async function waitingReads() {
      const rows = await db.sql`
        select id from stripe_customers where id = ${id} and dirty_seq > clean_seq and dirty_seq > 0`;
      return rows.length;
    }
  });

  test('an event applied while a read is on its way: the answer is discarded and asked for again', async () => {
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const read = world.mirror.refetch('customer', id);
    await answer.arrived();
    const second = await setNote('second');
    await updated(second, world.now() + 100);
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('second');
    answer.release();
    await read;
    expect((await mirrored())?.note).toBe('second');
    expect(reads()).toBe(2);
  });

  test('the event of an instance that died while a read was on its way: the read is repeated, once', async () => {
    const answer = proxy.hold(route('GET', path()), 'answer', 1);
    const read = world.mirror.refetch('customer', id);
    await answer.arrived();
    await setNote('second');
    await db.sql`update stripe_customers set dirty_seq = nextval('mirror_clock') where id = ${id}`;
    answer.release();
    await read;
    expect((await mirrored())?.note).toBe('second');
    expect(reads()).toBe(2);
  });

  test.each([
    ['in the same second as a read', 0],
    ['in the second before a read that was dated a moment after its state was read', -1],
  ])('the update %s: its event is not taken for older', async (_, seconds) => {
    const stamp = await world.mirror.beginRead();
    const read = await world.mirror.stripe.call((s) => s.customers.retrieve(id));
    await world.mirror.projectAnswer(read.value, { ...stamp, ...read });
    const second = await setNote('second');
    const { id: event } = await updated(second, read.date + seconds);
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('second');
    expect((await world.event(event)).state).toBe('DONE');
    await converged();
  });

  test('an older event in the second after a read is not taken for newer', async () => {
    const first = await world.snapshot(path());
    await setNote('second');
    const stamp = await world.mirror.beginRead();
    const read = await world.mirror.stripe.call((s) => s.customers.retrieve(id));
    await world.mirror.projectAnswer(read.value, { ...stamp, ...read });
    await updated(first, read.date + 1);
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('second');
    await converged();
  });

  test('an event from before a read, by more than its bounds, is stale without another read', async () => {
    const first = await world.snapshot(path());
    await setNote('second');
    await world.mirror.refetch('customer', id);
    const { id: event } = await updated(first, world.now() - 8);
    await world.worker.idle();
    expect((await world.event(event)).state).toBe('STALE');
    expect((await mirrored())?.note).toBe('second');
    expect(reads()).toBe(1);
  });

  test('many events of one object that need a read share one', async () => {
    const second = world.now();
    const states: Snapshot[] = [];
    for (const note of ['a', 'b', 'c', 'd', 'e']) states.push(await setNote(note));
    await world.worker.stop();
    for (const state of states.reverse()) await updated(state, second);
    world.worker.start();
    await world.worker.idle();
    expect((await mirrored())?.note).toBe('e');
    expect(reads()).toBe(1);
  });
});

describe("a command's answer", () => {
  const update = (note: string) => world.mirror.stripe.call((s) => s.customers.update(id, { metadata: { note } }));

  test('is projected at once, without a read', async () => {
    const stamp = await world.mirror.beginRead();
    const answer = await update('mine');
    await world.mirror.projectAnswer(answer.value, { ...stamp, ...answer });
    expect((await mirrored())?.note).toBe('mine');
    expect(reads()).toBe(0);
    await converged();
  });

  test('the slow answer: what an event brought meanwhile stays', async () => {
    const held = proxy.hold(route('POST', path()), 'answer', 1);
    const stamp = await world.mirror.beginRead();
    const slow = update('mine');
    await held.arrived();
    const later = await setNote('later');
    await updated(later, world.now() + 1);
    await world.worker.idle();
    held.release();
    const answer = await slow;
    await world.mirror.projectAnswer(answer.value, { ...stamp, ...answer });
    expect((await mirrored())?.note).toBe('later');
    await converged();
  });

  test('that was replayed is old: the object is read instead', async () => {
    const key = { idempotencyKey: `key_${id}` };
    const call = () => world.mirror.stripe.call((s) => s.customers.update(id, { metadata: { note: 'mine' } }, key));
    await call();
    await setNote('later');
    const stamp = await world.mirror.beginRead();
    const answer = await call();
    expect(answer.replayed).toBe(true);
    await world.mirror.projectAnswer(answer.value, { ...stamp, ...answer });
    expect((await mirrored())?.note).toBe('later');
    expect(reads()).toBe(1);
  });

  test('after a retry is old: the object is read instead', async () => {
    const stamp = await world.mirror.beginRead();
    const answer = await update('mine');
    await setNote('later');
    await world.mirror.projectAnswer(answer.value, { ...stamp, ...answer, attempts: 2 });
    expect((await mirrored())?.note).toBe('later');
  });

  test('that lacks parts is read; objects that are not mirrored are passed over', async () => {
    const plan = await createTeamPlan(sdk);
    const stamp = await world.mirror.beginRead();
    const answer = await world.mirror.stripe.call((s) => s.prices.update(plan.price.id, { nickname: id }));
    await world.mirror.projectAnswer([answer.value, { id: 'seti_1', object: 'setup_intent' }, null], {
      ...stamp,
      ...answer,
    });
    const [row] = await db.sql<{ nickname: string; options: object }[]>`
      select raw ->> 'nickname' as nickname, currency_options as options from stripe_prices where id = ${plan.price.id}`;
    expect(row).toMatchObject({ nickname: id, options: { usd: { unit_amount_decimal: '2000' } } });
  });
});
