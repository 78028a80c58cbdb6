import type { Database } from '../db/connect.js';
import { rememberStripeTime } from '../db/stripe-time.js';
import type { Logger } from '../log.js';

/** Seconds: what clocks differ by and messages take on their way, without anything being wrong. */
const TOLERANCE = 5;
/** Milliseconds after which what was observed is written again, whatever another instance wrote meanwhile. */
const CONFIRM_EVERY = 60_000;

/**
 * What Stripe's clock shows, seen in passing: periods, trials and grace are ruled by its time, not by this machine's.
 * The difference to the database's clock is remembered in the database, so that all instances rule alike.
 */
export interface StripeClock {
  /** An answer's `Date` header (seconds) and how long the call took (milliseconds). Either way is believed. */
  sawAnswer(answer: { date: number; durationMs: number }): void;
  /**
   * The time (seconds) in a verified webhook signature, which was Stripe's now when the message was sent. It may have
   * been on its way for long, so it only ever tells that Stripe's clock is at least there.
   */
  sawSignature(time: number): void;
  /** Resolves when what was observed is stored. */
  idle(): Promise<void>;
}

export interface StripeClockDeps {
  db: Database;
  log: Logger;
  /** Stripe's time is another than was thought, and stored: what is due has to be looked for again. */
  onMoved?(): void;
}

export function createStripeClock({ db, log, onMoved }: StripeClockDeps): StripeClock {
  /** Stripe's clock less this machine's, in seconds, as last stored; null before the first. */
  let offset: number | null = null;
  let confirmedAt = 0;
  let storing: Promise<void> | null = null;
  let next: { ahead: number; tolerance: number } | null = null;

  async function store(): Promise<void> {
    while (next) {
      const { ahead, tolerance } = next;
      next = null;
      try {
        const moved = offset === null || Math.abs(ahead - offset) > tolerance;
        await rememberStripeTime(db, Date.now() / 1000 + ahead, tolerance);
        offset = ahead;
        confirmedAt = Date.now();
        if (moved && Math.abs(ahead) > tolerance)
          log.info({ seconds: Math.round(ahead) }, 'Stripe’s clock is ahead of ours.');
        if (moved) onMoved?.();
      } catch (error) {
        // The next answer tells the same again.
        log.warn({ err: error }, 'Stripe’s time could not be stored.');
      }
    }
    storing = null;
  }
  function observe(ahead: number, tolerance: number): void {
    const known = offset !== null && Math.abs(ahead - offset) <= tolerance;
    if (known && Date.now() - confirmedAt < CONFIRM_EVERY) return;
    next = { ahead, tolerance };
    storing ??= store();
  }

  return {
    sawAnswer({ date, durationMs }) {
      const seconds = durationMs / 1000;
      observe(date + 0.5 - (Date.now() / 1000 - seconds / 2), TOLERANCE + seconds);
    },
    sawSignature(time) {
      const ahead = time - Date.now() / 1000;
      if (ahead > (offset ?? 0) + TOLERANCE) observe(ahead, TOLERANCE);
    },
    async idle() {
      await storing;
    },
  };
}
