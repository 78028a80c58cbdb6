import type { ItemFacts } from './status-types.js';

/**
 * The item that stands for the subscription's plan: the licensed one whose product has a group, else the first.
 * Items are given in Stripe's order.
 */
export function baseItem<Item extends Pick<ItemFacts, 'usageType' | 'group'>>(items: readonly Item[]): Item | null {
  return items.find((item) => item.usageType === 'licensed' && item.group !== null) ?? items[0] ?? null;
}
