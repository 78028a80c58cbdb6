import { cardError, invalidRequest, noSuch } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { issuerChecks } from './card-checks.js';
import { type Decline, NOT_A_TEST_CARD } from './declines.js';
import {
  attachRefusal,
  cardFingerprint,
  type TestCard,
  testCardByFingerprint,
  testCardByNumber,
  testCardByToken,
} from './test-cards.js';

export type PaymentMethod = StripeObjects['payment_method'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** What Stripe knows about a card and never shows. `id` is the payment method's. */
    _card: { id: string; setUp: boolean; detached: boolean; hasCvc: boolean };
  }
}

export interface CardDetails {
  card: TestCard;
  exp_month?: number;
  exp_year?: number;
  hasCvc?: boolean;
  billing_details?: Partial<PaymentMethod['billing_details']>;
  metadata?: Record<string, string>;
  allow_redisplay?: PaymentMethod['allow_redisplay'];
}

const NOBODY: PaymentMethod['billing_details'] = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

/** A new card payment method, not yet attached to a customer. Stripe sends no event for that. */
export function createCardPaymentMethod(tx: Transaction, details: CardDetails): PaymentMethod {
  const { card, hasCvc = false } = details;
  const id = tx.newId('payment_method');
  tx.put('_card', { id, setUp: false, detached: false, hasCvc });
  return tx.put('payment_method', {
    id,
    object: 'payment_method',
    allow_redisplay: details.allow_redisplay ?? 'unspecified',
    billing_details: { ...NOBODY, ...details.billing_details },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: hasCvc ? 'unchecked' : null },
      country: card.country,
      display_brand: card.brand,
      exp_month: details.exp_month ?? 12,
      exp_year: details.exp_year ?? new Date(tx.now() * 1000).getUTCFullYear() + 8,
      fingerprint: cardFingerprint(card.number),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: card.networks ?? [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: !card.withoutThreeDSecure },
      wallet: null,
    },
    created: tx.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: details.metadata ?? {},
    type: 'card',
  });
}

/** The test card of a number; a card error for any other number, as in Stripe's test mode. */
export function requireTestCard(number: string): TestCard {
  const card = testCardByNumber(number);
  if (!card) throw declinedCard(NOT_A_TEST_CARD);
  return card;
}

/**
 * The payment method that a parameter names. Stripe's test names (`pm_card_visa`) become a new one each time.
 * @throws 400 `resource_missing` naming `param`
 */
export function usePaymentMethod(tx: Transaction, id: string, param = 'payment_method'): PaymentMethod {
  const known = tx.get('payment_method', id);
  if (known) return known;
  const card = id.startsWith('pm_card_') ? testCardByToken(id) : undefined;
  if (!card) throw noSuch('PaymentMethod', id, param);
  return createCardPaymentMethod(tx, { card, hasCvc: card.onlyWithCvc ?? false });
}

/**
 * Saves a payment method for a customer. The issuer is asked: a declining card is refused with 402.
 * One that belongs to the customer already is returned as it is.
 */
export function attachPaymentMethod(tx: Transaction, paymentMethod: PaymentMethod, customer: string): PaymentMethod {
  if (paymentMethod.customer === customer) return paymentMethod;
  if (paymentMethod.customer) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      param: 'payment_method',
    });
  }
  const secret = tx.get('_card', paymentMethod.id);
  if (secret?.detached) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
      { param: 'payment_method' },
    );
  }
  const card = testCardOf(paymentMethod);
  const hasCvc = cvcGiven(tx, paymentMethod.id);
  const decline = attachRefusal(card, hasCvc);
  if (decline) throw declinedCard(decline);
  const attached = tx.edit('payment_method', paymentMethod.id, (draft) => {
    draft.customer = customer;
    if (draft.card) draft.card.checks = issuerChecks(card, draft, hasCvc);
  });
  tx.emit('payment_method.attached', attached);
  return attached;
}

/** Takes a payment method away from its customer for good, and with it every default that named it. */
export function detachPaymentMethod(tx: Transaction, paymentMethod: PaymentMethod): PaymentMethod {
  const customerId = paymentMethod.customer;
  if (!customerId) {
    throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.', {
      param: 'payment_method',
    });
  }
  const secret = tx.get('_card', paymentMethod.id);
  if (secret) tx.put('_card', { ...secret, detached: true });
  const detached = tx.patch('payment_method', paymentMethod.id, { customer: null });
  tx.emit('payment_method.detached', detached);

  const customer = tx.get('customer', customerId);
  if (customer?.invoice_settings.default_payment_method === paymentMethod.id) {
    const invoice_settings = { ...customer.invoice_settings, default_payment_method: null };
    tx.emit('customer.updated', tx.patch('customer', customer.id, { invoice_settings }));
  }
  if (tx.kind('subscription')) {
    for (const subscription of tx.where('subscription', 'customer', customerId)) {
      if (subscription.default_payment_method !== paymentMethod.id || subscription.ended_at) continue;
      const changed = tx.patch('subscription', subscription.id, { default_payment_method: null });
      tx.emit('customer.subscription.updated', changed);
    }
  }
  return detached;
}

/** What the issuer of a stored card does. */
export function testCardOf(paymentMethod: PaymentMethod): TestCard {
  const card = testCardByFingerprint(paymentMethod.card?.fingerprint);
  if (!card) throw new Error(`${paymentMethod.id} is not one of the test cards`);
  return card;
}

/** Whether a security code was entered with the card. */
export function cvcGiven(tx: Transaction, paymentMethodId: string): boolean {
  return tx.get('_card', paymentMethodId)?.hasCvc ?? false;
}

/** Whether the person has authenticated the card once for payments without them. */
export function isSetUp(tx: Transaction, paymentMethodId: string): boolean {
  return tx.get('_card', paymentMethodId)?.setUp ?? false;
}

export function markSetUp(tx: Transaction, paymentMethodId: string): void {
  const secret = tx.get('_card', paymentMethodId);
  if (secret && !secret.setUp) tx.put('_card', { ...secret, setUp: true });
}

/** Stripe's 402 for a decline; nothing of the request is kept. */
export function declinedCard({ code, decline_code, advice_code, message, param }: Decline) {
  const body = {
    code,
    message,
    ...(decline_code && { decline_code }),
    ...(advice_code && { advice_code }),
    ...(param && { param }),
  };
  return cardError(body, { keepChanges: false });
}
