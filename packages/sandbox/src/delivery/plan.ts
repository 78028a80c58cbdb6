import type { Engine } from '../engine/engine.js';
import { newId } from '../engine/ids.js';
import type { Transaction } from '../engine/transaction.js';

/** Records each event's deliveries in the transaction that makes the event, so that neither is without the other. */
export function planDeliveries(engine: Engine, tx: Transaction): void {
  if (tx.events.length === 0) return;
  const endpoints = [...engine.store.of('webhook_endpoint').all()].filter(({ status }) => status === 'enabled');
  const nextAttemptAt = engine.clock.nowMs();
  for (const event of tx.events) {
    for (const { id: endpoint, enabled_events } of endpoints) {
      if (!enabled_events.includes('*') && !enabled_events.includes(event.type)) continue;
      const id = newId('whd');
      tx.put('_delivery', { id, event: event.id, endpoint, attempts: 0, nextAttemptAt, gaveUp: false });
    }
  }
}
