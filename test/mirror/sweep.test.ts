import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberStripeTime, stripeClockOffset, stripeNow } from '../../src/db/stripe-time.js';
import { createLogger } from '../../src/log.js';
import { recomputeStatus } from '../../src/mirror/recompute-status.js';
import { createStripeClock } from '../../src/mirror/stripe-clock.js';
import { createSweep, type Sweep } from '../../src/mirror/sweep.js';
import { createTestDatabase } from '../support/database.js';
import { accountWithCustomer, storeSubscription } from '../support/mirror-rows.js';

const db = await createTestDatabase({ pool: 20 });
const policy = { gracePeriod: 7 * 86_400 };
const log = createLogger('silent');
const month = 31 * 86_400;
const sweeps: Sweep[] = [];
let published: { accountId: string; version: number }[] = [];

const sweep = (options: { longestSleep?: number; batch?: number } = {}) => {
  const one = createSweep({ db, policy, log, publish: (versions) => published.push(...versions), ...options });
  sweeps.push(one);
  one.start();
  return one;
};
let count = 0;
/** An account whose one subscription ends that many seconds from now. */
async function endingIn(seconds: number): Promise<string> {
  const number = count++;
  const { id, customerId } = await accountWithCustomer(db, `user_${number}`, `cus_${number}`);
  await storeSubscription(db, customerId, { status: 'active', cancelAt: (await stripeNow(db)) + seconds });
  await db.transaction((tx) => recomputeStatus(tx, id, { policy }));
  return id;
}
const stateOf = async (id: string) =>
  (await db.sql`select status ->> 'state' as state, cause, version from billing_accounts where id = ${id}`)[0];

beforeEach(async () => {
  published = [];
  await db.sql`delete from installation`;
});
afterEach(async () => {
  await Promise.all(sweeps.splice(0).map((one) => one.stop()));
});

test('a period that runs out changes the status at that moment, without any event', async () => {
  const [soon, later] = [await endingIn(2), await endingIn(3_600)];
  const one = sweep();
  await one.idle();
  expect(await stateOf(soon)).toMatchObject({ state: 'FULL' });
  await vi.waitFor(() => expect(published).toHaveLength(1), { timeout: 5_000 });
  expect(published).toEqual([expect.objectContaining({ accountId: soon, version: 3 })]);
  expect(await stateOf(soon)).toEqual({ state: 'BLOCKED', cause: 'SUBSCRIPTION_ENDED', version: 3 });
  expect(await stateOf(later)).toMatchObject({ state: 'FULL' });
});

test('when Stripe’s clock is found a month ahead, what ended meanwhile is due at once', async () => {
  const ids = await Promise.all([endingIn(month - 60), endingIn(month - 60), endingIn(month + 3_600)]);
  const one = sweep();
  await one.idle();
  const answer = { date: Math.floor(Date.now() / 1000) + month, durationMs: 20 };
  const clock = createStripeClock({
    ...{ db, log },
    ask: async () => clock.sawAnswer(answer),
    onMoved: () => one.wake(),
  });
  clock.sawEvent(answer.date - 3_600);
  await clock.idle();
  await one.idle();
  expect(await Promise.all(ids.map(async (id) => (await stateOf(id))?.state))).toEqual(['BLOCKED', 'BLOCKED', 'FULL']);
});

test('several instances share what is due: every account once', async () => {
  const ids = await Promise.all(Array.from({ length: 120 }, () => endingIn(1_000)));
  await rememberStripeTime(db, Date.now() / 1000 + 2_000, 5);
  await Promise.all([sweep({ batch: 7 }), sweep({ batch: 7 }), sweep({ batch: 7 })].map((one) => one.idle()));
  await vi.waitFor(() => expect(published).toHaveLength(120));
  expect(new Set(published.map(({ accountId }) => accountId))).toEqual(new Set(ids));
});

test('an account that cannot be computed holds up no other, and waits a minute', async () => {
  const [broken, sound] = [await endingIn(500), await endingIn(1_000)];
  await db.sql`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`;
  await db.sql.unsafe(`
    create trigger broken before update of version on billing_accounts for each row
    when (old.id = '${broken}') execute function refuse()`);
  try {
    await rememberStripeTime(db, Date.now() / 1000 + 2_000, 5);
    await sweep().idle();
    expect(await stateOf(sound)).toMatchObject({ state: 'BLOCKED' });
    expect(await stateOf(broken)).toMatchObject({ state: 'FULL' });
    const [row] = await db.sql`
      select extract(epoch from next_transition_at)::float8 as due from billing_accounts where id = ${broken}`;
    expect(row?.due).toBeGreaterThan((await stripeNow(db)) + 30);
  } finally {
    await db.sql`drop trigger broken on billing_accounts`;
    await db.sql`update billing_accounts set next_transition_at = null where id = ${broken}`;
  }
});

test('a database that is away for a while ends nothing', async () => {
  const id = await endingIn(1_000);
  const failing = vi.spyOn(db, 'transaction').mockRejectedValueOnce(new Error('gone'));
  const one = sweep();
  await vi.waitFor(() => expect(failing).toHaveBeenCalled());
  await rememberStripeTime(db, Date.now() / 1000 + 2_000, 5);
  await one.idle();
  expect(await stateOf(id)).toMatchObject({ state: 'BLOCKED' });
});

test('Stripe’s clock: answers set it either way, small differences not at all', async () => {
  const now = () => Math.floor(Date.now() / 1000);
  const moves = vi.fn();
  const clock = createStripeClock({ db, log, onMoved: moves, ask: async () => {} });
  const offset = async () => {
    await clock.idle();
    return stripeClockOffset(db);
  };
  clock.sawAnswer({ date: now() + 2, durationMs: 30 });
  expect(await offset()).toBe(0);
  clock.sawAnswer({ date: now() + month, durationMs: 40 });
  expect(await offset()).toBeCloseTo(month, -1);
  expect(moves).toHaveBeenCalledTimes(2);
  clock.sawAnswer({ date: now() + month - 20, durationMs: 30_000 });
  expect(await offset()).toBeCloseTo(month, -1);
  expect(moves).toHaveBeenCalledTimes(2);
  clock.sawAnswer({ date: now(), durationMs: 30 });
  expect(await offset()).toBe(0);
});

test('an event from the future makes us ask Stripe for its time, not more often than every few seconds', async () => {
  const now = () => Math.floor(Date.now() / 1000);
  const ask = vi.fn(async () => {});
  const clock = createStripeClock({ db, log, ask });
  clock.sawEvent(now() - 100);
  expect(ask).not.toHaveBeenCalled();
  clock.sawEvent(now() + month);
  clock.sawEvent(now() + month);
  await clock.idle();
  expect(ask).toHaveBeenCalledTimes(1);
  expect(await stripeClockOffset(db)).toBe(0);
});

test('what an event from the future shows while it is too soon to ask is asked for later', async () => {
  const now = () => Math.floor(Date.now() / 1000);
  const ask = vi.fn(async () => {});
  const clock = createStripeClock({ db, log, ask, askEvery: 30 });
  clock.sawAnswer({ date: now(), durationMs: 10 });
  clock.sawEvent(now() + month);
  clock.sawEvent(now() + 2 * month);
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(2), { timeout: 10_000 });
  await clock.stop();
});
