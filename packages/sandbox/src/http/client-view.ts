import type { Hash } from '../engine/hash.js';

const members = (names: string) => new Set(names.split(' '));

/**
 * What a publishable key sees of an object: "a subset of properties" says Stripe's SDK. Not established member by
 * member; these are the ones that Stripe.js types, and those that pages have been seen to get.
 */
const SEEN: Record<string, ReadonlySet<string>> = {
  payment_intent: members(
    'id object amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method client_secret confirmation_method created currency description last_payment_error livemode next_action payment_method payment_method_configuration_details payment_method_types processing receipt_email setup_future_usage shipping source status',
  ),
  setup_intent: members(
    'id object automatic_payment_methods cancellation_reason client_secret created description last_setup_error livemode next_action payment_method payment_method_configuration_details payment_method_types status usage',
  ),
};

/** The answer to a page: its intents without what only their server is to know, cards without their fingerprint. */
export function clientView(body: string): string {
  return JSON.stringify(JSON.parse(body, seen), null, 2);
}

/** A reviver: `undefined` leaves a member out. */
function seen(key: string, value: unknown): unknown {
  if (key === 'fingerprint') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const shown = SEEN[(value as Hash).object as string];
  return shown ? Object.fromEntries(Object.entries(value).filter(([name]) => shown.has(name))) : value;
}
