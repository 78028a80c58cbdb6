import type { Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import type { RateLimiter, RateLimits } from '../http/rate-limits.js';
import { ControlError, isCount, readBody } from './body.js';

interface Given {
  readsPerSecond?: number;
  writesPerSecond?: number;
  /** Requests of one key under way at the same time. */
  concurrent?: number;
  /** Seconds, sent as `retry-after`. */
  retryAfter?: number;
}

/** A rate limit for each key, off by default. */
export function rateLimitRoutes(app: Hono, engine: Engine, limiter: RateLimiter): void {
  const shown = () => {
    const limits = engine.store.of('_rate_limits').get('rate_limits');
    return {
      on: limits !== undefined,
      readsPerSecond: limits?.reads_per_second ?? null,
      writesPerSecond: limits?.writes_per_second ?? null,
      concurrent: limits?.concurrent ?? null,
      retryAfter: limits?.retry_after ?? null,
    };
  };
  app.get('/_sandbox/rate_limits', (c) => c.json(shown()));
  app.post('/_sandbox/rate_limits', async (c) => {
    const given = await readBody<Given>(c, {
      readsPerSecond: isCount,
      writesPerSecond: isCount,
      concurrent: isCount,
      retryAfter: isCount,
    });
    const { readsPerSecond, writesPerSecond, concurrent, retryAfter } = given;
    if (readsPerSecond === undefined && writesPerSecond === undefined && concurrent === undefined) {
      throw new ControlError('send a limit: readsPerSecond, writesPerSecond or concurrent');
    }
    const limits: RateLimits = {
      id: 'rate_limits',
      reads_per_second: readsPerSecond ?? null,
      writes_per_second: writesPerSecond ?? null,
      concurrent: concurrent ?? null,
      retry_after: retryAfter ?? null,
    };
    limiter.clear();
    engine.transact((tx) => tx.put('_rate_limits', limits));
    return c.json(shown());
  });
  app.delete('/_sandbox/rate_limits', (c) => {
    limiter.clear();
    engine.transact((tx) => tx.delete('_rate_limits', 'rate_limits'));
    return c.json(shown());
  });
}
