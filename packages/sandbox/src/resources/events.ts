import { noSuch } from '../engine/errors.js';
import type { StoredEvent } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, list, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { inRange, PAGE, page } from '../http/standard-routes.js';

/** Stripe keeps events for 30 days. */
export const EVENT_LIFETIME = 30 * 24 * 3600;

/** `pending_webhooks` counts the endpoints that it has not been delivered to. */
export function shownEvent(tx: Transaction, event: StoredEvent) {
  return { ...event, pending_webhooks: tx.where('_delivery', 'event', event.id).length };
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
            if (wanted(event)) yield event;
          }
        };
        const list = page(found(), params, path, 'event');
        return { ...list, data: list.data.map((event) => shownEvent(tx, event)) };
      },
    ),
  ],
};
