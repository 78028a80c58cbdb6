import { setTimeout as delay } from 'node:timers/promises';

export interface ReadPace {
  /** Runs the request when it may be sent. */
  run<T>(request: () => Promise<T>): Promise<T>;
}

/**
 * Keeps reads under Stripe's limits: at most `perSecond` begin in any second (a burst of as many first), and at most
 * `concurrent` are in flight.
 */
export function createReadPace(perSecond: number, concurrent = 8): ReadPace {
  const interval = 1000 / perSecond;
  let next = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  const mayBegin = async () => {
    const now = performance.now();
    // Unused turns of the last second are kept, older ones are not.
    const turn = Math.max(next, now - 1000 + interval);
    next = turn + interval;
    if (turn > now) await delay(turn - now);
  };
  return {
    async run(request) {
      if (running >= concurrent) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        await mayBegin();
        return await request();
      } finally {
        const first = waiting.shift();
        // The place is handed over, so that nobody slips in between.
        if (first) first();
        else running -= 1;
      }
    },
  };
}
