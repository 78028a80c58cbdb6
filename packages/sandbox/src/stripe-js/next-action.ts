import type { PaymentIntent, SetupIntent, StripeError } from '@stripe/stripe-js';
import { challenge } from './challenge.js';
import { type IntentReference, intentOf } from './client-secret.js';
import type { StripeContext } from './context.js';

export type Intent = PaymentIntent | SetupIntent;
export type IntentOutcome = { intent: Intent; error?: undefined } | { intent?: undefined; error: StripeError };

const UNAUTHENTICATED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

export async function retrieve(context: StripeContext, { path, secret }: IntentReference): Promise<IntentOutcome> {
  const { object, error } = await context.call<Intent>('GET', path, { client_secret: secret });
  return object ? { intent: object } : { error };
}

/** Has the person do what the intent still asks for: a dialog of the bank, or its page, from which nobody comes back here. */
export async function act(context: StripeContext, intent: Intent): Promise<IntentOutcome> {
  const { status, next_action: action } = intent;
  if (status !== 'requires_action' || !action) return { intent };
  if (action.redirect_to_url?.url) return leave(ownAddress(context, action.redirect_to_url.url));
  await challenge(context, intent.id);
  const reference = intentOf(intent.client_secret, 'next_action');
  const after = await retrieve(context, reference);
  if (after.error || !refusal(after.intent)) return after;
  return { error: { ...refusal(after.intent), [reference.kind]: after.intent } as StripeError };
}

/** What stopped an intent that has gone back to wanting a payment method. */
function refusal(intent: Intent): StripeError | undefined {
  if (intent.status !== 'requires_payment_method') return undefined;
  const error = 'last_payment_error' in intent ? intent.last_payment_error : (intent as SetupIntent).last_setup_error;
  if (!error) return undefined;
  if (error.code?.endsWith('_authentication_failure')) {
    return { ...(error as StripeError), type: 'invalid_request_error', message: UNAUTHENTICATED };
  }
  return error as StripeError;
}

/** `?payment_intent=…&payment_intent_client_secret=…&redirect_status=…`, as Stripe adds it. */
export function returnAddress(returnUrl: string, intent: Intent): string {
  const { kind } = intentOf(intent.client_secret, 'client_secret');
  const address = new URL(returnUrl, window.location.href);
  address.searchParams.set(kind, intent.id);
  address.searchParams.set(`${kind}_client_secret`, intent.client_secret ?? '');
  address.searchParams.set('redirect_status', intent.status === 'processing' ? 'pending' : 'succeeded');
  return address.href;
}

/** Navigates, and stays pending: the code behind it must not run on while the page goes away. */
export function leave(address: string): Promise<never> {
  window.location.assign(address);
  return new Promise(() => {});
}

/** The sandbox by the name that this page knows it by, which may differ from the one its server uses. */
function ownAddress({ origin }: StripeContext, address: string): string {
  const { pathname, search } = new URL(address);
  return `${origin}${pathname}${search}`;
}
