import { previousAttributes } from '../engine/diff.js';
import type { Engine } from '../engine/engine.js';
import { newId } from '../engine/ids.js';
import type { StoredEvent } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { inVersion } from '../versions/older-shapes.js';

type Hash = Record<string, unknown>;

/** Records each event's deliveries in the transaction that makes the event, so that neither is without the other. */
export function planDeliveries(engine: Engine, tx: Transaction): void {
  if (tx.events.length === 0) return;
  const endpoints = [...engine.store.of('webhook_endpoint').all()].filter(({ status }) => status === 'enabled');
  const nextAttemptAt = engine.clock.nowMs();
  for (const event of tx.events) {
    for (const { id: endpoint, enabled_events, api_version } of endpoints) {
      if (!enabled_events.includes('*') && !enabled_events.includes(event.type)) continue;
      const id = newId('whd');
      const data = api_version === null ? undefined : olderData(event, api_version, tx);
      tx.put('_delivery', {
        id,
        event: event.id,
        endpoint,
        attempts: 0,
        nextAttemptAt,
        gaveUp: false,
        ...(data ? { data } : {}),
      });
    }
  }
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

const isHash = (value: unknown): value is Hash => value !== null && typeof value === 'object' && !Array.isArray(value);
