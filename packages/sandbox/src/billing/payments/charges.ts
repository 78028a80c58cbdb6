import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { issuerChecks } from './card-checks.js';
import { outcomeOf } from './charge-outcome.js';
import type { Decline } from './declines.js';
import { MERCHANT_NAME } from './merchant.js';
import { cvcGiven, testCardOf } from './payment-methods.js';

type Charge = StripeObjects['charge'];
type PaymentIntent = StripeObjects['payment_intent'];
type PaymentMethod = StripeObjects['payment_method'];

/** Records one try to take the intent's money, successful or declined, with its event. */
export function recordCharge(
  tx: Transaction,
  intent: PaymentIntent,
  method: PaymentMethod,
  result: { decline?: Decline; authenticated: boolean },
): Charge {
  const { decline } = result;
  const card = testCardOf(method);
  const captured = !decline && intent.capture_method !== 'manual';
  const charge = tx.put('charge', {
    id: tx.newId('charge'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { ...method.billing_details, tax_id: null },
    calculated_statement_descriptor: decline ? null : MERCHANT_NAME.toUpperCase(),
    captured,
    created: tx.now(clockOf(tx, intent)),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: outcomeOf(card, decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: cardDetails(tx, intent.amount, method, result) },
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: decline ? 'failed' : 'succeeded',
    transfer_data: null,
    transfer_group: null,
  });
  tx.emit(decline ? 'charge.failed' : 'charge.succeeded', charge);
  return charge;
}

/** The test clock that the intent's customer lives on, if any. */
export function clockOf(tx: Transaction, { customer }: { customer: string | null }): string | null {
  return (customer !== null && tx.get('customer', customer)?.test_clock) || null;
}

function cardDetails(
  tx: Transaction,
  amount: number,
  method: PaymentMethod,
  { decline, authenticated }: { decline?: Decline; authenticated: boolean },
): NonNullable<Charge['payment_method_details']>['card'] {
  const { card } = method;
  if (!card) return undefined;
  return {
    amount_authorized: decline ? null : amount,
    authorization_code: null,
    brand: card.brand,
    checks: issuerChecks(testCardOf(method), method, cvcGiven(tx, method.id)),
    country: card.country,
    electronic_commerce_indicator: null,
    exp_month: card.exp_month,
    exp_year: card.exp_year,
    fingerprint: card.fingerprint ?? null,
    funding: card.funding,
    installments: null,
    last4: card.last4,
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}
