import type { Database } from '../db/connect.js';
import { deleteOldEvents } from '../db/inbox-events.js';
import type { Logger } from '../log.js';

export interface Retention {
  start(): void;
  stop(): Promise<void>;
}

export interface RetentionDeps {
  db: Database;
  log: Logger;
  /** Seconds, `INBOX_RETENTION`. Stripe repeats an event for days and lists it for a month: never keep less. */
  keepSeconds: number;
  /** Milliseconds between two looks. */
  every?: number;
}

const BATCH = 1000;

/** Forgets settled events after their time, a few at a time. Any number of instances may do it. */
export function createRetention({ db, log, keepSeconds, every = 600_000 }: RetentionDeps): Retention {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const clean = async () => {
    try {
      while (!stopped && (await deleteOldEvents(db, keepSeconds, BATCH)) === BATCH);
    } catch (error) {
      log.warn({ err: error }, 'Old events could not be deleted; they will be.');
    }
  };
  return {
    start() {
      stopped = false;
      timer = setInterval(() => {
        running = running.then(clean);
      }, every).unref();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
