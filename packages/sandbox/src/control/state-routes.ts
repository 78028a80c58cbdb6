import type { Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import type { Engine } from '../engine/engine.js';
import type { Route } from '../http/route.js';
import { applySeed } from '../seed/apply-seed.js';
import { DEFAULT_CATALOGUE } from '../seed/default-catalogue.js';
import { readSeed, SeedError } from '../seed/seed-source.js';
import { ControlError, isFlag, readBody } from './body.js';

export function stateRoutes(app: Hono, engine: Engine, courier: Courier, routes: readonly Route[]): void {
  const shown = () => ({ now: engine.clock.now(), counts: engine.store.counts(), deliveries: courier.counts() });
  app.get('/_sandbox/state', (c) => c.json(shown()));
  app.post('/_sandbox/reset', async (c) => {
    const { seed, keepWebhookEndpoints } = await readBody<{ seed?: boolean; keepWebhookEndpoints?: boolean }>(c, {
      seed: isFlag,
      keepWebhookEndpoints: isFlag,
    });
    courier.forget();
    // An expired key must not come to life again.
    engine.reset(['_api_key', ...(keepWebhookEndpoints ? (['webhook_endpoint', '_webhook_secret'] as const) : [])]);
    if (seed) applySeed(engine, routes, DEFAULT_CATALOGUE);
    return c.json(shown());
  });
  // A seed file as the body; the default catalogue without one. `file` is its name in what is said about it.
  app.post('/_sandbox/seed', async (c) => {
    const text = await c.req.text();
    try {
      applySeed(engine, routes, text.trim() === '' ? DEFAULT_CATALOGUE : readSeed(text, c.req.query('file') ?? 'seed'));
    } catch (error) {
      if (error instanceof SeedError) throw new ControlError(error.message);
      throw error;
    }
    return c.json(shown());
  });
  app.delete('/_sandbox/idempotency_keys', (c) => {
    const forgotten = engine.transact((tx) => {
      const keys = [...tx.newestFirst('_idempotency')];
      for (const { id } of keys) tx.delete('_idempotency', id);
      return keys.length;
    });
    return c.json({ forgotten });
  });
}
