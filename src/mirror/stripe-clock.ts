import type { Database } from '../db/connect.js';
import { rememberStripeTime } from '../db/stripe-time.js';
import type { Logger } from '../log.js';

/** Seconds: what clocks differ by and messages take on their way, without anything being wrong. */
const TOLERANCE = 5;
/** Milliseconds after which what was observed is written again, whatever another instance wrote meanwhile. */
const CONFIRM_EVERY = 60_000;
/** Milliseconds between two questions that events from the future lead to. */
const ASK_EVERY = 5_000;

/**
 * What Stripe's clock shows, seen in passing: periods, trials and grace are ruled by its time, not by this machine's.
 * The difference to the database's clock is remembered in the database, so that all instances rule alike.
 */
export interface StripeClock {
  /** An answer's `Date` header (seconds) and how long the call took (milliseconds). Either way is believed. */
  sawAnswer(answer: { date: number; durationMs: number }): void;
  /**
   * An event's `created` (seconds). One that is ahead of what we take for Stripe's now is a reason to ask for it, no
   * more: events about a test clock's customers carry that clock's time.
   */
  sawEvent(created: number): void;
  /** Resolves when what was observed is stored. */
  idle(): Promise<void>;
  /** Asks no more; resolves when what was observed is stored. */
  stop(): Promise<void>;
}

export interface StripeClockDeps {
  db: Database;
  log: Logger;
  /** Any small read of Stripe; its answer is reported to `sawAnswer` like every other. */
  ask(): Promise<unknown>;
  /** Stripe's time is another than was thought, and stored: what is due has to be looked for again. */
  onMoved?(): void;
  /** Milliseconds between two questions; for tests. */
  askEvery?: number;
}

export function createStripeClock({ db, log, ask, onMoved, askEvery = ASK_EVERY }: StripeClockDeps): StripeClock {
  /** Stripe's clock less this machine's, in seconds, as last stored; null before the first. */
  let offset: number | null = null;
  let confirmedAt = 0;
  let storing: Promise<void> | null = null;
  let asking: Promise<void> | null = null;
  let askAgainAt = 0;
  /** The newest second that an event showed while it was too soon to ask again. */
  let heard = 0;
  let later: NodeJS.Timeout | null = null;
  let stopped = false;
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
    sawEvent(created) {
      if (!isAhead(created)) return;
      heard = Math.max(heard, created);
      if (Date.now() >= askAgainAt) return question();
      later ??= setTimeout(() => {
        later = null;
        // What was answered meanwhile may explain it.
        if (isAhead(heard)) question();
      }, askAgainAt - Date.now());
    },
    idle,
    async stop() {
      stopped = true;
      if (later) clearTimeout(later);
      await idle();
    },
  };

  function isAhead(created: number): boolean {
    return !stopped && created > Date.now() / 1000 + (offset ?? 0) + TOLERANCE;
  }
  function question(): void {
    heard = 0;
    askAgainAt = Date.now() + askEvery;
    asking = ask().then(
      () => {},
      (error) => log.warn({ err: error }, 'Stripe could not be asked for its time.'),
    );
  }
  async function idle(): Promise<void> {
    await asking;
    await storing;
  }
}
