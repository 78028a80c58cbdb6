import type { ObjectType, Projector } from '../projector.js';
import { checkoutSession } from './checkout-session.js';
import { customer } from './customer.js';
import { invoice } from './invoice.js';
import { paymentMethod } from './payment-method.js';
import { price } from './price.js';
import { product } from './product.js';
import { subscription } from './subscription.js';
import { testClock } from './test-clock.js';

export type Projectors = ReadonlyMap<ObjectType, Projector>;

/** Every object that is mirrored, in the order in which their rows are locked. */
export function allProjectors(ownerMetadata?: string): Projectors {
  const all = [
    customer(ownerMetadata),
    subscription,
    invoice,
    paymentMethod,
    checkoutSession,
    testClock,
    product,
    price,
  ];
  return new Map(all.map((projector) => [projector.type, projector]));
}

const byEventType = new Map([...allProjectors().values()].flatMap((p) => p.eventTypes.map((type) => [type, p.type])));

/** What the webhook endpoint asks Stripe for: these events and no others. */
export const projectedEventTypes: readonly string[] = [...byEventType.keys()].sort();

/** The object that events of this type are about; null for events that we do not project. */
export function objectTypeOf(eventType: string): ObjectType | null {
  return byEventType.get(eventType) ?? null;
}
