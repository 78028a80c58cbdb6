import { customerSessionOf, redisplayed } from '../../billing/payments/client-access.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, int, list, oneOf, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';

const INTENTS = ['payment_intent', 'setup_intent'] as const;

/**
 * What Elements and the mobile SDKs ask before they show anything. Stripe describes this route nowhere: the members
 * are those that Stripe's open-source mobile SDKs read, as far as cards need them.
 */
export const elementsSessions: ResourceModule = {
  routes: [
    route(
      'GET /v1/elements/sessions',
      {
        type: required(oneOf('payment_intent', 'setup_intent', 'deferred_intent')),
        client_secret: str(),
        customer_session_client_secret: str(),
        locale: str(),
        mobile_app_id: str(),
        mobile_session_id: str(),
        key: str(),
        deferred_intent: hash({
          mode: required(oneOf('payment', 'subscription', 'setup')),
          amount: int(0),
          currency: str(3),
          setup_future_usage: oneOf('off_session', 'on_session'),
          capture_method: oneOf('automatic', 'automatic_async', 'manual'),
          payment_method_types: list(str()),
        }),
      },
      ({ tx, params }) => {
        const { type, client_secret: secret, customer_session_client_secret: session } = params;
        if (type !== 'deferred_intent' && secret === undefined) {
          throw invalidRequest('Missing required param: client_secret.', {
            code: 'parameter_missing',
            param: 'client_secret',
          });
        }
        const intent = type === 'deferred_intent' ? undefined : intentOf(tx, type, secret ?? '');
        return {
          object: 'elements_session',
          session_id: newId('elements_session'),
          business_name: MERCHANT_NAME,
          merchant_country: 'US',
          merchant_currency: 'usd',
          ordered_payment_method_types_and_wallets: ['card'],
          unactivated_payment_method_types: [],
          payment_method_specs: [],
          payment_method_preference: {
            object: 'payment_method_preference',
            country_code: 'US',
            ordered_payment_method_types: ['card'],
            type,
            ...(intent && { [type]: intent }),
          },
          apple_pay_preference: 'disabled',
          google_pay_preference: 'disabled',
          card_brand_choice: { eligible: false },
          link_settings: null,
          flags: {},
          customer: session === undefined ? null : customerOf(tx, session),
        };
      },
      { publishable: 'handler_decides' },
    ),
  ],
};

function intentOf(tx: Transaction, kind: (typeof INTENTS)[number], secret: string) {
  const id = secret.split('_secret_')[0] ?? '';
  const intent = tx.require(kind, id, 'client_secret');
  if (intent.client_secret === secret) return intent;
  throw invalidRequest(
    `The client_secret provided does not match the client_secret associated with the ${kind === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent'}.`,
    { param: 'client_secret', code: `${kind}_invalid_parameter` },
  );
}

function customerOf(tx: Transaction, secret: string) {
  const { session, ephemeralKey } = customerSessionOf(tx, secret);
  const customer = tx.get('customer', session.customer as string);
  const cards = (['payment_element', 'mobile_payment_element', 'customer_sheet'] as const)
    .map((component) => redisplayed(tx, session, component))
    .find((found) => found.length > 0);
  return {
    payment_methods: cards ?? [],
    default_payment_method: customer?.invoice_settings.default_payment_method ?? null,
    customer_session: {
      id: secret.split('_secret_')[0],
      object: 'customer_session',
      livemode: false,
      customer: session.customer,
      api_key: ephemeralKey,
      api_key_expiry: session.expires_at,
      components: session.components,
    },
  };
}
