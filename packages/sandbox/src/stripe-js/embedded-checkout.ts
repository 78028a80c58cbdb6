import type { StripeEmbeddedCheckout, StripeEmbeddedCheckoutOptions } from '@stripe/stripe-js';
import type { MethodGroup } from './context.js';
import { IntegrationError } from './integration-error.js';

/** What the page in the frame tells: how high it is, and that the session is complete. */
type Message = { type: 'tollgate-sandbox-checkout' } & (
  | { event: 'height'; height: number }
  | { event: 'complete'; location: string }
);

const SECRET = /^cs_test_\w+_secret_\w+$/;
const NOT_CALLED = ['onAnalyticsEvent', 'onLineItemsChange', 'onShippingDetailsChange'] as const;

/** There may be one at a time, as with Stripe.js. */
let current: object | undefined;

/** Embedded Checkout. */
export const embeddedCheckout: MethodGroup = ({ origin }) => {
  const create = async (options: StripeEmbeddedCheckoutOptions): Promise<StripeEmbeddedCheckout> => {
    if (current) throw new IntegrationError('You cannot have multiple Embedded Checkout objects.');
    const claimed = {};
    current = claimed;
    try {
      requireHonoured(options);
      return frameOf(`${origin}/c/embed/${await clientSecretOf(options)}`, origin, options, claimed);
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  // Its name before Stripe.js 9; pages that were not changed yet still call it.
  return Object.assign({ createEmbeddedCheckoutPage: create }, { initEmbeddedCheckout: create });
};

function requireHonoured(options: StripeEmbeddedCheckoutOptions): void {
  for (const name of NOT_CALLED) {
    if (options[name]) throw new IntegrationError(`The Stripe sandbox does not call ${name}. Leave it out.`);
  }
}

async function clientSecretOf({ clientSecret, fetchClientSecret }: StripeEmbeddedCheckoutOptions): Promise<string> {
  if ((clientSecret === undefined) === (fetchClientSecret === undefined)) {
    throw new IntegrationError('Please provide either clientSecret or fetchClientSecret.');
  }
  const secret = clientSecret ?? (await fetchClientSecret?.());
  if (secret !== undefined && SECRET.test(secret)) return secret;
  throw new IntegrationError('The client secret must be that of a Checkout Session with ui_mode embedded_page.');
}

function frameOf(
  address: string,
  origin: string,
  { onComplete }: StripeEmbeddedCheckoutOptions,
  claimed: object,
): StripeEmbeddedCheckout {
  const frame = document.createElement('iframe');
  frame.src = address;
  frame.title = 'Secure payment form';
  frame.allow = 'payment *';
  Object.assign(frame.style, { border: '0', display: 'block', width: '100%', minHeight: '360px', overflow: 'hidden' });
  let destroyed = false;
  let completed = false;

  const listen = ({ source, origin: sender, data }: MessageEvent<Message>) => {
    if (source !== frame.contentWindow || sender !== origin || data?.type !== 'tollgate-sandbox-checkout') return;
    if (data.event === 'height') frame.style.height = `${Math.ceil(data.height)}px`;
    else if (data.location) location.assign(data.location);
    else if (!completed) {
      completed = true;
      onComplete?.();
    }
  };
  const unmount = () => {
    frame.remove();
    removeEventListener('message', listen);
  };
  return {
    mount(place) {
      if (destroyed) throw new IntegrationError('This Embedded Checkout was destroyed and cannot be mounted again.');
      const element = typeof place === 'string' ? document.querySelector(place) : place;
      if (!element) {
        throw new IntegrationError(
          `Invalid value for mount(): the selector ${place} matches no element of the page. Mount it when the element exists.`,
        );
      }
      addEventListener('message', listen);
      element.append(frame);
    },
    unmount,
    destroy() {
      unmount();
      destroyed = true;
      if (current === claimed) current = undefined;
    },
  };
}
