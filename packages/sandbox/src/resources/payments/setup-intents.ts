import { useConfirmationToken } from '../../billing/payments/confirmation-tokens.js';
import {
  cancelSetupIntent,
  confirmSetupIntent,
  createSetupIntent,
  type SetupIntent,
} from '../../billing/payments/setup-intents.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import {
  bool,
  emptyable,
  hash,
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

const kind: Kind<'setup_intent'> = {
  object: 'setup_intent',
  prefix: 'seti',
  noun: 'setupintent',
  indexes: { customer: ({ customer }) => customer, payment_method: ({ payment_method }) => payment_method },
  // Attempts are no objects of the sandbox; an intent names only the last one.
  references: { latest_attempt: null, mandate: null, single_use_mandate: null },
};

const usage = oneOf('off_session', 'on_session');
const confirmation = {
  ...methodChoice,
  confirmation_token: str(),
  mandate_data: emptyable(mandateData),
  return_url: url(),
  use_stripe_sdk: bool(),
};

function confirm(tx: Transaction, id: string, given: ParamsOf<typeof confirmation>): SetupIntent {
  const token = given.confirmation_token;
  // What the call itself says wins over what the token says.
  const params = token === undefined ? given : { ...useConfirmationToken(tx, token, 'setup_intent', id), ...given };
  const paymentMethod = chosenMethod(tx, params);
  return confirmSetupIntent(tx, id, {
    ...(paymentMethod && { paymentMethod }),
    // Stripe.js asks in a dialog and goes to the return_url itself.
    ...(params.return_url && !params.use_stripe_sdk && { returnUrl: params.return_url }),
  });
}

export const setupIntents: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/setup_intents',
      {
        ...confirmation,
        allowed_payment_method_types: list(oneOf('card')),
        automatic_payment_methods: hash({ allow_redirects: oneOf('always', 'never'), enabled: required(bool()) }),
        confirm: bool(),
        customer: str(),
        description: str(1000),
        metadata: metadata(),
        usage,
      },
      ({ tx, params }) => {
        for (const param of ['return_url', 'confirmation_token'] as const) {
          if (params[param] === undefined || params.confirm) continue;
          throw invalidRequest(`You can only specify ${param} when confirm=true.`, { param });
        }
        if (params.customer !== undefined) tx.require('customer', params.customer, 'customer');
        const method = chosenMethod(tx, params);
        const { automatic_payment_methods: automatic } = params;
        const intent = createSetupIntent(tx, {
          customer: params.customer ?? null,
          payment_method: method?.id ?? null,
          description: params.description ?? null,
          metadata: mergeMetadata({}, params.metadata),
          ...(params.usage && { usage: params.usage }),
          ...(automatic && { automatic_payment_methods: { allow_redirects: 'always', ...automatic } }),
          ...(params.allowed_payment_method_types && {
            allowed_payment_method_types: params.allowed_payment_method_types,
          }),
        });
        if (!params.confirm) return intent;
        const { payment_method, payment_method_data, ...rest } = params;
        return confirm(tx, intent.id, rest);
      },
    ),
    route(
      'GET /v1/setup_intents/:id',
      { client_secret: str() },
      ({ tx, params, ids }) => intentWithSecret(tx, 'setup_intent', ids.id as string, params.client_secret),
      { publishable: true },
    ),
    listRoute('GET /v1/setup_intents', 'setup_intent', { created: range(), customer: str(), payment_method: str() }),
    route(
      'POST /v1/setup_intents/:id',
      { ...methodChoice, customer: str(), description: str(1000), metadata: metadata() },
      ({ tx, params, ids }) => {
        const intent = tx.require('setup_intent', ids.id as string);
        if (params.customer !== undefined) tx.require('customer', params.customer, 'customer');
        const method = chosenMethod(tx, params);
        return tx.patch('setup_intent', intent.id, {
          customer: params.customer ?? intent.customer,
          description: params.description ?? intent.description,
          metadata: mergeMetadata(intent.metadata ?? {}, params.metadata),
          ...(method && intent.status === 'requires_payment_method' && { status: 'requires_confirmation' }),
          payment_method: method?.id ?? intent.payment_method,
        });
      },
    ),
    route(
      'POST /v1/setup_intents/:id/confirm',
      { ...confirmation, client_secret: str() },
      ({ tx, params, ids }) => {
        const intent = intentWithSecret(tx, 'setup_intent', ids.id as string, params.client_secret);
        return confirm(tx, intent.id, params);
      },
      { publishable: true },
    ),
    route(
      'POST /v1/setup_intents/:id/cancel',
      { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
      ({ tx, params, ids }) => cancelSetupIntent(tx, ids.id as string, params.cancellation_reason ?? null),
    ),
  ],
};
