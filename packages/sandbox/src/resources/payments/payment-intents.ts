import { confirmIntent } from '../../billing/invoices/settlement.js';
import { useConfirmationToken } from '../../billing/payments/confirmation-tokens.js';
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  createPaymentIntent,
  paymentError,
  unexpectedState,
} from '../../billing/payments/payment-intents.js';
import { cardError, invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import {
  bool,
  emptyable,
  hash,
  int,
  list,
  metadata,
  oneOf,
  type ParamsOf,
  range,
  required,
  str,
  url,
} from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata } from '../../http/standard-routes.js';
import { chosenMethod, intentWithSecret, mandateData, methodChoice } from './intent-choice.js';

type PaymentIntent = StripeObjects['payment_intent'];

const kind: Kind<'payment_intent'> = {
  object: 'payment_intent',
  prefix: 'pi',
  noun: 'payment_intent',
  indexes: {
    customer: ({ customer }) => customer,
    payment_method: ({ payment_method }) => payment_method,
  },
};

const futureUsage = oneOf('off_session', 'on_session');
const confirmation = {
  ...methodChoice,
  confirmation_token: str(),
  mandate_data: emptyable(mandateData),
  off_session: bool(),
  receipt_email: emptyable(str(512)),
  return_url: url(),
  setup_future_usage: emptyable(futureUsage),
  use_stripe_sdk: bool(),
  error_on_requires_action: bool(),
};
const amount = int(1, 99_999_999);

/** Confirms and answers with the intent; 402 for a decline, which the intent remembers. */
function confirm(tx: Transaction, id: string, given: ParamsOf<typeof confirmation>): PaymentIntent {
  const token = given.confirmation_token;
  // What the call itself says wins over what the token says.
  const params = token === undefined ? given : { ...useConfirmationToken(tx, token, 'payment_intent', id), ...given };
  const { off_session: offSession = false, return_url: returnUrl, setup_future_usage, receipt_email } = params;
  const paymentMethod = chosenMethod(tx, params)?.id;
  const { status } = tx.require('payment_intent', id);
  if (status === 'requires_payment_method' || status === 'requires_confirmation') {
    tx.patch('payment_intent', id, {
      ...(setup_future_usage !== undefined && { setup_future_usage }),
      ...(receipt_email !== undefined && { receipt_email }),
    });
  }
  const outcome = confirmIntent(tx, id, {
    offSession,
    ...(paymentMethod && { paymentMethod }),
    // Stripe.js asks in a dialog and goes to the return_url itself.
    ...(returnUrl && !params.use_stripe_sdk && { returnUrl }),
  });
  const intent = tx.require('payment_intent', id);
  if (outcome.kind === 'declined') {
    const { type, ...error } = intent.last_payment_error ?? paymentError(outcome.decline);
    throw cardError({ ...error, code: outcome.decline.code, message: outcome.decline.message, payment_intent: intent });
  }
  if (outcome.kind === 'requires_action' && params.error_on_requires_action) {
    throw cardError(
      {
        code: 'authentication_required',
        decline_code: 'authentication_required',
        message: 'Your card was declined. This transaction requires authentication.',
        payment_intent: intent,
      },
      { keepChanges: false },
    );
  }
  return intent;
}

