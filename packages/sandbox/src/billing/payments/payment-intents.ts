import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { scheduleAftermath } from '../disputes/aftermath.js';
import { clockOf, recordCharge } from './charges.js';
import type { Decline } from './declines.js';
import { takeForcedDecline } from './forced-declines.js';
import { attachPaymentMethod, cvcGiven, isSetUp, markSetUp, testCardOf } from './payment-methods.js';
import { type ChargeOutcome, chargeOutcome } from './test-cards.js';

type PaymentIntent = StripeObjects['payment_intent'];
type PaymentMethod = StripeObjects['payment_method'];

export interface NewIntent {
  /** Minor units. */
  amount: number;
  currency: string;
  customer: string | null;
  payment_method: string | null;
  setup_future_usage?: PaymentIntent['setup_future_usage'];
  capture_method?: PaymentIntent['capture_method'];
  description?: string | null;
  receipt_email?: string | null;
  metadata?: Record<string, string>;
  allowed_payment_method_types?: PaymentIntent['allowed_payment_method_types'];
  automatic_payment_methods?: PaymentIntent['automatic_payment_methods'];
}

export interface Attempt {
  /** Default: the one that the intent has. */
  paymentMethod?: string;
  offSession: boolean;
  /** Where the person comes back to after authenticating on a page. */
  returnUrl?: string;
}

const AUTHENTICATION_FAILED: Decline = {
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
};

export function createPaymentIntent(tx: Transaction, given: NewIntent): PaymentIntent {
  const id = tx.newId('payment_intent');
  const intent = tx.put('payment_intent', {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: given.allowed_payment_method_types ?? null,
    amount: given.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: given.automatic_payment_methods ?? null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: given.capture_method ?? 'automatic',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: 'automatic',
    created: tx.now(clockOf(tx, given)),
    currency: given.currency,
    customer: given.customer,
    customer_account: null,
    description: given.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: given.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: given.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: given.receipt_email ?? null,
    review: null,
    setup_future_usage: given.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: given.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  });
  tx.emit('payment_intent.created', intent);
  return intent;
}

/**
 * Tries to take the intent's money. A decline is an outcome, not an error: the intent then waits for another payment
 * method. What the payment is for is the caller's business: see `settlement.ts`.
 */
export function attemptPayment(tx: Transaction, id: string, attempt: Attempt): ChargeOutcome {
  const intent = tx.require('payment_intent', id);
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState('confirm', intent);
  }
  const methodId = attempt.paymentMethod ?? intent.payment_method;
  if (!methodId) {
    throw invalidRequest(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      { code: 'payment_intent_unexpected_state' },
    );
  }
  const method = tx.require('payment_method', methodId, 'payment_method');
  if (method.customer !== null && method.customer !== intent.customer) {
    throw invalidRequest(
      `The provided PaymentMethod (${method.id}) belongs to another Customer. Use a PaymentMethod of the PaymentIntent's own Customer, or one that is not attached to any.`,
      { param: 'payment_method' },
    );
  }
  return conclude(tx, intent, method, { ...attempt, authenticated: false });
}

/** The person has answered the bank's question. */
export function answerAuthentication(tx: Transaction, id: string, approved: boolean): ChargeOutcome {
  const intent = tx.require('payment_intent', id);
  const method = intent.payment_method && tx.get('payment_method', intent.payment_method);
  if (intent.status !== 'requires_action' || !method) throw unexpectedState('authenticate', intent);
  if (!approved) return declined(tx, intent, method, AUTHENTICATION_FAILED);
  return conclude(tx, intent, method, { offSession: false, authenticated: true });
}

export function cancelPaymentIntent(
  tx: Transaction,
  id: string,
  reason: PaymentIntent['cancellation_reason'],
): PaymentIntent {
  const intent = tx.require('payment_intent', id);
  if (['succeeded', 'canceled', 'processing'].includes(intent.status)) throw unexpectedState('cancel', intent);
  const canceled = tx.patch('payment_intent', id, {
    status: 'canceled',
    canceled_at: tx.now(clockOf(tx, intent)),
    cancellation_reason: reason,
    next_action: null,
    amount_capturable: 0,
  });
  tx.emit('payment_intent.canceled', canceled);
  return canceled;
}

