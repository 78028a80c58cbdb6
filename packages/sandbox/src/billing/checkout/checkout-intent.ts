import { StripeError } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { confirmIntent, finishAuthentication } from '../invoices/settlement.js';
import { cancelPaymentIntent, createPaymentIntent } from '../payments/payment-intents.js';
import { declinedCard, type PaymentMethod } from '../payments/payment-methods.js';
import {
  answerSetupAuthentication,
  cancelSetupIntent,
  confirmSetupIntent,
  createSetupIntent,
} from '../payments/setup-intents.js';
import type { ChargeOutcome } from '../payments/test-cards.js';
import { type CheckoutSession, planOf } from './checkout-plan.js';

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /**
     * The payment (or setup) intent of the attempts so far. Since 2025-03-31.basil a failed attempt makes no subscription and no
     * invoice, and the intent belongs to no invoice before the session is complete:
     * https://docs.stripe.com/changelog/basil/2025-03-31/checkout-legacy-subscription-upgrade
     */
    _checkout_intent: { id: string; intent: string };
  }
}

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** The bank wants to hear from the person first; everything done so far has to be undone. */
export class AuthenticationRequired extends Error {
  override readonly name = 'AuthenticationRequired';
}

/** The session's payment intent, made with the first attempt to pay and kept for the next ones. */
export function sessionIntent(tx: Transaction, session: CheckoutSession, customer: string | null): string {
  const { payment } = planOf(tx, session.id);
  const amount = session.amount_total ?? 0;
  const known = tx.get('_checkout_intent', session.id)?.intent;
  if (known) return tx.patch('payment_intent', known, { amount, customer }).id;
  const subscribing = session.mode === 'subscription';
  const { id: intent } = createPaymentIntent(tx, {
    amount,
    currency: session.currency as string,
    customer,
    payment_method: null,
    description: subscribing ? 'Subscription creation' : (payment.description ?? null),
    metadata: payment.metadata ?? {},
    ...(subscribing ? { setup_future_usage: 'off_session' } : paymentMembers(payment)),
  });
  tx.put('_checkout_intent', { id: session.id, intent });
  if (session.mode === 'payment') tx.patch('checkout.session', session.id, { payment_intent: intent });
  return intent;
}

function paymentMembers({ capture_method, receipt_email, setup_future_usage }: ReturnType<typeof planOf>['payment']) {
  return {
    ...(capture_method && { capture_method }),
    ...(receipt_email !== undefined && { receipt_email }),
    ...(setup_future_usage && { setup_future_usage }),
  };
}

/**
 * Takes the money.
 * @param authenticated the person has just approved at the bank
 * @throws AuthenticationRequired, or 402 for a declined card
 */
export function payIntent(tx: Transaction, intent: string, method: PaymentMethod, authenticated: boolean): void {
  const { status } = tx.require('payment_intent', intent);
  const waits = status === 'requires_action' && authenticated;
  let outcome: ChargeOutcome = waits
    ? { kind: 'requires_action' }
    : confirmIntent(tx, intent, { paymentMethod: method.id, offSession: false });
  if (outcome.kind === 'requires_action') {
    if (!authenticated) throw new AuthenticationRequired();
    outcome = finishAuthentication(tx, intent, true);
  }
  if (outcome.kind === 'declined') throw declinedCard(outcome.decline);
}

/** The session's setup intent, likewise. Not established: whether Stripe makes it before the first attempt. */
export function sessionSetup(tx: Transaction, session: CheckoutSession, customer: string | null): string {
  const known = tx.get('_checkout_intent', session.id)?.intent;
  if (known) return tx.patch('setup_intent', known, { customer }).id;
  const { id } = createSetupIntent(tx, { customer, ...planOf(tx, session.id).setup });
  tx.put('_checkout_intent', { id: session.id, intent: id });
  tx.patch('checkout.session', session.id, { setup_intent: id });
  return id;
}

/** Sets the card up. @throws AuthenticationRequired, or 402 for a declined card that leaves nothing behind */
export function setUpCard(tx: Transaction, intent: string, paymentMethod: PaymentMethod, authenticated: boolean): void {
  const waits = authenticated && tx.require('setup_intent', intent).status === 'requires_action';
  if (!waits && !asksToConfirm(tx, intent, paymentMethod)) return;
  if (!authenticated) throw new AuthenticationRequired();
  answerSetupAuthentication(tx, intent, true);
}

function asksToConfirm(tx: Transaction, intent: string, paymentMethod: PaymentMethod): boolean {
  try {
    return confirmSetupIntent(tx, intent, { paymentMethod }).status === 'requires_action';
  } catch (error) {
    if (error instanceof StripeError) throw new StripeError(error.status, error.body);
    throw error;
  }
}

/** The attempt that brought nothing stays: on the intent, as a charge and in events. No subscription, no invoice. */
export function recordAttempt(
  tx: Transaction,
  session: CheckoutSession,
  method: PaymentMethod,
  approved: boolean,
): void {
  const customer = session.customer as string | null;
  if (session.mode === 'setup') {
    const intent = sessionSetup(tx, session, customer);
    try {
      setUpCard(tx, intent, method, approved);
    } catch (error) {
      if (!(error instanceof StripeError || error instanceof AuthenticationRequired)) throw error;
    }
    return;
  }
  if (!session.amount_total) return;
  const intent = sessionIntent(tx, session, customer);
  if (approved && tx.require('payment_intent', intent).status === 'requires_action') {
    finishAuthentication(tx, intent, true);
  } else confirmIntent(tx, intent, { paymentMethod: method.id, offSession: false });
}

/** The person refused at the bank. */
export function refuseAuthentication(tx: Transaction, session: string): void {
  const intent = tx.get('_checkout_intent', session)?.intent;
  if (!intent) return;
  if (tx.get('setup_intent', intent)?.status === 'requires_action') answerSetupAuthentication(tx, intent, false);
  if (tx.get('payment_intent', intent)?.status === 'requires_action') finishAuthentication(tx, intent, false);
}

/** An intent whose session has expired can no longer be used. Not established: the reason that Stripe notes. */
export function abandonIntent(tx: Transaction, session: string): void {
  const intent = tx.get('_checkout_intent', session)?.intent;
  if (!intent) return;
  if (OPEN.includes(tx.get('payment_intent', intent)?.status ?? '')) cancelPaymentIntent(tx, intent, 'expired');
  if (OPEN.includes(tx.get('setup_intent', intent)?.status ?? '')) cancelSetupIntent(tx, intent, 'abandoned');
}
