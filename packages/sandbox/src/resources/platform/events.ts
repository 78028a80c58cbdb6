import type { Engine } from '../../engine/engine.js';
import { invalidRequest, noSuch } from '../../engine/errors.js';
import { KEY_LIFETIME } from '../../engine/idempotency.js';
import type { StoredEvent } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, list, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { inRange, PAGE, page } from '../../http/standard-routes.js';

/** Stripe keeps events for 30 days. */
export const EVENT_LIFETIME = 30 * 24 * 3600;

/** `pending_webhooks` counts the endpoints that it has not been delivered to. */
export function shownEvent(tx: Transaction, event: StoredEvent) {
  return { ...event, pending_webhooks: tx.where('_delivery', 'event', event.id).length };
}

const FORGET_EVERY_MS = 3_600_000;

/** Lets go of events that nobody can read any more, except those still on their way. */
function forgetOld(engine: Engine): void {
  const oldest = engine.clock.now() - EVENT_LIFETIME;
  engine.transact((tx) => {
    for (const event of engine.store.of('event').all()) {
      if (event.created >= oldest) break;
      const deliveries = tx.where('_delivery', 'event', event.id);
      if (deliveries.some(({ gaveUp }) => !gaveUp)) continue;
      for (const { id } of deliveries) tx.delete('_delivery', id);
      tx.delete('event', event.id);
    }
    for (const { id, created } of engine.store.of('_idempotency').all()) {
      if (engine.clock.now() - created <= KEY_LIFETIME) break;
      tx.delete('_idempotency', id);
    }
  });
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

export const events: ResourceModule = {
  routes: [
    route('GET /v1/events/:id', {}, ({ tx, ids }) => {
      const event = tx.get('event', ids.id as string);
      if (!event || event.created < tx.now() - EVENT_LIFETIME) throw noSuch('event', ids.id as string);
      return shownEvent(tx, event);
    }),
    route(
      'GET /v1/events',
      { ...PAGE, created: range(), delivery_success: bool(), type: str(), types: list(str(), 20) },
      ({ tx, params, path }) => {
        if (params.type !== undefined && params.types !== undefined) {
          throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'type' });
        }
        const oldest = tx.now() - EVENT_LIFETIME;
        const wanted = (event: StoredEvent) =>
          inRange(event.created, params.created) &&
          (params.type === undefined || matches(params.type, event.type)) &&
          (params.types === undefined || params.types.includes(event.type)) &&
          (params.delivery_success === undefined ||
            params.delivery_success === (tx.where('_delivery', 'event', event.id).length === 0));
        const found = function* () {
          for (const event of tx.newestFirst('event')) {
            if (event.created < oldest) return;
            yield event;
          }
        };
        const list = page(found(), params, path, 'event', wanted);
        return { ...list, data: list.data.map((event) => shownEvent(tx, event)) };
      },
    ),
  ],
  start: (engine) => {
    engine.clockMoved.push(() => forgetOld(engine));
    setInterval(() => forgetOld(engine), FORGET_EVERY_MS).unref();
  },
};
