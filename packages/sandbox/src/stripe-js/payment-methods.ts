import type { ConfirmationToken, PaymentMethod, StripeError } from '@stripe/stripe-js';
import { cardElement, withDetails } from './confirm.js';
import type { MethodGroup, StripeContext } from './context.js';
import { groupOf } from './elements.js';
import { IntegrationError } from './integration-error.js';

type Params = Record<string, unknown>;
type Answer<T> = { object?: T; error?: StripeError };

async function createPaymentMethod(context: StripeContext, options: Params): Promise<Answer<PaymentMethod>> {
  const path = '/v1/payment_methods';
  if (options?.elements !== undefined) {
    const typed = await submitted(options.elements, 'createPaymentMethod');
    if ('error' in typed) return { error: typed.error };
    return typed.element.send({ path, params: withDetails(options.params as Params, typed.details), into: 'request' });
  }
  const { type, card, ...rest } = options ?? {};
  if (type !== 'card') {
    throw new IntegrationError(
      `stripe.createPaymentMethod(): the Stripe sandbox offers cards only, not ${String(type)}.`,
    );
  }
  if (card && typeof card === 'object' && 'token' in card) return context.call('POST', path, { type, card, ...rest });
  return cardElement(card, 'createPaymentMethod').send({ path, params: rest, into: 'request' });
}

async function createConfirmationToken(options: Params): Promise<Answer<ConfirmationToken>> {
  const typed = await submitted(options?.elements, 'createConfirmationToken');
  if ('error' in typed) return { error: typed.error };
  const { payment_method_data, ...rest } = (options.params ?? {}) as Params;
  const params = { ...rest, payment_method_data: withDetails(payment_method_data as Params, typed.details) };
  return typed.element.send({ path: '/v1/confirmation_tokens', params, into: 'payment_method_data' });
}

/** The Element with the card, once what was typed is complete. */
async function submitted(elements: unknown, method: string) {
  const group = groupOf(elements, `stripe.${method}()`);
  const element = group.paying();
  if (!element) throw new IntegrationError(`stripe.${method}(): no payment Element of these elements is mounted.`);
  const { error } = await group.submit();
  return error ? { error } : { element, details: await group.billingDetails() };
}

/** Cards for a server to use. */
export const paymentMethodMethods: MethodGroup = (context) => {
  const methods = {
    createPaymentMethod: async (options: Params) => {
      const { object, error } = await createPaymentMethod(context, options);
      return error ? { error } : { paymentMethod: object };
    },
    createConfirmationToken: async (options: Params) => {
      const { object, error } = await createConfirmationToken(options);
      return error ? { error } : { confirmationToken: object };
    },
  };
  return methods as object;
};
