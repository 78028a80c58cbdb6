import { TollgateError } from '../errors.js';
import type { Logger } from '../log.js';
import type { SignalBus } from './signal-bus.js';

export interface FollowOptions<Status> {
  /** The version that the reader has already. */
  after?: number | null | undefined;
  /** Ends the following, at once. */
  signal?: AbortSignal | undefined;
  /** Resolves when the reader has taken what it was given; what changes meanwhile is skipped, but for the newest. */
  ready?: (() => Promise<void>) | undefined;
  /** Milliseconds after which an unchanged status is given again, so that what is dated in it stays fresh. */
  refreshIn?: ((status: Status) => number) | undefined;
  log?: Logger | undefined;
}

/**
 * One account's status: first as it is (unless its version is `after`), then every newer one, or the newest of them for
 * a slow reader; the same one again when it needs refreshing; never a lower version than before. It watches before it
 * reads, so nothing falls between. `load` answers null when there is nothing (any more) to follow: the end; what it
 * throws on purpose ends the following, an outage of the store is waited out.
 */
export function followStatus<Status extends { version: number }>(
  bus: Pick<SignalBus, 'subscribe'>,
  accountId: string,
  load: () => Promise<Status | null>,
  options: FollowOptions<Status> = {},
): AsyncGenerator<Status, void, void> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const inner = follow(bus, accountId, load, { ...options, signal });
  // A generator that waits does not hear of return() until it has been given something: it has to be woken first.
  return {
    next: () => inner.next(),
    return: (value) => {
      stop.abort();
      return inner.return(value as undefined);
    },
    throw: (error) => {
      stop.abort();
      return inner.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow<Status extends { version: number }>(
  bus: Pick<SignalBus, 'subscribe'>,
  accountId: string,
  load: () => Promise<Status | null>,
  { after, signal, ready, refreshIn, log }: FollowOptions<Status> & { signal: AbortSignal },
): AsyncGenerator<Status, void, void> {
  const bell = createBell(signal);
  let heard = 0;
  const unsubscribe = bus.subscribe(accountId, (version) => {
    heard = Math.max(heard, version);
    bell.ring();
  });
  try {
    let given: number | null = null;
    let refreshAt = Number.POSITIVE_INFINITY;
    for (let retries = 0; ; ) {
      if (ready) await bell.orAbort(ready());
      if (signal.aborted) return;
      bell.hush();
      let status: Status | null;
      try {
        status = await load();
      } catch (error) {
        if (given === null || error instanceof TollgateError) throw error;
        log?.warn({ err: error, accountId }, 'A watched status could not be read; trying again.');
        await bell.wait(pause(retries++));
        continue;
      }
      if (status === null || signal.aborted) return;

      const isNew = given === null ? status.version !== after : status.version > given;
      const isRefresh = status.version === given && performance.now() >= refreshAt;
      if (isNew || isRefresh) yield status;
      if (isNew || isRefresh || given === null) {
        refreshAt = performance.now() + (refreshIn?.(status) ?? Number.POSITIVE_INFINITY);
      }
      given = Math.max(given ?? 0, status.version);

      // A signal may be ahead of a store that is read with a lag.
      const lags = status.version < heard;
      retries = lags ? retries + 1 : 0;
      await bell.wait(Math.min(refreshAt - performance.now(), lags ? pause(retries) : Number.POSITIVE_INFINITY));
    }
  } finally {
    unsubscribe();
  }
}

/** Milliseconds before try number `retries`. */
function pause(retries: number): number {
  return Math.min(50 * 2 ** retries, 5_000);
}

interface Bell {
  ring(): void;
  /** Forgets that it was rung. */
  hush(): void;
  /** Until it is rung (or was, since the last hush), the time (milliseconds) is over, or the following ends. */
  wait(ms: number): Promise<void>;
  orAbort(promise: Promise<void>): Promise<void>;
}

function createBell(signal: AbortSignal): Bell {
  let rung = false;
  let wake = () => {};
  let onAbort = () => {};
  const abort = () => {
    wake();
    onAbort();
  };
  signal.addEventListener('abort', abort, { once: true });
  return {
    ring() {
      rung = true;
      wake();
    },
    hush() {
      rung = false;
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (rung || signal.aborted) return resolve();
        const timer = Number.isFinite(ms)
          ? setTimeout(() => wake(), Math.min(Math.max(ms, 0), 2 ** 31 - 1))
          : undefined;
        wake = () => {
          clearTimeout(timer);
          wake = () => {};
          resolve();
        };
      }),
    orAbort: (promise) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve();
        onAbort = resolve;
        promise.then(resolve, reject);
      }),
  };
}
