import { cardError, invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { defaultPayment, finalizeInvoice } from '../invoices/invoices.js';
import { collectInvoice } from '../invoices/settlement.js';
import { isSetUp, testCardOf } from '../payments/payment-methods.js';
import { createSetupIntent } from '../payments/setup-intents.js';
import { setupOutcome } from '../payments/test-cards.js';
import type { SubscriptionGiven } from './subscription-given.js';
import { defaultPaymentMethod, patchSubscription, type Subscription } from './subscription-store.js';

/**
 * Finalizes a new subscription's first invoice and takes its money as `payment_behavior` says.
 * @throws 400 when nobody could pay, 402 with `error_if_incomplete` when nobody did
 */
export function payFirst(tx: Transaction, id: string, invoiceId: string, given: SubscriptionGiven): void {
  const subscription = tx.require('subscription', id);
  const method = defaultPaymentMethod(tx, subscription);
  const { amount_due } = tx.require('invoice', invoiceId);
  const waits = given.payment_behavior === 'default_incomplete';
  if (amount_due > 0 && !method && !waits) throw noPaymentMethod();
  const open = finalizeInvoice(tx, invoiceId, given.payment_intent);
  if (open.status === 'paid') {
    patchSubscription(tx, id, { status: subscription.trial_end ? 'trialing' : 'active' });
    return;
  }
  if (waits) {
    const intent = defaultPayment(tx, invoiceId)?.payment.payment_intent;
    if (intent && method && !given.payment_intent)
      tx.patch('payment_intent', intent, { payment_method: method, status: 'requires_confirmation' });
    return;
  }
  const outcome = collectInvoice(tx, invoiceId, { automatic: false, offSession: given.off_session });
  if (outcome.kind === 'succeeded' || given.payment_behavior !== 'error_if_incomplete') return;
  throw incompletePayment(outcome);
}

export function noPaymentMethod() {
  return invalidRequest(
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
    { code: 'resource_missing' },
  );
}

/** 402 for a payment that had to succeed in this request; nothing of the request remains. */
export function incompletePayment(outcome: Exclude<ReturnType<typeof collectInvoice>, { kind: 'succeeded' }>) {
  if (outcome.kind === 'no_payment_method') return noPaymentMethod();
  const body =
    outcome.kind === 'declined'
      ? outcome.decline
      : {
          code: 'subscription_payment_intent_requires_action',
          message:
            'Payment for this subscription requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with subscription.latest_invoice.',
        };
  return cardError(body, { keepChanges: false });
}

/** Nothing to pay now: a setup intent collects the card (or its authentication) for later. */
export function withPendingSetup(tx: Transaction, subscription: Subscription): Subscription {
  if (subscription.collection_method === 'send_invoice') return subscription;
  const method = defaultPaymentMethod(tx, subscription);
  const card = method && tx.get('payment_method', method);
  if (
    card &&
    setupOutcome(testCardOf(card), { authenticated: false, setUp: isSetUp(tx, card.id) }).kind !== 'requires_action'
  ) {
    return subscription;
  }
  const intent = createSetupIntent(tx, { customer: subscription.customer, payment_method: card ? card.id : null });
  return patchSubscription(tx, subscription.id, { pending_setup_intent: intent.id });
}
