import type Stripe from 'stripe';
import { emptyable, hash, type ParamsOf, required, str } from '../../http/params.js';

export const addressLines = {
  city: emptyable(str()),
  country: emptyable(str(2)),
  line1: emptyable(str()),
  line2: emptyable(str()),
  postal_code: emptyable(str()),
  state: emptyable(str()),
};

export const address = hash(addressLines);
export const shipping = hash({ address: required(address), name: required(str()), phone: emptyable(str()) });

/** The whole address object, what is not given kept or null. */
export function addressOf(given: ParamsOf<typeof addressLines>, before?: Stripe.Address | null): Stripe.Address {
  const none = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return { ...none, ...before, ...given };
}
