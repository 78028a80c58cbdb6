import { StripeError } from '../engine/errors.js';
import { newId } from '../engine/ids.js';
import { rateLimitError } from './rate-limits.js';

/** A way that API calls go wrong on purpose. */
export interface ApiFault {
  /** All methods without it. */
  method?: string;
  /** The path; `*` stands for anything in it. All paths without it. */
  path?: string;
  /** Answer this status with Stripe's error for it (429, 409, 400, 5xx…). */
  status?: number;
  /** With status 429: which of its two errors; `rate_limit` without it. */
  code?: 'rate_limit' | 'lock_timeout';
  /** Whether `status` comes instead of the effect (the default) or after it. */
  when?: 'before' | 'after';
  /** Never answer: the call hangs before or after its effect. */
  timeout?: 'before' | 'after';
  /** Close the connection instead of answering. */
  disconnect?: 'before' | 'after';
  /** Wait that long, in milliseconds, before doing anything. */
  latencyMs?: number;
  /** Seconds, sent as `retry-after` with `status`. */
  retryAfter?: number;
  /** How many calls it hits; every one until cleared when absent. */
  times?: number;
}

/** Failures that a test has asked for, the first that fits a call taken and counted down. */
export class ApiFaults {
  private rules: (ApiFault & { id: string })[] = [];

  add(fault: ApiFault): string {
    const id = newId('fault');
    this.rules.push({ ...fault, id });
    return id;
  }

  all(): readonly (ApiFault & { id: string })[] {
    return this.rules;
  }

  remove(id: string): boolean {
    const before = this.rules.length;
    this.rules = this.rules.filter((each) => each.id !== id);
    return this.rules.length < before;
  }

  clear(): void {
    this.rules = [];
  }

  take(method: string, path: string): ApiFault | undefined {
    const rule = this.rules.find(
      (each) => (!each.method || each.method.toUpperCase() === method) && (!each.path || fitsPath(each.path, path)),
    );
    if (rule?.times !== undefined) {
      rule.times -= 1;
      if (rule.times <= 0) this.remove(rule.id);
    }
    return rule;
  }
}

function fitsPath(pattern: string, path: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(path);
}

/** Stripe's error of a status. 5xx are stored under an idempotency key, as Stripe stores them. */
export function faultError({ status = 500, code }: ApiFault): StripeError {
  if (status === 429) return code === 'lock_timeout' ? lockTimeout() : rateLimitError();
  if (status === 409) return conflict();
  if (status >= 500) return new StripeError(status, { type: 'api_error', message: 'An unknown error occurred' });
  return new StripeError(
    status,
    { type: 'invalid_request_error', message: `Fault injected: ${status}` },
    { stored: false },
  );
}

/** Two requests want one object at the same time: 429, and no rate limit. */
const lockTimeout = () =>
  new StripeError(
    429,
    {
      type: 'invalid_request_error',
      code: 'lock_timeout',
      message:
        'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single object, make your requests serially or at a lower rate.',
    },
    { stored: false },
  );

const conflict = () =>
  new StripeError(
    409,
    {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message:
        'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    },
    { stored: false },
  );
