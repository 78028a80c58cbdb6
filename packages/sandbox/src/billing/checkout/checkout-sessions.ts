import type Stripe from 'stripe';
import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Stored, StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { type CheckoutItem, discountFor, type SessionDiscount, totalsOf } from './checkout-totals.js';

export type CheckoutSession = StripeObjects['checkout.session'];
type LineItem = Stored<Stripe.LineItem>;

/** What a session will do when it is completed; Stripe never shows it. */
export interface CheckoutPlan {
  id: string;
  items: CheckoutItem[];
  discounts: SessionDiscount[];
  /** As given in `subscription_data`. */
  subscription: {
    description?: string;
    metadata?: Record<string, string>;
    trial_end?: number;
    trial_period_days?: number;
    trial_settings?: { end_behavior: { missing_payment_method: 'cancel' | 'create_invoice' | 'pause' } };
  };
  setup: { description?: string; metadata?: Record<string, string> };
  customer_update: { address?: 'auto' | 'never'; name?: 'auto' | 'never' };
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _checkout: CheckoutPlan;
  }
}

export interface NewSession extends Omit<CheckoutPlan, 'id'> {
  mode: 'subscription' | 'setup';
  ui_mode: 'hosted_page' | 'embedded_page';
  currency: string | null;
  customer: string | null;
  /** Members of the session that are kept as they were given. */
  given: Partial<CheckoutSession>;
  expires_at?: number;
}

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
export const EXPIRE_JOB = 'checkout.session.expire';

/** An open session. Nothing else exists before it is completed: no subscription, no invoice, no intent. */
export function createCheckoutSession(tx: Transaction, created: NewSession): CheckoutSession {
  const { mode, ui_mode, currency, given, items, discounts, subscription, setup, customer_update } = created;
  const id = `cs_test_a1${randomText(56)}`;
  const now = tx.now();
  const expires_at = expiry(now, created.expires_at);
  const subscribing = mode === 'subscription';
  const trial = subscription.trial_end !== undefined || subscription.trial_period_days !== undefined;
  const totals = subscribing && currency ? totalsOf(tx, items, currency, discounts, trial) : undefined;
  const hosted = ui_mode === 'hosted_page';
  tx.put('_checkout', { id, items, discounts, subscription, setup, customer_update });
  tx.schedule(EXPIRE_JOB, id, expires_at);
  return tx.put('checkout.session', {
    id,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: totals?.subtotal ?? null,
    amount_total: totals?.total ?? null,
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
    customer: created.customer,
    customer_account: null,
    customer_creation: created.customer || !subscribing ? null : 'always',
    customer_details: null,
    customer_email: null,
    discounts: subscribing ? discounts.map(({ coupon, promotion_code }) => ({ coupon, promotion_code })) : null,
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
    payment_method_collection: 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: subscribing ? 'unpaid' : 'no_payment_required',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    ...(hosted ? {} : { redirect_on_completion: 'always' as const }),
    saved_payment_method_options: subscribing
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
    total_details: totals ? { amount_discount: totals.discount, amount_shipping: 0, amount_tax: 0 } : null,
    ui_mode,
    url: hosted ? `${tx.origin}/c/pay/${id}` : null,
    wallet_options: null,
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
  const expired = tx.patch('checkout.session', id, { status: 'expired', url: null });
  tx.emit('checkout.session.expired', expired);
  return expired;
}

export function expireDueSession(tx: Transaction, id: string): void {
  if (tx.get('checkout.session', id)?.status === 'open') expireCheckoutSession(tx, id);
}

/** Puts a promotion code on an open session, or takes it away with null. */
export function discountSession(tx: Transaction, session: CheckoutSession, code: string | null): CheckoutSession {
  const plan = planOf(tx, session.id);
  const discounts = code === null ? [] : [discountFor(tx, { code }, session.customer as string | null)];
  tx.put('_checkout', { ...plan, discounts });
  const totals = totalsOf(tx, plan.items, session.currency as string, discounts, isTrial(plan));
  return tx.patch('checkout.session', session.id, {
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    discounts: discounts.map(({ coupon, promotion_code }) => ({ coupon, promotion_code })),
    total_details: { amount_discount: totals.discount, amount_shipping: 0, amount_tax: 0 },
  });
}

export function planOf(tx: Transaction, id: string): CheckoutPlan {
  return tx.get('_checkout', id) as CheckoutPlan;
}

export function isTrial({ subscription }: CheckoutPlan): boolean {
  return subscription.trial_end !== undefined || subscription.trial_period_days !== undefined;
}

/** The session's `line_items`, as Stripe lists them. */
export function lineItemsOf(tx: Transaction, session: CheckoutSession): LineItem[] {
  const plan = planOf(tx, session.id);
  if (session.mode !== 'subscription' || !session.currency) return [];
  const { lines } = totalsOf(tx, plan.items, session.currency, plan.discounts, isTrial(plan));
  return lines.map(({ item, price, subtotal, discount }) => ({
    id: item.id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: discount,
    amount_subtotal: subtotal,
    amount_tax: 0,
    amount_total: subtotal - discount,
    currency: session.currency as string,
    description: tx.get('product', price.product as string)?.name ?? null,
    metadata: item.metadata,
    price,
    quantity: item.quantity,
  }));
}
