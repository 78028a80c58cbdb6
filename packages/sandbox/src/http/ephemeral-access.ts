import { mayRemove, maySave } from '../billing/payments/client-access.js';
import { StripeError } from '../engine/errors.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Store } from '../engine/store.js';
import { type ApiKey, masked } from './api-keys.js';
import type { Incoming } from './incoming.js';
import { forbidden } from './permissions.js';

/** A key that an app holds for one customer: by itself for an hour, or as long as its customer session. */
export interface EphemeralAccess extends ApiKey {
  customer: string;
  session: StripeObjects['customer_session'] | null;
}

type Permit = (access: EphemeralAccess, ids: string[], request: Incoming, store: Store) => boolean;

const ownCustomer: Permit = ({ customer }, [id]) => id === customer;
const ownMethod: Permit = ({ customer }, [id = ''], _, store) =>
  store.of('payment_method').get(id)?.customer === customer;
const namesCustomer: Permit = ({ customer }, _, { params }) => params.customer === customer;

/** What Stripe's mobile SDKs do with such a key. */
const PERMITTED: readonly [method: string, path: RegExp, permit: Permit][] = [
  ['GET', /^\/v1\/customers\/(\w+)(?:\/payment_methods(?:\/\w+)?)?$/, ownCustomer],
  ['POST', /^\/v1\/customers\/(\w+)$/, (access, ids, ...rest) => !access.session && ownCustomer(access, ids, ...rest)],
  ['GET', /^\/v1\/payment_methods$/, namesCustomer],
  ['POST', /^\/v1\/payment_methods$/, () => true],
  ['GET', /^\/v1\/payment_methods\/(\w+)$/, ownMethod],
  [
    'POST',
    /^\/v1\/payment_methods\/(\w+)$/,
    (access, ...rest) => allows(access, maySave) && ownMethod(access, ...rest),
  ],
  [
    'POST',
    /^\/v1\/payment_methods\/\w+\/attach$/,
    (access, ...rest) => allows(access, maySave) && namesCustomer(access, ...rest),
  ],
  [
    'POST',
    /^\/v1\/payment_methods\/(\w+)\/detach$/,
    (access, ...rest) => allows(access, mayRemove) && ownMethod(access, ...rest),
  ],
];

const allows = ({ session }: EphemeralAccess, may: typeof mayRemove) => session === null || may(session);

/** The access of an `ek_test_…`; undefined for any other key. 401 for one that is unknown, deleted or expired. */
export function ephemeralAccess(secret: string, store: Store, now: number): EphemeralAccess | undefined {
  if (!secret.startsWith('ek_')) return undefined;
  const record = store.of('_ephemeral_key').get(secret);
  if (!record || record.expires <= now) {
    const message = record ? 'Expired API Key provided' : 'Invalid API Key provided';
    const code = record ? { code: 'api_key_expired' } : {};
    throw new StripeError(
      401,
      { type: 'invalid_request_error', message: `${message}: ${masked(secret, record ? 6 : 4)}`, ...code },
      { stored: false },
    );
  }
  const { customer, created, expires, session } = record;
  return {
    id: secret,
    kind: 'restricted',
    name: null,
    permissions: null,
    created,
    expires_at: expires,
    revoked: false,
    customer,
    session: session === null ? null : (store.of('_customer_session').get(session)?.session ?? null),
  };
}

/** 403 for whatever is not the customer's own, or what the customer session does not allow. */
export function requireOwn(access: EphemeralAccess, request: Incoming, store: Store): void {
  const { method, path } = request;
  for (const [of, pattern, permit] of PERMITTED) {
    const match = of === method && pattern.exec(path);
    if (match && permit(access, match.slice(1), request, store)) return;
  }
  // Not established: Stripe's words for this.
  throw forbidden(
    `The ephemeral key '${masked(access.id, 4)}' does not have access to ${method} ${path}: it reaches the saved payment methods of ${access.customer} only, as far as its customer session allows.`,
    'more_permissions_required',
  );
}
