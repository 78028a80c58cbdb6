import type { Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import { ControlError, isCount, readBody } from './body.js';
import { afterDuration } from './duration.js';

interface Move {
  /** ISO 8601 duration, or seconds. */
  advance?: string | number;
  /** Stripe seconds. */
  to?: number;
}

export function clockRoutes(app: Hono, engine: Engine): void {
  const shown = () => ({ now: engine.clock.now(), offset_ms: engine.clock.offsetMs, jobs: engine.store.jobs.size });
  app.get('/_sandbox/clock', (c) => c.json(shown()));
  // Answers when everything due on the way has happened. Its events may still be on their way to endpoints.
  app.post('/_sandbox/clock', async (c) => {
    const move = await readBody<Move>(c, {
      advance: (value) => isCount(value) || typeof value === 'string',
      to: isCount,
    });
    const now = engine.clock.now();
    const target = targetOf(move, now);
    if (target < now) throw new ControlError(`the clock only moves forward: it is ${now}, ${target} has passed`);
    engine.advanceTo(target);
    return c.json(shown());
  });
}

function targetOf({ advance, to }: Move, now: number): number {
  if ((advance === undefined) === (to === undefined)) throw new ControlError('send either advance or to');
  if (to !== undefined) return to;
  if (typeof advance === 'number') return now + advance;
  const target = afterDuration(now, advance as string);
  if (target === undefined) {
    throw new ControlError(`advance is an ISO 8601 duration such as P1M or PT1H, or seconds; not ${advance}`);
  }
  return target;
}
