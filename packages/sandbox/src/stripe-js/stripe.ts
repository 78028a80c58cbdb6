import type { Stripe, StripeConstructorOptions } from '@stripe/stripe-js';
import { confirmMethods } from './confirm.js';
import { createContext, type MethodGroup } from './context.js';
import { elementsMethods } from './elements.js';
import { embeddedCheckout } from './embedded-checkout.js';
import { notOffered } from './not-offered.js';
import { paymentMethodMethods } from './payment-methods.js';
import { retrieveMethods } from './retrieve.js';

/** The stand-in for Stripe.js: served at /stripe.js, it puts `Stripe` on the page before the page's own code runs. */

/** Each contributes methods to every `Stripe` object; a later one wins. */
const METHODS: readonly MethodGroup[] = [
  elementsMethods,
  confirmMethods,
  retrieveMethods,
  paymentMethodMethods,
  embeddedCheckout,
];

/** The release that `@stripe/stripe-js` expects of the same API version. */
const VERSION = 'endive';

/** Known only while the script runs for the first time. */
const origin = sandboxOrigin();

function createStripe(key: string, options?: StripeConstructorOptions): Stripe {
  const context = createContext(origin, key, options);
  return Object.assign(
    { _registerWrapper: () => undefined, registerAppInfo: () => undefined },
    notOffered(),
    ...METHODS.map((methods) => methods(context)),
  ) as Stripe;
}

function sandboxOrigin(): string {
  const script = document.currentScript;
  if (script instanceof HTMLScriptElement && script.src) return new URL(script.src).origin;
  throw new Error(
    'The sandbox\'s stripe.js must be loaded by <script src="{sandbox}/stripe.js">, not bundled or copied.',
  );
}

Object.assign(window, { Stripe: Object.assign(createStripe, { version: VERSION }) });
