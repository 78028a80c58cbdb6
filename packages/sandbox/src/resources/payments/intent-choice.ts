import { type PaymentMethod, usePaymentMethod } from '../../billing/payments/payment-methods.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, hash, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { createFromData, paymentMethodData } from './payment-methods.js';

/** How the calls of payment and setup intents say with what is paid. */
export const methodChoice = { payment_method: str(), payment_method_data: hash(paymentMethodData) };

/** Accepted, and of no effect: no payment method of the sandbox has a mandate. */
export const mandateData = hash({
  customer_acceptance: required(
    hash({
      accepted_at: str(),
      offline: hash({}),
      online: hash({ ip_address: str(), user_agent: str(), infer_from_client: bool() }),
      type: oneOf('offline', 'online'),
    }),
  ),
});

export function chosenMethod(tx: Transaction, params: ParamsOf<typeof methodChoice>): PaymentMethod | undefined {
  if (params.payment_method_data) return createFromData(tx, params.payment_method_data);
  return params.payment_method === undefined ? undefined : usePaymentMethod(tx, params.payment_method);
}

const NAMES = { payment_intent: 'PaymentIntent', setup_intent: 'SetupIntent' };

/**
 * The intent for a caller who may hold a publishable key only and proves with the secret that the intent was given to
 * it. @throws 400 for another's secret
 */
export function intentWithSecret<K extends keyof typeof NAMES>(
  tx: Transaction,
  kind: K,
  id: string,
  secret: string | undefined,
): StripeObjects[K] {
  const intent = tx.require(kind, id);
  if (secret !== undefined && secret !== intent.client_secret) {
    throw invalidRequest(
      `The client_secret provided does not match the client_secret associated with the ${NAMES[kind]}.`,
      { param: 'client_secret', code: `${kind}_invalid_parameter` },
    );
  }
  return intent;
}
