import type { Store } from './store.js';

/** The sandbox's time: real time plus an offset that grows when the clock is advanced. */
export class Clock {
  /** While a job runs, the moment it was due; its clock, null for the sandbox's own. */
  private running: { clock: string | null; at: number } | undefined;

  constructor(private readonly store: Store) {}

  get offsetMs(): number {
    return this.store.of('_clock').get('clock')?.offsetMs ?? 0;
  }

  /** Milliseconds of the sandbox's own clock. */
  nowMs(): number {
    if (this.running && this.running.clock === null) return this.running.at * 1000;
    return Date.now() + this.offsetMs;
  }

  /** Stripe seconds, on a test clock or on the sandbox's own. */
  now(testClock: string | null = null): number {
    if (this.running && this.running.clock === testClock) return this.running.at;
    const frozen = testClock && this.store.of('test_helpers.test_clock').get(testClock)?.frozen_time;
    return frozen || Math.floor(this.nowMs() / 1000);
  }

  at<T>(clock: string | null, seconds: number, run: () => T): T {
    const before = this.running;
    this.running = { clock, at: seconds };
    try {
      return run();
    } finally {
      this.running = before;
    }
  }
}
