import type { Subscription } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import { bool, hash, oneOf, type ParamsOf, required } from '../../http/params.js';

export const automaticTax = hash({
  enabled: required(bool()),
  liability: hash({ type: required(oneOf('self')) }),
});

/**
 * Automatic tax as an account without tax registrations has it: computed everywhere, collected nowhere.
 * @throws 400 `customer_tax_location_invalid` while Stripe could not tell where the customer is
 */
export function automaticTaxOf(
  customer: StripeObjects['customer'],
  given: ParamsOf<{ automatic_tax: typeof automaticTax }>['automatic_tax'],
): Subscription['automatic_tax'] | undefined {
  if (!given) return undefined;
  if (!given.enabled) return { disabled_reason: null, enabled: false, liability: null };
  if (!customer.address?.country && !customer.shipping?.address?.country) {
    throw invalidRequest(
      "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax.",
      { code: 'customer_tax_location_invalid', param: 'automatic_tax[enabled]' },
    );
  }
  return { disabled_reason: null, enabled: true, liability: { type: 'self' } };
}