/** Takes the authorized money, or a part of it (minor units). */
export function capturePaymentIntent(tx: Transaction, id: string, amount?: number): PaymentIntent {
  const intent = tx.require('payment_intent', id);
  if (intent.status !== 'requires_capture') throw unexpectedState('capture', intent);
  const received = Math.min(amount ?? intent.amount_capturable, intent.amount_capturable);
  if (intent.latest_charge) {
    const charge = tx.patch('charge', intent.latest_charge, { captured: true, amount_captured: received });
    tx.emit('charge.captured', charge);
    scheduleAftermath(tx, charge);
  }
  const captured = tx.patch('payment_intent', id, {
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: received,
  });
  tx.emit('payment_intent.succeeded', captured);
  return captured;
}

export function unexpectedState(
  verb: 'authenticate' | 'cancel' | 'capture' | 'confirm' | 'update',
  intent: PaymentIntent,
) {
  return invalidRequest(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state',
  });
}

/** The error that Stripe keeps in `last_payment_error` and answers with 402. */
export function paymentError(
  decline: Decline,
  method?: PaymentMethod,
  charge?: string,
): Decline & { type: 'card_error'; charge?: string; payment_method?: PaymentMethod } {
  return {
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    ...(decline.decline_code && { decline_code: decline.decline_code }),
    ...(decline.advice_code && { advice_code: decline.advice_code }),
    ...(decline.param && { param: decline.param }),
    ...(charge && { charge }),
    ...(method && { payment_method: method }),
  };
}

function conclude(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  { offSession, authenticated, returnUrl }: Attempt & { authenticated: boolean },
): ChargeOutcome {
  const setUp = isSetUp(tx, method.id);
  const forced = offSession ? takeForcedDecline(tx, intent.customer) : undefined;
  if (forced) return declined(tx, intent, method, forced, authenticated);
  const outcome = chargeOutcome(testCardOf(method), {
    offSession,
    authenticated,
    setUp,
    cvcGiven: cvcGiven(tx, method.id),
  });
  if (outcome.kind === 'declined') return declined(tx, intent, method, outcome.decline, authenticated);
  if (outcome.kind === 'requires_action') {
    const waiting = tx.patch('payment_intent', intent.id, {
      status: 'requires_action',
      payment_method: method.id,
      last_payment_error: null,
      next_action: nextAction(tx, intent.id, returnUrl),
    });
    tx.emit('payment_intent.requires_action', waiting);
    return outcome;
  }
  const charge = recordCharge(tx, intent, method, { authenticated });
  scheduleAftermath(tx, charge);
  saveForLater(tx, intent, method);
  const manual = intent.capture_method === 'manual';
  const paid = tx.patch('payment_intent', intent.id, {
    status: manual ? 'requires_capture' : 'succeeded',
    amount_received: manual ? 0 : intent.amount,
    amount_capturable: manual ? intent.amount : 0,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
    payment_method: method.id,
  });
  tx.emit(manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', paid);
  return outcome;
}

function declined(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  decline: Decline,
  authenticated = false,
): ChargeOutcome {
  const charge =
    decline === AUTHENTICATION_FAILED ? undefined : recordCharge(tx, intent, method, { decline, authenticated });
  const failed = tx.patch('payment_intent', intent.id, {
    status: 'requires_payment_method',
    latest_charge: charge?.id ?? intent.latest_charge,
    // Stripe's list of error codes is typed; ours come from the test cards.
    last_payment_error: paymentError(decline, method, charge?.id) as PaymentIntent['last_payment_error'],
    next_action: null,
    payment_method: null,
  });
  tx.emit('payment_intent.payment_failed', failed);
  return { kind: 'declined', decline };
}

/** A payment that was taken with `setup_future_usage` saves its card with the customer. */
function saveForLater(tx: Transaction, { customer, setup_future_usage }: PaymentIntent, method: PaymentMethod): void {
  if (!setup_future_usage) return;
  if (setup_future_usage === 'off_session') markSetUp(tx, method.id);
  if (customer && !method.customer) attachPaymentMethod(tx, method, customer);
}

function nextAction(tx: Transaction, id: string, returnUrl: string | undefined): PaymentIntent['next_action'] {
  const url = `${tx.origin}/3ds/${id}`;
  if (returnUrl) return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  // An opaque hash for stripe.js: the SDK types it as empty.
  const forStripeJs = { type: 'three_d_secure_redirect', stripe_js: url } as object as Record<string, never>;
  return { type: 'use_stripe_sdk', use_stripe_sdk: forStripeJs };
}
