import {
  createCardPaymentMethod,
  detachPaymentMethod,
  requireTestCard,
} from '../../billing/payments/payment-methods.js';
import { confirmSetupIntent, createSetupIntent } from '../../billing/payments/setup-intents.js';
import { cancelNow } from '../../billing/subscriptions/subscription-cancel.js';
import { ENDED, type Subscription } from '../../billing/subscriptions/subscription-store.js';
import { updateSubscription } from '../../billing/subscriptions/subscription-update.js';
import type { Transaction } from '../../engine/transaction.js';
import { updateCustomer } from '../../resources/customers/customers.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import type { CardEntry } from '../cards/card-entry.js';

type Feedback = NonNullable<NonNullable<Subscription['cancellation_details']>['feedback']>;

/** Nothing but what the caller adds. The person is there to authenticate. */
const UNCHANGED = {
  items: [],
  extras: [],
  members: {},
  off_session: false,
  payment_behavior: 'allow_incomplete' as const,
  proration_behavior: 'none' as const,
};

/**
 * Cancels as the configuration says. At period end Stripe's portal sets `cancel_at` on flexible subscriptions and
 * leaves `cancel_at_period_end` false.
 */
export function cancelPlan(
  tx: Transaction,
  id: string,
  { mode, proration_behavior }: PortalConfiguration['features']['subscription_cancel'],
  said: { feedback?: string | undefined; comment?: string | undefined },
): void {
  const { feedback, comment } = said;
  const given = {
    ...(feedback && { feedback: feedback as Feedback }),
    ...(comment?.trim() && { comment: comment.trim() }),
  };
  if (mode === 'immediately') {
    const prorate = proration_behavior !== 'none';
    const invoice_now = proration_behavior === 'always_invoice';
    cancelNow(tx, id, { reason: 'cancellation_requested', prorate, invoice_now, ...given });
    return;
  }
  const flexible = tx.require('subscription', id).billing_mode.type === 'flexible';
  updateSubscription(tx, id, {
    ...UNCHANGED,
    ...(flexible ? { cancel_at: 'max_period_end' as const } : { cancel_at_period_end: true }),
    details: given,
  });
}

export function keepPlan(tx: Transaction, id: string): void {
  updateSubscription(tx, id, { ...UNCHANGED, cancel_at: null, cancel_at_period_end: false });
}

/** The offer that keeps a customer who was about to leave. */
export function acceptOffer(tx: Transaction, id: string, coupon: string): void {
  const kept = tx.require('subscription', id).discounts.map((discount) => ({ discount: discount as string }));
  updateSubscription(tx, id, { ...UNCHANGED, discounts: [...kept, { coupon }] });
}

/**
 * Saves a card by a setup intent and makes it the default.
 * @returns where to go when the bank wants to hear from the person first
 * @throws 402 for a declined card
 */
export function addCard(tx: Transaction, customer: string, card: CardEntry, returnUrl: string): string | undefined {
  const { number, exp_month, exp_year, name, country } = card;
  const none = { city: null, line1: null, line2: null, postal_code: null, state: null };
  const paymentMethod = createCardPaymentMethod(tx, {
    card: requireTestCard(number),
    exp_month,
    exp_year,
    hasCvc: true,
    allow_redisplay: 'always',
    billing_details: { name, email: tx.require('customer', customer).email, address: { ...none, country } },
  });
  const { id } = createSetupIntent(tx, { customer });
  const { status } = confirmSetupIntent(tx, id, { paymentMethod, returnUrl });
  if (status === 'requires_action') return `/3ds/${id}`;
  preferCard(tx, customer, paymentMethod.id);
  return undefined;
}

/** The card for invoices of the customer, and for subscriptions that named one of their own. */
export function preferCard(tx: Transaction, customer: string, default_payment_method: string): void {
  updateCustomer(tx, customer, { invoice_settings: { default_payment_method } });
  for (const subscription of tx.where('subscription', 'customer', customer)) {
    if (ENDED.includes(subscription.status) || subscription.default_payment_method === null) continue;
    tx.emit('customer.subscription.updated', tx.patch('subscription', subscription.id, { default_payment_method }));
  }
}

export function removeCard(tx: Transaction, customer: string, id: string): void {
  const method = tx.get('payment_method', id);
  if (method?.customer === customer) detachPaymentMethod(tx, method);
}
