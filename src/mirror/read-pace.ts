export interface ReadPace {
  /** Runs the request when it may be sent. */
  run<T>(request: () => Promise<T>): Promise<T>;
}

/** Keeps reads under Stripe's limits: in any second at most `perSecond` begin, and `concurrent` are in flight. */
export function createReadPace(perSecond: number, concurrent = 8): ReadPace {
  /** When the last `perSecond` of them began, oldest first. */
  const begun: number[] = [];
  let running = 0;
  const waiting: (() => void)[] = [];

  const mayBegin = async () => {
    const now = performance.now();
    const oldest = begun.length < perSecond ? undefined : begun.shift();
    const turn = oldest === undefined ? now : Math.max(now, oldest + 1000);
    begun.push(turn);
    if (turn > now) await new Promise((resolve) => setTimeout(resolve, turn - now));
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
