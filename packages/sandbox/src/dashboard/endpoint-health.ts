import type { Courier } from '../delivery/courier.js';
import type { Attempt } from '../delivery/record.js';
import type { Engine } from '../engine/engine.js';
import type { StripeObjects } from '../engine/objects.js';

export interface EndpointHealth {
  endpoint: StripeObjects['webhook_endpoint'];
  /** The last attempt that is remembered. */
  last: Attempt | undefined;
  /** Deliveries on their way or waiting for their next attempt. */
  waiting: number;
  /** Deliveries that no attempt is left for. */
  gaveUp: number;
}

export function endpointHealth({ store }: Engine, courier: Courier): EndpointHealth[] {
  const health = new Map<string, EndpointHealth>();
  for (const endpoint of store.of('webhook_endpoint').newestFirst()) {
    health.set(endpoint.id, { endpoint, last: undefined, waiting: 0, gaveUp: 0 });
  }
  for (const delivery of store.of('_delivery').all()) {
    const found = health.get(delivery.endpoint);
    if (!found) continue;
    if (delivery.gaveUp) found.gaveUp += 1;
    else found.waiting += 1;
  }
  for (const attempt of courier.log) {
    const found = health.get(attempt.endpoint);
    if (found) found.last = attempt;
  }
  return [...health.values()];
}
