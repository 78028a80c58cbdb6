import type { Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import type { Engine } from '../engine/engine.js';
import { seedCatalogue } from '../seed/catalogue.js';
import { isFlag, readBody } from './body.js';

export function stateRoutes(app: Hono, engine: Engine, courier: Courier): void {
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
    if (seed) seedCatalogue(engine);
    return c.json(shown());
  });
  app.post('/_sandbox/seed', (c) => {
    seedCatalogue(engine);
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
