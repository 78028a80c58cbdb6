import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import { abandonIntent } from './checkout-intent.js';
import { orderMembers } from './checkout-order.js';
import { type CheckoutPlan, type CheckoutSession, planOf } from './checkout-plan.js';

export interface NewSession extends Omit<CheckoutPlan, 'id'> {
  mode: 'payment' | 'setup' | 'subscription';
  ui_mode: 'hosted_page' | 'embedded_page';
  currency: string | null;
  customer: string | null;
  /** Members of the session that are kept as they were given. */
  given: Partial<CheckoutSession>;
  expires_at?: number;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
/** How long an expired session can be recovered. */
const RECOVERABLE = 30 * DAY;
export const EXPIRE_JOB = 'checkout.session.expire';

/** An open session. Nothing else exists before it is completed: no subscription, no invoice, no intent. */
export function createCheckoutSession(tx: Transaction, created: NewSession): CheckoutSession {
  const { mode, ui_mode, currency, given, customer, expires_at: wanted, ...planned } = created;
  const id = `cs_test_${mode === 'setup' ? 'c1' : 'a1'}${randomText(56)}`;
  const now = tx.now();
  const expires_at = expiry(now, wanted);
  const setup = mode === 'setup';
  const hosted = ui_mode === 'hosted_page';
  const plan = tx.put('_checkout', { ...planned, id });
  tx.schedule(EXPIRE_JOB, id, expires_at);
  return tx.put('checkout.session', {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: null,
    client_reference_id: null,
    client_secret: hosted ? null : `${id}_secret_${randomText(40)}`,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer,
    customer_account: null,
    customer_creation: customer || setup ? null : mode === 'payment' ? 'if_required' : 'always',
    customer_details: null,
    customer_email: null,
    discounts: null,
    expires_at,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    line_items: undefined,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: {},
    mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: mode === 'payment' ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: setup ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    ...(hosted ? {} : { redirect_on_completion: 'always' as const }),
    saved_payment_method_options:
      !setup && (customer || mode === 'subscription')
        ? { allow_redisplay_filters: ['always'], payment_method_remove: 'disabled', payment_method_save: null }
        : null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: null,
    total_details: null,
    ui_mode,
    url: hosted ? `${tx.origin}/c/pay/${id}` : null,
    wallet_options: null,
    ...(setup ? {} : orderMembers(tx, plan, { currency, customer })),
    ...given,
  });
}

/** Stripe allows 30 minutes to 24 hours. */
function expiry(now: number, given: number | undefined): number {
  if (given === undefined) return now + DAY;
  const param = 'expires_at';
  if (given < now + 30 * MINUTE) {
    throw invalidRequest('The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.', {
      param,
    });
  }
  if (given > now + DAY) {
    throw invalidRequest('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.', {
      param,
    });
  }
  return given;
}

/** @throws 400 unless the session is open */
export function expireCheckoutSession(tx: Transaction, id: string): CheckoutSession {
  const session = tx.require('checkout.session', id);
  if (session.status !== 'open') {
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
    );
  }
  tx.unschedule(EXPIRE_JOB, id);
  abandonIntent(tx, id);
  const recovery = session.after_expiration?.recovery;
  const expired = tx.patch('checkout.session', id, {
    status: 'expired',
    url: null,
    ...(recovery?.enabled && { after_expiration: { recovery: recoverable(tx, session, recovery) } }),
  });
  tx.emit('checkout.session.expired', expired);
  return expired;
}

export function expireDueSession(tx: Transaction, id: string): void {
  if (tx.get('checkout.session', id)?.status === 'open') expireCheckoutSession(tx, id);
}

type Recovery = NonNullable<NonNullable<CheckoutSession['after_expiration']>['recovery']>;

function recoverable(tx: Transaction, { id, allow_promotion_codes }: CheckoutSession, recovery: Recovery): Recovery {
  return {
    ...recovery,
    allow_promotion_codes: recovery.allow_promotion_codes || allow_promotion_codes === true,
    expires_at: tx.now() + RECOVERABLE,
    url: `${tx.origin}/c/recover/${id}`,
  };
}

/** An open copy of an expired session, as its recovery address promises; undefined when it is too late for that. */
export function recoverSession(tx: Transaction, id: string): CheckoutSession | undefined {
  const expired = tx.get('checkout.session', id);
  const recovery = expired?.after_expiration?.recovery;
  if (expired?.status !== 'expired' || !recovery?.expires_at || recovery.expires_at <= tx.now()) {
    return undefined;
  }
  const { id: _, ...plan } = planOf(tx, id);
  const { created, expires_at, status, payment_status, url, client_secret, payment_intent, ...kept } = expired;
  return createCheckoutSession(tx, {
    ...plan,
    mode: expired.mode as NewSession['mode'],
    ui_mode: 'hosted_page',
    currency: expired.currency,
    customer: expired.customer as string | null,
    given: {
      ...withoutIdentity(kept),
      after_expiration: null,
      allow_promotion_codes: recovery.allow_promotion_codes || null,
      recovered_from: id,
    },
  });
}

function withoutIdentity({ id, ui_mode, ...members }: Partial<CheckoutSession>): Partial<CheckoutSession> {
  return members;
}
