import { compareLimits } from './feature-limit.js';
import type { StatusFeature } from './status-types.js';
import type { SubscriptionAccess } from './subscription-access.js';

/**
 * The union over all subscriptions that grant access. Of one feature granted several times the highest limit wins
 * (null is unlimited and wins over any number), then what is paid for over what is on trial. By key.
 */
export function featuresOf(accesses: readonly SubscriptionAccess[]): StatusFeature[] {
  const best = new Map<string, StatusFeature>();
  for (const { grants, subscription } of accesses) {
    if (grants === null) continue;
    for (const { key, name, limit } of subscription.items.flatMap((item) => item.features)) {
      const offered: StatusFeature = { key, name, allowed: true, limit, source: grants };
      const held = best.get(key);
      if (!held || beats(offered, held)) best.set(key, offered);
    }
  }
  return [...best.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function beats(offered: StatusFeature, held: StatusFeature): boolean {
  const byLimit = compareLimits(offered.limit, held.limit);
  if (byLimit !== 0) return byLimit > 0;
  if (offered.source !== held.source) return offered.source === 'PLAN';
  return offered.name < held.name;
}
