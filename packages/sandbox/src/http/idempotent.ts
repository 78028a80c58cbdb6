import { createHash } from 'node:crypto';
import { StripeError } from '../engine/errors.js';
import { type IdempotencyRecord, KEY_LIFETIME } from '../engine/idempotency.js';
import type { Store } from '../engine/store.js';

export const fingerprint = (method: string, path: string, form: string): string =>
  createHash('sha256').update(`${method} ${path}\n${form}`).digest('base64');

/** The stored outcome to replay, or undefined for a key that is free (or forgotten after a day). */
export function storedOutcome(
  store: Store,
  key: string,
  request: { path: string; fingerprint: string },
  now: number,
): IdempotencyRecord | undefined {
  const record = store.of('_idempotency').get(key);
  if (!record || now - record.created > KEY_LIFETIME) return undefined;
  if (record.path !== request.path) {
    throw conflict(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${request.path}' vs '${record.path}'). Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  if (record.fingerprint !== request.fingerprint) {
    throw conflict(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    );
  }
  return record;
}

export const keyInUse = (key: string) =>
  new StripeError(
    409,
    {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    },
    { stored: false },
  );

const conflict = (message: string) => new StripeError(400, { type: 'idempotency_error', message }, { stored: false });
