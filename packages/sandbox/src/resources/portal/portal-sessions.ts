import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, oneOf, required, str, time, url } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { defaultConfiguration, type PortalConfiguration } from './portal-configurations.js';
import { flowOf, flowShape } from './portal-flows.js';

export type PortalSession = StripeObjects['billing_portal.session'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** A portal's address. `id` is the token in it. */
    _portal: {
      id: string;
      session: string;
      /** Stripe seconds: until then it may be opened, or once opened, used. */
      until: number;
      /** What the browser that opened it proves itself with. */
      cookie: string | null;
      /** The flow that it was made for is done. */
      flowDone: boolean;
    };
  }
}

/** An address nobody opens within five minutes is void. */
const OPEN_WITHIN = 5 * 60;

const kind: Kind<'billing_portal.session'> = {
  object: 'billing_portal.session',
  prefix: 'bps',
  references: { configuration: 'billing_portal.configuration', customer: null },
};

export const portalSessions: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/billing_portal/sessions',
      {
        after_expiration: hash({
          customer_login: hash({ expires_at: time() }),
          type: required(oneOf('customer_login')),
        }),
        configuration: str(),
        customer: required(str()),
        flow_data: hash(flowShape),
        locale: str(8),
        return_url: url(),
      },
      ({ tx, params }) => {
        const customer = tx.require('customer', params.customer, 'customer');
        const configuration =
          params.configuration === undefined
            ? defaultConfiguration(tx)
            : tx.require('billing_portal.configuration', params.configuration, 'configuration');
        if (!configuration.active) {
          throw invalidRequest('The configuration is inactive and cannot be used for a new session.', {
            param: 'configuration',
          });
        }
        const flow = params.flow_data ? flowOf(tx, customer.id, configuration, params.flow_data) : null;
        const after = params.after_expiration;
        return createPortalSession(tx, {
          configuration,
          customer: customer.id,
          flow,
          locale: (params.locale ?? null) as PortalSession['locale'],
          return_url: params.return_url ?? configuration.default_return_url,
          ...(after && {
            after_expiration: {
              customer_login: { expires_at: after.customer_login?.expires_at ?? null },
              type: after.type,
            },
          }),
        });
      },
    ),
  ],
};

type Members = Pick<PortalSession, 'after_expiration' | 'customer' | 'flow' | 'locale' | 'return_url'>;

/** A session with an address of its own; also what a login page opens. */
export function createPortalSession(
  tx: Transaction,
  { configuration, ...members }: Members & { configuration: PortalConfiguration },
): PortalSession {
  const token = `test_${randomText(40)}`;
  const session = tx.put('billing_portal.session', {
    id: tx.newId('billing_portal.session'),
    object: 'billing_portal.session',
    configuration: configuration.id,
    created: tx.now(),
    customer_account: null,
    livemode: false,
    on_behalf_of: null,
    url: `${tx.origin}/p/session/${token}`,
    ...members,
  });
  const until = tx.now() + OPEN_WITHIN;
  tx.put('_portal', { id: token, session: session.id, until, cookie: null, flowDone: false });
  tx.emit('billing_portal.session.created', session);
  return session;
}
