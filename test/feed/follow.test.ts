import { expect, test, vi } from 'vitest';
import { TollgateError } from '../../src/errors.js';
import { type FollowOptions, followStatus } from '../../src/feed/follow.js';

interface Status {
  version: number;
}

/** A store and its signals, in a test's hands. */
function world(version = 1) {
  const listeners = new Set<(version: number) => void>();
  const state = { version, loads: 0, fails: null as Error | null };
  const bus = {
    subscribe: (_account: string, listener: (version: number) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const load = async (): Promise<Status | null> => {
    state.loads += 1;
    if (state.fails) throw state.fails;
    return { version: state.version };
  };
  const signal = (heard: number) => {
    for (const listener of listeners) listener(heard);
  };
  const change = (next: number) => {
    state.version = next;
    signal(next);
  };
  const follow = (options: FollowOptions<Status> = {}, loading: typeof load = load) =>
    followStatus(bus, 'tga_a', loading, options);
  return { state, listeners, change, signal, follow };
}
const given = async (next: Promise<IteratorResult<Status, void>>) => {
  const { value, done } = await next;
  return done ? 'done' : value.version;
};
/** Whether nothing comes of it although everything that is ready has run. */
async function stillWaits(next: Promise<unknown>): Promise<boolean> {
  let settled = false;
  next.finally(() => {
    settled = true;
  });
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  return !settled;
}

test('the state as it is first, then what changes', async () => {
  const { follow, change } = world(4);
  const following = follow();
  expect(await given(following.next())).toBe(4);
  const next = following.next();
  expect(await stillWaits(next)).toBe(true);
  change(5);
  expect(await given(next)).toBe(5);
  await following.return();
});

test('it listens before it reads: a change during the first read is not lost', async () => {
  const { state, follow, change } = world(1);
  let during = true;
  const following = follow({}, async () => {
    const status = { version: state.version };
    if (during) {
      during = false;
      change(2);
    }
    return status;
  });
  expect(await given(following.next())).toBe(1);
  expect(await given(following.next())).toBe(2);
  await following.return();
});

test('after: that version is not given again, any other is', async () => {
  const same = world(7);
  const following = same.follow({ after: 7 });
  const next = following.next();
  expect(await stillWaits(next)).toBe(true);
  same.change(8);
  expect(await given(next)).toBe(8);
  await following.return();

  for (const after of [6, 9, 0, null, undefined]) {
    const other = world(7).follow({ after });
    expect(await given(other.next())).toBe(7);
    await other.return();
  }
});

test('a reader that does not pull, or is not ready, is given the newest of a thousand, read once', async () => {
  const { state, follow, change } = world(1);
  let release = () => {};
  let ready = Promise.resolve();
  const following = follow({ ready: () => ready });
  expect(await given(following.next())).toBe(1);
  for (let version = 2; version <= 1_000; version++) change(version);
  ready = new Promise((resolve) => {
    release = resolve;
  });
  const next = following.next();
  for (let version = 1_001; version <= 2_000; version++) change(version);
  expect(await stillWaits(next)).toBe(true);
  release();
  expect(await given(next)).toBe(2_000);
  expect(state.loads).toBe(2);
  await following.return();
});

test('never a lower version, and none twice for a signal that comes twice', async () => {
  const { state, follow, change, signal } = world(5);
  const following = follow();
  expect(await given(following.next())).toBe(5);
  const next = following.next();
  signal(5);
  state.version = 3;
  signal(4);
  expect(await stillWaits(next)).toBe(true);
  change(6);
  expect(await given(next)).toBe(6);
  await following.return();
});

test('a store that lags behind the signal is read again until it has it', async () => {
  const { state, follow, signal } = world(1);
  const following = follow();
  expect(await given(following.next())).toBe(1);
  const next = following.next();
  signal(2);
  await vi.waitFor(() => expect(state.loads).toBeGreaterThan(2));
  state.version = 2;
  expect(await given(next)).toBe(2);
  await following.return();
});

test('what was given newer than it was heard of is not given again', async () => {
  const { follow, change } = world(1);
  const following = follow();
  const { value } = await following.next();
  // The answer was read after the hint, and had version 3 already.
  (value as Status).version = 3;
  const next = following.next();
  change(3);
  expect(await stillWaits(next)).toBe(true);
  change(4);
  expect(await given(next)).toBe(4);
  await following.return();
});

test('an unchanged state is given again when it needs refreshing', async () => {
  const { follow } = world(1);
  const following = follow({ refreshIn: () => 30 });
  expect(await given(following.next())).toBe(1);
  const began = performance.now();
  expect(await given(following.next())).toBe(1);
  expect(performance.now() - began).toBeGreaterThan(25);
  await following.return();
});

test('an outage of the store is waited out; what is thrown on purpose, or at the start, ends it', async () => {
  const { state, follow, change } = world(1);
  const following = follow();
  expect(await given(following.next())).toBe(1);
  const next = following.next();
  state.fails = new Error('the database is gone');
  change(2);
  await vi.waitFor(() => expect(state.loads).toBeGreaterThan(2));
  state.fails = null;
  expect(await given(next)).toBe(2);
  state.fails = new TollgateError('NOT_FOUND', 'No longer yours.');
  change(3);
  await expect(following.next()).rejects.toThrow('No longer yours.');

  const failing = world();
  failing.state.fails = new Error('gone');
  await expect(failing.follow().next()).rejects.toThrow('gone');
  expect(failing.listeners.size).toBe(0);
});

test('it ends at once and stops listening: by return, by the signal, when there is nothing to follow', async () => {
  const returned = world();
  const following = returned.follow();
  await following.next();
  const waiting = following.next();
  expect(returned.listeners.size).toBe(1);
  await following.return();
  expect(await given(waiting)).toBe('done');
  expect(returned.listeners.size).toBe(0);

  const unready = world();
  const stuck = unready.follow({ ready: () => new Promise(() => {}) });
  const never = stuck.next();
  await stuck.return();
  expect(await given(never)).toBe('done');

  const aborted = world();
  const stop = new AbortController();
  const running = aborted.follow({ signal: stop.signal });
  await running.next();
  const last = running.next();
  stop.abort();
  expect(await given(last)).toBe('done');
  expect(aborted.listeners.size).toBe(0);

  const nothing = world();
  expect(await given(nothing.follow({}, async () => null).next())).toBe('done');
  expect(nothing.listeners.size).toBe(0);
});
