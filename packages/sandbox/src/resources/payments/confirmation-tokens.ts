import { createConfirmationToken } from '../../billing/payments/confirmation-tokens.js';
import { usePaymentMethod } from '../../billing/payments/payment-methods.js';
import { missingParam } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, metadata, oneOf, type ParamsOf, str, url } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { createFromData, paymentMethodData } from './payment-methods.js';

const kind: Kind<'confirmation_token'> = {
  object: 'confirmation_token',
  prefix: 'ctoken',
  noun: 'confirmation_token',
  references: { payment_intent: null, setup_intent: null },
};

const shape = {
  payment_method: str(),
  payment_method_data: hash(paymentMethodData),
  return_url: url(),
  setup_future_usage: oneOf('off_session', 'on_session'),
};
const clientShape = { ...shape, metadata: metadata() };

function create(tx: Transaction, params: ParamsOf<typeof clientShape>) {
  const { payment_method: named, payment_method_data: data, return_url, setup_future_usage } = params;
  if (named === undefined && !data) throw missingParam('payment_method_data');
  const paymentMethod = data ? createFromData(tx, data) : usePaymentMethod(tx, named as string);
  return createConfirmationToken(tx, {
    paymentMethod,
    metadata: mergeMetadata({}, params.metadata),
    ...(return_url && { return_url }),
    ...(setup_future_usage && { setup_future_usage }),
  });
}

/** What Elements collected, confirmed by the server: made by Stripe.js, in tests also with a secret key. */
export const confirmationTokens: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/confirmation_tokens', clientShape, ({ tx, params }) => create(tx, params), { publishable: true }),
    retrieveRoute('GET /v1/confirmation_tokens/:id', 'confirmation_token'),
    route('POST /v1/test_helpers/confirmation_tokens', shape, ({ tx, params }) => create(tx, params)),
  ],
};
