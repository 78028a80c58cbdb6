import type { StoredEvent } from '../engine/objects.js';
import type { RecordIndexes } from '../engine/store.js';

/** One event on its way to one endpoint. Gone once delivered; kept as `gaveUp` when the last attempt failed. */
export interface Delivery {
  id: string;
  event: string;
  endpoint: string;
  /** Failed attempts so far. */
  attempts: number;
  /** Sandbox clock in milliseconds, so that retries become due when the clock is advanced. */
  nextAttemptAt: number;
  gaveUp: boolean;
  /** What to send instead of the event's own data, for an endpoint of an older API version. */
  data?: StoredEvent['data'];
}

declare module '../engine/objects.js' {
  interface InternalRecords {
    _delivery: Delivery;
  }
}

export const deliveryIndexes: RecordIndexes = { _delivery: { event: ({ event }) => event } };

/** What one attempt came to, for the log. */
export interface Attempt {
  event: string;
  type: string;
  endpoint: string;
  url: string;
  /** 1 for the first. */
  attempt: number;
  /** HTTP status; null when no answer came or none was asked for. */
  status: number | null;
  outcome: 'delivered' | 'failed' | 'gave_up' | 'dropped';
  error?: string;
  /** Real time, ISO 8601. */
  at: string;
}

/** Waits before the second, third, … attempt, in milliseconds: about three days in all, then it is given up. */
export const RETRY_DELAYS: readonly number[] = [1, 5, 30, 120, 600, 3600, 10_800, 21_600, 43_200, 86_400, 86_400].map(
  (seconds) => seconds * 1000,
);
