import { StripeError } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PaymentMethod } from './payment-methods.js';

type CustomerSession = StripeObjects['customer_session'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** What a client may do for one customer, by its client secret. */
    _customer_session: { id: string; session: CustomerSession; ephemeralKey: string };
    /** A key that reaches one customer only. `id` is the secret. */
    _ephemeral_key: {
      id: string;
      key: string;
      customer: string;
      created: number;
      /** Stripe seconds of the sandbox's clock. */
      expires: number;
      /** Made for a customer session: only what its components allow. */
      session: string | null;
    };
  }
}

/** An ephemeral key is for one hour. */
const KEY_LIFE = 60 * 60;

export function createEphemeralKey(tx: Transaction, customer: string, session: { id: string; until: number } | null) {
  const created = tx.now();
  return tx.put('_ephemeral_key', {
    id: `ek_test_${randomText(48)}`,
    key: `ephkey_${randomText(24)}`,
    customer,
    created,
    expires: session?.until ?? created + KEY_LIFE,
    session: session?.id ?? null,
  });
}

/** The session of a client secret. @throws 400 for one that is unknown or has expired */
export function customerSessionOf(tx: Transaction, secret: string) {
  const record = tx.get('_customer_session', secret);
  if (record && record.session.expires_at > tx.now()) return record;
  // Not established: Stripe's words for this.
  throw new StripeError(400, {
    type: 'invalid_request_error',
    message: record
      ? 'The customer session has expired. Create a new one on your server.'
      : 'No such customer session: the customer_session_client_secret is not known.',
    param: 'customer_session_client_secret',
  });
}

/** The cards that a component of a customer session may show: newest first, as far as its features allow. */
export function redisplayed(
  tx: Transaction,
  session: CustomerSession,
  component: 'payment_element' | 'mobile_payment_element' | 'customer_sheet',
): PaymentMethod[] {
  const { enabled, features } = session.components?.[component] ?? { enabled: false, features: null };
  if (!enabled) return [];
  // The customer sheet is there to show cards; the others do so when asked.
  const shows =
    component === 'customer_sheet' ||
    (features as { payment_method_redisplay?: string } | null)?.payment_method_redisplay === 'enabled';
  if (!shows) return [];
  const filters: readonly string[] = features?.payment_method_allow_redisplay_filters ?? ['always'];
  const limit = (features as { payment_method_redisplay_limit?: number | null } | null)?.payment_method_redisplay_limit;
  const shown = tx
    .where('payment_method', 'customer', session.customer as string)
    .filter(({ type, allow_redisplay }) => type === 'card' && filters.includes(allow_redisplay ?? 'unspecified'));
  return limit ? shown.slice(0, limit) : shown;
}

/** Whether a client with this session may take a saved card away. */
export function mayRemove({ components }: CustomerSession): boolean {
  return [components?.payment_element, components?.mobile_payment_element, components?.customer_sheet].some(
    (component) => component?.enabled && component.features?.payment_method_remove === 'enabled',
  );
}

/** Whether it may save a new one, or change one; the customer sheet is there for it. */
export function maySave({ components }: CustomerSession): boolean {
  return Boolean(
    components?.customer_sheet.enabled ||
      components?.mobile_payment_element.features?.payment_method_save === 'enabled' ||
      components?.payment_element.features?.payment_method_save === 'enabled',
  );
}
