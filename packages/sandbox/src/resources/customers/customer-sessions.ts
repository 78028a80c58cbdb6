import { createEphemeralKey } from '../../billing/payments/client-access.js';
import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import { bool, hash, int, list, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';

type Components = NonNullable<StripeObjects['customer_session']['components']>;

/** Not established: how long Stripe lets a client secret live. */
const LIFE = 30 * 60;

const kind: Kind<'customer_session'> = { object: 'customer_session', prefix: 'cuss' };

const onOff = oneOf('disabled', 'enabled');
const redisplay = oneOf('always', 'limited', 'unspecified');
const shown = { payment_method_allow_redisplay_filters: list(redisplay), payment_method_remove: onOff };
const plain = hash({ enabled: required(bool()) });

const componentsShape = {
  active_entitlements: plain,
  buy_button: plain,
  customer_portal: plain,
  customer_sheet: hash({ enabled: required(bool()), features: hash(shown) }),
  mobile_payment_element: hash({
    enabled: required(bool()),
    features: hash({
      ...shown,
      payment_method_redisplay: onOff,
      payment_method_save: onOff,
      payment_method_save_allow_redisplay_override: redisplay,
    }),
  }),
  payment_element: hash({
    enabled: required(bool()),
    features: hash({
      ...shown,
      payment_method_redisplay: onOff,
      payment_method_redisplay_limit: int(1, 10),
      payment_method_save: onOff,
      payment_method_save_usage: oneOf('off_session', 'on_session'),
    }),
  }),
  pricing_table: plain,
};

function componentsOf(given: ParamsOf<typeof componentsShape>): Components {
  const enabled = (name: keyof typeof componentsShape) => ({ enabled: given[name]?.enabled ?? false });
  const { customer_sheet: sheet, mobile_payment_element: mobile, payment_element: element } = given;
  return {
    active_entitlements: enabled('active_entitlements'),
    buy_button: enabled('buy_button'),
    customer_portal: enabled('customer_portal'),
    customer_sheet: {
      ...enabled('customer_sheet'),
      features: sheet?.enabled
        ? {
            payment_method_allow_redisplay_filters: sheet.features?.payment_method_allow_redisplay_filters ?? [
              'always',
            ],
            payment_method_remove: sheet.features?.payment_method_remove ?? 'disabled',
          }
        : null,
    },
    mobile_payment_element: {
      ...enabled('mobile_payment_element'),
      features: mobile?.enabled
        ? {
            payment_method_allow_redisplay_filters: mobile.features?.payment_method_allow_redisplay_filters ?? [
              'always',
            ],
            payment_method_redisplay: mobile.features?.payment_method_redisplay ?? 'disabled',
            payment_method_remove: mobile.features?.payment_method_remove ?? 'disabled',
            payment_method_save: mobile.features?.payment_method_save ?? 'disabled',
            payment_method_save_allow_redisplay_override:
              mobile.features?.payment_method_save_allow_redisplay_override ?? null,
          }
        : null,
    },
    payment_element: {
      ...enabled('payment_element'),
      features: element?.enabled
        ? {
            payment_method_allow_redisplay_filters: element.features?.payment_method_allow_redisplay_filters ?? [
              'always',
            ],
            payment_method_redisplay: element.features?.payment_method_redisplay ?? 'disabled',
            payment_method_redisplay_limit: element.features?.payment_method_redisplay_limit ?? 3,
            payment_method_remove: element.features?.payment_method_remove ?? 'disabled',
            payment_method_save: element.features?.payment_method_save ?? 'disabled',
            payment_method_save_usage: element.features?.payment_method_save_usage ?? null,
          }
        : null,
    },
    pricing_table: enabled('pricing_table'),
  };
}

/** What a page or an app may do for one customer: its server makes a session and hands over the client secret. */
export const customerSessions: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/customer_sessions',
      { components: required(hash(componentsShape)), customer: str() },
      ({ tx, params }) => {
        if (params.customer === undefined) {
          throw invalidRequest('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' });
        }
        const customer = tx.require('customer', params.customer, 'customer');
        const components = componentsOf(params.components);
        if (!Object.values(components).some(({ enabled }) => enabled)) {
          throw invalidRequest('At least one component must be enabled.', { param: 'components' });
        }
        const id = `${tx.newId('customer_session')}_secret_${randomText(32)}`;
        const session = {
          object: 'customer_session' as const,
          client_secret: id,
          components,
          created: tx.now(),
          customer: customer.id,
          customer_account: null,
          expires_at: tx.now() + LIFE,
          livemode: false,
        };
        const key = createEphemeralKey(tx, customer.id, { id, until: session.expires_at });
        tx.put('_customer_session', { id, session, ephemeralKey: key.id });
        return session;
      },
    ),
  ],
};
