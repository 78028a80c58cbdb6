/** The stored outcome of a POST that carried an `Idempotency-Key`. */
export interface IdempotencyRecord {
  /** The key as sent. */
  id: string;
  method: string;
  path: string;
  /** Hash of the parameters it was first used with. */
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  /** Sandbox clock, in Stripe seconds. */
  created: number;
}

/** Stripe may forget a key after a day; so that clients meet it, the sandbox always does. */
export const KEY_LIFETIME = 24 * 3600;
