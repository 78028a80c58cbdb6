import { cardError, invalidRequest } from '../../engine/errors.js';
import { newId, randomText } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Decline } from './declines.js';
import {
  attachPaymentMethod,
  cvcGiven,
  isSetUp,
  markSetUp,
  type PaymentMethod,
  testCardOf,
} from './payment-methods.js';
import { setupOutcome } from './test-cards.js';

export type SetupIntent = StripeObjects['setup_intent'];

export interface NewSetupIntent {
  customer: string | null;
  payment_method?: string | null;
  usage?: 'off_session' | 'on_session';
  description?: string | null;
  metadata?: Record<string, string>;
  automatic_payment_methods?: SetupIntent['automatic_payment_methods'];
  allowed_payment_method_types?: SetupIntent['allowed_payment_method_types'];
}

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function createSetupIntent(tx: Transaction, given: NewSetupIntent): SetupIntent {
  const id = tx.newId('setup_intent');
  const intent = tx.put('setup_intent', {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: given.allowed_payment_method_types ?? null,
    application: null,
    automatic_payment_methods: given.automatic_payment_methods ?? { allow_redirects: 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: tx.now(clockOf(tx, given.customer)),
    customer: given.customer,
    customer_account: null,
    description: given.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: given.metadata ?? {},
    next_action: null,
    on_behalf_of: null,
    payment_method: given.payment_method ?? null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: given.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    usage: given.usage ?? 'off_session',
  });
  tx.emit('setup_intent.created', intent);
  return intent;
}

export interface SetupAttempt {
  paymentMethod?: PaymentMethod;
  /** Where the person comes back to after authenticating on a page. */
  returnUrl?: string;
}

/** @throws 402 when the issuer declines, keeping the failed attempt on the intent */
export function confirmSetupIntent(tx: Transaction, id: string, attempt: SetupAttempt): SetupIntent {
  const intent = tx.require('setup_intent', id);
  if (!OPEN.includes(intent.status)) throw unexpectedState('confirm', intent);
  const method =
    attempt.paymentMethod ??
    (intent.payment_method ? tx.require('payment_method', intent.payment_method, 'payment_method') : undefined);
  if (!method) {
    throw invalidRequest(
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.",
      { code: 'setup_intent_unexpected_state' },
    );
  }
  if (method.customer !== null && method.customer !== intent.customer) {
    throw invalidRequest(
      `The provided PaymentMethod (${method.id}) belongs to another Customer. Use a PaymentMethod of the SetupIntent's own Customer, or one that is not attached to any.`,
      { param: 'payment_method' },
    );
  }
  return conclude(tx, intent, method, false, attempt.returnUrl);
}

/** The person has answered the bank's question. A refusal is kept on the intent and does not throw. */
export function answerSetupAuthentication(tx: Transaction, id: string, approved: boolean): SetupIntent {
  const intent = tx.require('setup_intent', id);
  const method = intent.payment_method && tx.get('payment_method', intent.payment_method);
  if (intent.status !== 'requires_action' || !method) throw unexpectedState('confirm', intent);
  if (approved) return conclude(tx, intent, method, true);
  return failed(tx, intent, {
    type: 'invalid_request_error',
    code: 'setup_intent_authentication_failure',
    message:
      'The latest attempt to set up the payment method has failed because authentication failed. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this SetupIntent again.',
    payment_method: method,
  });
}

export function cancelSetupIntent(
  tx: Transaction,
  id: string,
  reason: SetupIntent['cancellation_reason'],
): SetupIntent {
  const intent = tx.require('setup_intent', id);
  if (!OPEN.includes(intent.status)) throw unexpectedState('cancel', intent);
  const canceled = tx.patch('setup_intent', id, { status: 'canceled', cancellation_reason: reason, next_action: null });
  tx.emit('setup_intent.canceled', canceled);
  return canceled;
}

function conclude(
  tx: Transaction,
  intent: SetupIntent,
  method: PaymentMethod,
  authenticated: boolean,
  returnUrl?: string,
): SetupIntent {
  const outcome = setupOutcome(testCardOf(method), {
    authenticated,
    setUp: isSetUp(tx, method.id),
    cvcGiven: cvcGiven(tx, method.id),
  });
  const latest_attempt = newId('setatt');
  if (outcome.kind === 'requires_action') {
    const waiting = tx.patch('setup_intent', intent.id, {
      status: 'requires_action',
      payment_method: method.id,
      last_setup_error: null,
      latest_attempt,
      next_action: nextAction(tx, intent.id, returnUrl),
    });
    tx.emit('setup_intent.requires_action', waiting);
    return waiting;
  }
  if (outcome.kind === 'declined') {
    const error = setupError(outcome.decline, method);
    const refused = failed(tx, tx.patch('setup_intent', intent.id, { latest_attempt }), error);
    const { type, payment_method, ...body } = error;
    throw cardError({ ...body, payment_method, setup_intent: refused });
  }
  const saved = intent.customer ? attachPaymentMethod(tx, method, intent.customer) : method;
  if (intent.usage === 'off_session') markSetUp(tx, saved.id);
  const succeeded = tx.patch('setup_intent', intent.id, {
    status: 'succeeded',
    payment_method: saved.id,
    last_setup_error: null,
    latest_attempt,
    next_action: null,
  });
  tx.emit('setup_intent.succeeded', succeeded);
  serveSubscription(tx, succeeded, saved.id);
  return succeeded;
}

function failed(tx: Transaction, intent: SetupIntent, error: object): SetupIntent {
  const refused = tx.patch('setup_intent', intent.id, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    // The SDK types every code that Stripe has; ours come from the test cards.
    last_setup_error: error as SetupIntent['last_setup_error'],
  });
  tx.emit('setup_intent.setup_failed', refused);
  return refused;
}

function setupError(decline: Decline, method: PaymentMethod) {
  const { code, message, decline_code, advice_code, param } = decline;
  return {
    type: 'card_error' as const,
    code,
    message,
    ...(decline_code && { decline_code }),
    ...(advice_code && { advice_code }),
    ...(param && { param }),
    payment_method: method,
  };
}

/** A subscription that waited for this setup (a trial, a free start) waits no longer. */
function serveSubscription(tx: Transaction, intent: SetupIntent, method: string): void {
  if (!intent.customer || !tx.kind('subscription')) return;
  for (const subscription of tx.where('subscription', 'customer', intent.customer)) {
    if (subscription.pending_setup_intent !== intent.id) continue;
    const keeps = subscription.payment_settings?.save_default_payment_method === 'on_subscription';
    const served = tx.patch('subscription', subscription.id, {
      pending_setup_intent: null,
      ...(keeps && { default_payment_method: method }),
    });
    tx.emit('customer.subscription.updated', served);
  }
}

function clockOf(tx: Transaction, customer: string | null): string | null {
  return (customer !== null && tx.get('customer', customer)?.test_clock) || null;
}

function nextAction(tx: Transaction, id: string, returnUrl: string | undefined): SetupIntent['next_action'] {
  const url = `${tx.origin}/3ds/${id}`;
  if (returnUrl) return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
}

function unexpectedState(verb: 'confirm' | 'cancel', { status }: SetupIntent) {
  return invalidRequest(
    `You cannot ${verb} this SetupIntent because it has a status of ${status}. Only a SetupIntent with one of the following statuses may be ${verb === 'cancel' ? 'canceled' : 'confirmed'}: ${OPEN.join(', ')}.`,
    { code: 'setup_intent_unexpected_state' },
  );
}
