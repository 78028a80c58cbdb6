import type { Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import { restoreSnapshot, SnapshotError, takeSnapshot } from '../engine/snapshot.js';
import { API_VERSION } from '../versions/api-versions.js';
import { ControlError } from './body.js';

/** The whole state as a file, and back: objects, clock, jobs, keys, pending deliveries, settings. */
export function snapshotRoutes(app: Hono, engine: Engine): void {
  app.get('/_sandbox/snapshot', (c) =>
    c.body(takeSnapshot(engine, API_VERSION).join(''), 200, {
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="sandbox.ndjson"',
    }),
  );
  app.post('/_sandbox/restore', async (c) => {
    try {
      restoreSnapshot(engine, await c.req.text(), API_VERSION);
    } catch (error) {
      if (error instanceof SnapshotError) throw new ControlError(error.message);
      throw error;
    }
    return c.json({ now: engine.clock.now(), counts: engine.store.counts() });
  });
}
