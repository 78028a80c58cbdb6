import { Stripe } from 'stripe';
import { StartError } from '../errors.js';

/** The one place that says which Stripe we speak. A change of either is a change of what every projector may find. */
export const STRIPE_SDK_VERSION = '23.1.0';
export const STRIPE_API_VERSION = '2026-10-28.endive';

/** Throws a `StartError` where another SDK is installed: its typings would describe another API version than we ask for. */
export function assertPinnedStripe(
  installed: { sdk: string; api: string } = { sdk: Stripe.PACKAGE_VERSION, api: Stripe.API_VERSION },
): void {
  if (installed.sdk === STRIPE_SDK_VERSION && installed.api === STRIPE_API_VERSION) return;
  throw new StartError(
    'STRIPE_VERSION_UNPINNED',
    `The installed Stripe SDK is ${installed.sdk} (API ${installed.api}), but this gateway is written for ${STRIPE_SDK_VERSION} (API ${STRIPE_API_VERSION}).`,
    { hint: `Install stripe@${STRIPE_SDK_VERSION}.` },
  );
}
