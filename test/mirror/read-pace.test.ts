import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createReadPace } from '../../src/mirror/read-pace.js';
import { createSharedTurns } from '../../src/mirror/shared-turns.js';

describe('the pace of reads', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('in any second no more than allowed, and a pause does not save up more', async () => {
    const pace = createReadPace(10, 1000);
    let begun = 0;
    const ask = (times: number) => Array.from({ length: times }, () => pace.run(async () => void begun++));
    const all = ask(25);
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toBe(10);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(20);
    await vi.advanceTimersByTimeAsync(1000);
    expect(begun).toBe(25);
    all.push(...ask(8));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(30);
    await vi.advanceTimersByTimeAsync(60_000);
    all.push(...ask(15));
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toBe(43);
    await vi.runAllTimersAsync();
    await Promise.all(all);
    expect(begun).toBe(48);
  });

  test('no more in flight than allowed, and a failure frees its place', async () => {
    const pace = createReadPace(1000, 2);
    const ends: ((fail: boolean) => void)[] = [];
    const ask = () =>
      pace.run(() => new Promise<void>((done, fail) => ends.push((bad) => (bad ? fail(new Error('no')) : done()))));
    const results = Promise.allSettled([ask(), ask(), ask(), ask()]);
    await vi.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(2);
    ends[0]?.(true);
    await vi.advanceTimersByTimeAsync(100);
    expect(ends).toHaveLength(3);
    for (const end of ends) end(false);
    await vi.advanceTimersByTimeAsync(100);
    ends[3]?.(false);
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});

describe('shared turns', () => {
  const gate = () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  test('one at a time; all who wait share the next, with the highest of their needs', async () => {
    const turns = createSharedTurns();
    const [first, second] = [gate(), gate()];
    const needs: (number | undefined)[] = [];
    const work = (until: Promise<void>) => (need: number | undefined) => {
      needs.push(need);
      return until;
    };
    const one = turns.take('a', 1, work(first.opened));
    await vi.waitFor(() => expect(needs).toEqual([1]));
    const waiting = [2, 7, 3].map((need) => turns.take('a', need, work(second.opened)));
    const elsewhere = turns.take('b', 1, work(Promise.resolve()));
    await elsewhere;
    expect(needs).toEqual([1, 1]);
    first.open();
    await one;
    second.open();
    await Promise.all(waiting);
    expect(needs).toEqual([1, 1, 7]);
  });

  test('who names no need wants what is newest; a failure is told to those who shared it, and to nobody after', async () => {
    const turns = createSharedTurns();
    const needs: (number | undefined)[] = [];
    const failing = async (need: number | undefined) => {
      needs.push(need);
      throw new Error('no');
    };
    const shared = [turns.take('a', 4, failing), turns.take('a', undefined, failing)];
    expect((await Promise.allSettled(shared)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turns.take('a', 5, async (need) => void needs.push(need));
    expect(needs).toEqual([undefined, 5]);
  });
});