export const paymentIntents: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/payment_intents',
      {
        ...confirmation,
        allowed_payment_method_types: list(oneOf('card')),
        amount: required(amount),
        automatic_payment_methods: hash({ allow_redirects: oneOf('always', 'never'), enabled: required(bool()) }),
        capture_method: oneOf('automatic', 'automatic_async', 'manual'),
        confirm: bool(),
        currency: required(str(3)),
        customer: str(),
        description: str(1000),
        metadata: metadata(),
      },
      ({ tx, params }) => {
        if (params.confirmation_token !== undefined && !params.confirm) {
          throw invalidRequest('You can only specify confirmation_token when confirm=true.', {
            param: 'confirmation_token',
          });
        }
        if (params.customer !== undefined) tx.require('customer', params.customer, 'customer');
        const method = chosenMethod(tx, params)?.id ?? null;
        const { automatic_payment_methods: automatic } = params;
        const intent = createPaymentIntent(tx, {
          amount: params.amount,
          currency: params.currency.toLowerCase(),
          customer: params.customer ?? null,
          payment_method: method,
          description: params.description ?? null,
          receipt_email: params.receipt_email ?? null,
          metadata: mergeMetadata({}, params.metadata),
          setup_future_usage: params.setup_future_usage ?? null,
          ...(params.capture_method && { capture_method: params.capture_method }),
          ...(params.allowed_payment_method_types && {
            allowed_payment_method_types: params.allowed_payment_method_types,
          }),
          ...(automatic && { automatic_payment_methods: { allow_redirects: 'always', ...automatic } }),
        });
        const { payment_method, payment_method_data, ...rest } = params;
        return params.confirm ? confirm(tx, intent.id, rest) : intent;
      },
    ),
    route(
      'GET /v1/payment_intents/:id',
      { client_secret: str() },
      ({ tx, params, ids }) => intentWithSecret(tx, 'payment_intent', ids.id as string, params.client_secret),
      { publishable: true },
    ),
    listRoute('GET /v1/payment_intents', 'payment_intent', { created: range(), customer: str() }),
    route(
      'POST /v1/payment_intents/:id',
      {
        ...methodChoice,
        amount,
        currency: str(3),
        customer: str(),
        description: str(1000),
        metadata: metadata(),
        receipt_email: emptyable(str(512)),
        setup_future_usage: emptyable(futureUsage),
      },
      ({ tx, params, ids }) => {
        const intent = tx.require('payment_intent', ids.id as string);
        const editable = intent.status === 'requires_payment_method' || intent.status === 'requires_confirmation';
        const method = chosenMethod(tx, params)?.id;
        if (!editable && (params.amount !== undefined || params.currency !== undefined || method !== undefined)) {
          throw unexpectedState('update', intent);
        }
        if (params.customer !== undefined) tx.require('customer', params.customer, 'customer');
        return tx.patch('payment_intent', intent.id, {
          amount: params.amount ?? intent.amount,
          currency: params.currency?.toLowerCase() ?? intent.currency,
          customer: params.customer ?? intent.customer,
          description: params.description ?? intent.description,
          metadata: mergeMetadata(intent.metadata, params.metadata),
          ...(params.receipt_email !== undefined && { receipt_email: params.receipt_email }),
          ...(params.setup_future_usage !== undefined && { setup_future_usage: params.setup_future_usage }),
          ...(method !== undefined && { payment_method: method, status: 'requires_confirmation' as const }),
        });
      },
    ),
    route(
      'POST /v1/payment_intents/:id/confirm',
      { ...confirmation, client_secret: str() },
      ({ tx, params, ids }) =>
        confirm(tx, intentWithSecret(tx, 'payment_intent', ids.id as string, params.client_secret).id, params),
      { publishable: true },
    ),
    route(
      'POST /v1/payment_intents/:id/cancel',
      { cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer') },
      ({ tx, params, ids }) => {
        const [payment] = tx.where('invoice_payment', 'payment_intent', ids.id as string);
        if (payment) {
          throw invalidRequest(
            `This PaymentIntent belongs to the invoice ${payment.invoice}: void the invoice instead of canceling the PaymentIntent.`,
            { code: 'payment_intent_unexpected_state' },
          );
        }
        return cancelPaymentIntent(tx, ids.id as string, params.cancellation_reason ?? null);
      },
    ),
    route(
      'POST /v1/payment_intents/:id/capture',
      { amount_to_capture: amount, metadata: metadata() },
      ({ tx, params, ids }) => capturePaymentIntent(tx, ids.id as string, params.amount_to_capture),
    ),
  ],
};
