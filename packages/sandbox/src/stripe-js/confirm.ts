import type { PaymentIntent, SetupIntent, StripeError } from '@stripe/stripe-js';
import { type IntentKind, type IntentReference, intentOf } from './client-secret.js';
import type { MethodGroup, StripeContext } from './context.js';
import { SandboxElement } from './element.js';
import { groupOf } from './elements.js';
import { IntegrationError } from './integration-error.js';
import { act, type Intent, leave, returnAddress } from './next-action.js';

type Params = Record<string, unknown>;

interface Confirmation {
  elements?: unknown;
  clientSecret?: string;
  confirmParams?: Params;
  redirect?: 'always' | 'if_required';
}

type Result<K extends IntentKind> = K extends 'payment_intent'
  ? { paymentIntent?: PaymentIntent; error?: StripeError }
  : { setupIntent?: SetupIntent; error?: StripeError };

/** `confirmPayment` and `confirmSetup`: with what the person typed, or with what the parameters name. */
async function confirm<K extends IntentKind>(context: StripeContext, kind: K, options: Confirmation) {
  const method = kind === 'payment_intent' ? 'confirmPayment' : 'confirmSetup';
  const { elements, confirmParams = {}, redirect = 'always' } = options ?? {};
  const group = elements === undefined ? undefined : groupOf(elements, `stripe.${method}()`);
  const reference = intentOf(options?.clientSecret ?? group?.clientSecret, `stripe.${method}() intent secret`, kind);
  if (redirect !== 'always' && redirect !== 'if_required') {
    throw new IntegrationError(`Invalid value for stripe.${method}(): redirect should be one of always, if_required.`);
  }
  if (redirect === 'always' && !confirmParams.return_url) {
    throw new IntegrationError(
      `Missing value for stripe.${method}(): confirmParams.return_url is required unless redirect is "if_required".`,
    );
  }
  let answer: { object?: Intent; error?: StripeError };
  if (group) {
    if (group.mustSubmit) {
      throw new IntegrationError(
        `elements.submit() must be called before stripe.${method}() when the intent is created after the Elements. Await it before you create the intent.`,
      );
    }
    const element = group.paying();
    if (!element) throw new IntegrationError(`stripe.${method}(): no payment Element of these elements is mounted.`);
    const given = confirmParams.payment_method_data as { billing_details?: Params } | undefined;
    element.requireLeftOut(given?.billing_details, method);
    const { error } = group.clientSecret ? await group.submit() : {};
    if (error) return { error } as Result<K>;
    const { payment_method_data: data, ...rest } = confirmParams;
    const payment_method_data = withDetails(data as Params | undefined, await group.billingDetails());
    const params = { ...requestOf(reference, rest), payment_method_data };
    answer = await element.send({ path: `${reference.path}/confirm`, params, into: 'payment_method_data' });
  } else {
    answer = await context.call<Intent>('POST', `${reference.path}/confirm`, requestOf(reference, confirmParams));
  }
  if (!answer.object) return { error: answer.error } as Result<K>;
  const { intent, error } = await act(context, answer.object);
  if (error) return { error } as Result<K>;
  if (redirect === 'always') return leave(returnAddress(String(confirmParams.return_url), intent));
  return resultOf(kind, intent);
}

/** `confirmCardPayment` and `confirmCardSetup`: the older calls, with a Card Element or a saved card. */
async function confirmCard<K extends IntentKind>(
  context: StripeContext,
  kind: K,
  clientSecret: string,
  data: Params = {},
  { handleActions = true }: { handleActions?: boolean } = {},
) {
  const method = kind === 'payment_intent' ? 'confirmCardPayment' : 'confirmCardSetup';
  const reference = intentOf(clientSecret, `stripe.${method} intent secret`, kind);
  const { payment_method: chosen, return_url, ...rest } = data;
  const path = `${reference.path}/confirm`;
  // A return_url matters only to who does not have the page handle the action.
  const request = requestOf(reference, { ...rest, ...(!handleActions && { return_url }) });
  let answer: { object?: Intent; error?: StripeError };
  if (typeof chosen === 'object' && chosen !== null) {
    const { card, ...details } = chosen as Params;
    const params = { ...request, payment_method_data: details };
    if (card && typeof card === 'object' && 'token' in card) {
      answer = await context.call('POST', path, {
        ...request,
        payment_method_data: { type: 'card', ...details, card },
      });
    } else {
      answer = await cardElement(card, method).send({ path, params, into: 'payment_method_data' });
    }
  } else {
    answer = await context.call<Intent>('POST', path, { ...request, payment_method: chosen });
  }
  if (!answer.object) return { error: answer.error } as Result<K>;
  if (!handleActions) return resultOf(kind, answer.object);
  const { intent, error } = await act(context, answer.object);
  return error ? ({ error } as Result<K>) : resultOf(kind, intent);
}

/** @throws IntegrationError for anything but a Card Element or Card Number Element */
export function cardElement(element: unknown, method: string) {
  if (element instanceof SandboxElement && ['card', 'cardNumber'].includes(element.elementType)) return element;
  throw new IntegrationError(`Invalid value for stripe.${method}(): card should be a card or cardNumber Element.`);
}

function requestOf({ secret }: IntentReference, params: Params): Params {
  return { ...params, client_secret: secret, use_stripe_sdk: true };
}

export function withDetails(data: Params | undefined, typed: Params): Params {
  return { ...data, billing_details: { ...typed, ...(data?.billing_details as Params | undefined) } };
}

function resultOf<K extends IntentKind>(kind: K, intent: Intent): Result<K> {
  return (kind === 'payment_intent' ? { paymentIntent: intent } : { setupIntent: intent }) as Result<K>;
}

export const confirmMethods: MethodGroup = (context) => {
  const methods = {
    confirmPayment: (options: Confirmation) => confirm(context, 'payment_intent', options),
    confirmSetup: (options: Confirmation) => confirm(context, 'setup_intent', options),
    confirmCardPayment: (secret: string, data?: Params, options?: { handleActions?: boolean }) =>
      confirmCard(context, 'payment_intent', secret, data, options),
    confirmCardSetup: (secret: string, data?: Params, options?: { handleActions?: boolean }) =>
      confirmCard(context, 'setup_intent', secret, data, options),
  };
  // Stripe.js' overloads say which results go together; one implementation serves them all.
  return methods as object;
};
