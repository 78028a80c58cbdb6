import { previousAttributes } from '../engine/diff.js';
import type { Engine } from '../engine/engine.js';
import { type Hash, isHash } from '../engine/hash.js';
import { newId } from '../engine/ids.js';
import type { StoredEvent, StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { inVersion } from '../versions/older-shapes.js';
import type { Delivery } from './record.js';

type Endpoint = StripeObjects['webhook_endpoint'];

/** Records each event's deliveries in the transaction that makes the event, so that neither is without the other. */
export function planDeliveries(engine: Engine, tx: Transaction): void {
  if (tx.events.length === 0) return;
  const endpoints = [...engine.store.of('webhook_endpoint').all()].filter(({ status }) => status === 'enabled');
  const nextAttemptAt = engine.clock.nowMs();
  for (const event of tx.events) {
    for (const endpoint of endpoints) {
      if (wants(endpoint, event)) tx.put('_delivery', deliveryOf(tx, event, endpoint, nextAttemptAt));
    }
  }
}

/**
 * Records that an event is due again at once, whatever became of it before: for one endpoint, or for each enabled one
 * that wants its type. One that is under way at this moment goes on beside it.
 * @returns the ids of the deliveries
 */
export function planAgain(
  engine: Engine,
  eventId: string,
  isUnderWay: (delivery: string) => boolean,
  endpointId?: string,
): string[] {
  const { store } = engine;
  const event = store.of('event').get(eventId);
  if (!event) return [];
  const targets = [...store.of('webhook_endpoint').all()].filter(
    (endpoint) =>
      endpoint.status === 'enabled' && (endpointId === undefined ? wants(endpoint, event) : endpoint.id === endpointId),
  );
  const known = store
    .of('_delivery')
    .where('event', eventId)
    .filter(({ id }) => !isUnderWay(id));
  const nextAttemptAt = engine.clock.nowMs();
  return engine.transact((tx) =>
    targets.map((target) => {
      const before = known.find(({ endpoint }) => endpoint === target.id);
      const delivery = before ?? deliveryOf(tx, event, target, nextAttemptAt);
      return tx.put('_delivery', { ...delivery, nextAttemptAt, gaveUp: false }).id;
    }),
  );
}

const wants = ({ enabled_events: types }: Endpoint, { type }: StoredEvent) =>
  types.includes('*') || types.includes(type);

/** @param nextAttemptAt milliseconds of the sandbox's clock */
function deliveryOf(tx: Transaction, event: StoredEvent, endpoint: Endpoint, nextAttemptAt: number): Delivery {
  const { id, api_version } = endpoint;
  const data = api_version === null ? undefined : olderData(event, api_version, tx);
  return {
    id: newId('whd'),
    event: event.id,
    endpoint: id,
    attempts: 0,
    nextAttemptAt,
    gaveUp: false,
    ...(data ? { data } : {}),
  };
}

/** The snapshot as the endpoint's version shows it, taken now like the event's own; undefined where both are the same. */
function olderData(event: StoredEvent, version: string, tx: Transaction): StoredEvent['data'] | undefined {
  const { object, previous_attributes } = event.data;
  const shown = inVersion(version, object, tx) as Hash;
  if (shown === object) return undefined;
  if (!previous_attributes) return { object: shown };
  const before = inVersion(version, merged(object, previous_attributes), tx) as Hash;
  const previous = previousAttributes(before, shown);
  return { object: shown, ...(previous ? { previous_attributes: previous } : {}) };
}

/** What the object was before: lists whole, hashes member by member. */
function merged(object: Hash, previous: Hash): Hash {
  const before = { ...object };
  for (const [name, value] of Object.entries(previous)) {
    const now = object[name];
    before[name] = isHash(now) && isHash(value) ? merged(now, value) : value;
  }
  return before;
}
