import { StripeError } from '../engine/errors.js';

/** How much one key may do; a member that is absent is not limited. */
export interface RateLimits {
  id: 'rate_limits';
  /** GET requests a second. */
  reads_per_second: number | null;
  /** POST and DELETE requests a second. */
  writes_per_second: number | null;
  /** Requests under way at the same time. */
  concurrent: number | null;
  /** Seconds, sent as `retry-after`. Stripe documents no such header; some proxies add it. */
  retry_after: number | null;
}

declare module '../engine/objects.js' {
  interface InternalRecords {
    _rate_limits: RateLimits;
  }
}

/** A refusal with the reason that goes into `stripe-rate-limited-reason`. */
export interface Limited {
  error: StripeError;
  reason: 'global-rate' | 'global-concurrency';
  retryAfter: number | undefined;
}

interface Usage {
  /** What is left of this second's requests, by read or write, and when that was counted (real milliseconds). */
  left: { read: number; write: number };
  at: number;
  running: number;
}

/** Counts each key's requests against the limits, in real time: a burst of a second's worth, refilled steadily. */
export class RateLimiter {
  private readonly usage = new Map<string, Usage>();

  /** Takes a place for a request (give it back with `leave`), or says why there is none. */
  enter(key: string, method: string, limits: RateLimits | undefined): Limited | undefined {
    if (!limits) return undefined;
    const rates = { read: limits.reads_per_second ?? Infinity, write: limits.writes_per_second ?? Infinity };
    const usage = this.refilled(key, rates);
    const retryAfter = limits.retry_after ?? undefined;
    if (limits.concurrent !== null && usage.running >= limits.concurrent) {
      return { error: rateLimitError(), reason: 'global-concurrency', retryAfter };
    }
    const kind = method === 'GET' ? 'read' : 'write';
    if (usage.left[kind] < 1) return { error: rateLimitError(), reason: 'global-rate', retryAfter };
    usage.left[kind] -= 1;
    usage.running += 1;
    return undefined;
  }

  leave(key: string): void {
    const usage = this.usage.get(key);
    if (usage && usage.running > 0) usage.running -= 1;
  }

  /** Starts counting anew, as when the limits change. */
  clear(): void {
    this.usage.clear();
  }

  private refilled(key: string, rates: { read: number; write: number }): Usage {
    const now = performance.now();
    const usage = this.usage.get(key) ?? { left: { ...rates }, at: now, running: 0 };
    const passed = (now - usage.at) / 1000;
    for (const kind of ['read', 'write'] as const) {
      const rate = rates[kind];
      usage.left[kind] = rate === Infinity ? Infinity : Math.min(rate, usage.left[kind] + passed * rate);
    }
    usage.at = now;
    this.usage.set(key, usage);
    return usage;
  }
}

export const rateLimitError = () =>
  new StripeError(
    429,
    {
      type: 'invalid_request_error',
      code: 'rate_limit',
      message:
        'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    },
    { stored: false },
  );
