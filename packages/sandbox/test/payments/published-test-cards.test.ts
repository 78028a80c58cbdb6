import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { passesLuhn } from '../../src/billing/payments/card-number.js';
import { TEST_CARDS } from '../../src/billing/payments/test-card-table.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

type Result = { status?: string; code?: string; decline_code?: string };
const failure = (error: unknown): Result => {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  return { code: error.code ?? '', ...(error.decline_code && { decline_code: error.decline_code }) };
};

const pay = (method: Partial<Stripe.PaymentIntentCreateParams>): Promise<Result> =>
  stripe.paymentIntents
    .create({ amount: 2000, currency: 'usd', confirm: true, return_url: 'https://example.com', ...method })
    .then(({ status }) => ({ status }), failure);

async function attach(payment_method: string): Promise<Result> {
  const customer = await stripe.customers.create({ email: 'alice@example.com' });
  return stripe.paymentMethods
    .attach(payment_method, { customer: customer.id })
    .then(() => ({ status: 'attached' }), failure);
}

async function payWithNumber(number: string, more: { cvc?: string } = { cvc: '123' }): Promise<Result> {
  const card = { number, exp_month: 12, exp_year: 2040, ...more };
  const method = await stripe.paymentMethods.create({ type: 'card', card });
  return pay({ payment_method: method.id });
}

const PAID: Result = { status: 'succeeded' };
const ASKS: Result = { status: 'requires_action' };
const SAVED: Result = { status: 'attached' };
const declined = (decline_code: string, code = 'card_declined'): Result => ({ code, decline_code });

/** https://docs.stripe.com/testing: number, name, paid at once, saved for a customer. */
const PUBLISHED: [number: string, name: string | null, paid: Result, saved: Result][] = [
  ['4242424242424242', 'visa', PAID, SAVED],
  ['4000056655665556', 'visa_debit', PAID, SAVED],
  ['5555555555554444', 'mastercard', PAID, SAVED],
  ['2223003122003222', null, PAID, SAVED],
  ['5200828282828210', 'mastercard_debit', PAID, SAVED],
  ['5105105105105100', 'mastercard_prepaid', PAID, SAVED],
  ['378282246310005', 'amex', PAID, SAVED],
  ['6011111111111117', 'discover', PAID, SAVED],
  ['3056930009020004', 'diners', PAID, SAVED],
  ['36227206271667', null, PAID, SAVED],
  ['3566002020360505', 'jcb', PAID, SAVED],
  ['6200000000000005', 'unionpay', PAID, SAVED],
  ['6205500000000000004', null, PAID, SAVED],
  ['4000000760000002', 'br', PAID, SAVED],
  ['4000007560000009', 'ch', PAID, SAVED],
  ['4000000000000002', 'visa_chargeDeclined', declined('generic_decline'), declined('generic_decline')],
  [
    '4000000000009995',
    'visa_chargeDeclinedInsufficientFunds',
    declined('insufficient_funds'),
    declined('insufficient_funds'),
  ],
  ['4000000000009987', 'visa_chargeDeclinedLostCard', declined('lost_card'), declined('lost_card')],
  ['4000000000009979', 'visa_chargeDeclinedStolenCard', declined('stolen_card'), declined('stolen_card')],
  [
    '4000000000000069',
    'chargeDeclinedExpiredCard',
    declined('expired_card', 'expired_card'),
    declined('expired_card', 'expired_card'),
  ],
  [
    '4000000000000127',
    'chargeDeclinedIncorrectCvc',
    declined('incorrect_cvc', 'incorrect_cvc'),
    declined('incorrect_cvc', 'incorrect_cvc'),
  ],
  [
    '4000000000000119',
    'chargeDeclinedProcessingError',
    declined('processing_error', 'processing_error'),
    declined('processing_error', 'processing_error'),
  ],
  [
    '4000000000006975',
    'visa_chargeDeclinedVelocityLimitExceeded',
    declined('card_velocity_exceeded'),
    declined('card_velocity_exceeded'),
  ],
  ['4000000000000341', 'chargeCustomerFail', declined('generic_decline'), SAVED],
  ['4100000000000019', 'radarBlock', declined('fraudulent'), declined('fraudulent')],
  ['4000000000004954', 'riskLevelHighest', declined('fraudulent'), declined('fraudulent')],
  ['4000000000009235', 'riskLevelElevated', PAID, SAVED],
  [
    '4000000000000101',
    'cvcCheckFail',
    declined('incorrect_cvc', 'incorrect_cvc'),
    declined('incorrect_cvc', 'incorrect_cvc'),
  ],
  ['4000000000000036', 'avsZipFail', PAID, SAVED],
  ['4000000000000028', 'avsLine1Fail', PAID, SAVED],
  ['4000000000000010', 'avsFail', PAID, SAVED],
  ['4000000000000044', 'avsUnchecked', PAID, SAVED],
  ['4000000000000259', 'createDispute', PAID, SAVED],
  ['4000000000002685', 'createDisputeProductNotReceived', PAID, SAVED],
  ['4000000000001976', 'createDisputeInquiry', PAID, SAVED],
  ['4000000000005423', 'createIssuerFraudRecord', PAID, SAVED],
  ['4000000404000079', 'createMultipleDisputes', PAID, SAVED],
  ['4000000000007726', 'pendingRefund', PAID, SAVED],
  ['4000000000005126', 'refundFail', PAID, SAVED],
  ['4000000000000077', 'bypassPending', PAID, SAVED],
  ['4000003720000278', 'bypassPendingInternational', PAID, SAVED],
  ['4000002500003155', 'authenticationRequiredOnSetup', ASKS, SAVED],
  ['4000002760003184', 'authenticationRequired', ASKS, SAVED],
  ['4000003800000446', 'authenticationRequiredSetupForOffSession', ASKS, SAVED],
  ['4000008260003178', 'authenticationRequiredChargeDeclinedInsufficientFunds', ASKS, SAVED],
  ['4000000000003220', 'threeDSecure2Required', ASKS, SAVED],
  ['4000008400001629', 'threeDSecureRequiredChargeDeclined', ASKS, SAVED],
  ['4000008400001280', 'threeDSecureRequiredProcessingError', declined('generic_decline'), SAVED],
  ['4000000000003055', 'threeDSecureOptional', PAID, SAVED],
  ['4000000000003097', 'threeDSecureOptionalProcessingError', PAID, SAVED],
  ['378282246310005', 'amex_threeDSecureNotSupported', PAID, SAVED],
];

describe('a test card that Stripe publishes', () => {
  test.each(PUBLISHED)('%s (%s)', async (number, name, paid, saved) => {
    expect(await payWithNumber(number)).toEqual(paid);
    if (!name) return;
    const last4 = number.slice(-4);
    expect(await stripe.paymentMethods.create({ type: 'card', card: { token: `tok_${name}` } })).toMatchObject({
      card: { last4 },
    });
    expect(await pay({ payment_method: `pm_card_${name}` })).toEqual(paid);
    expect(await attach(`pm_card_${name}`)).toEqual(saved);
  });
});

test('a number that cannot be one is refused when it is entered', async () => {
  await expect(payWithNumber('4242424242424241')).rejects.toMatchObject({ code: 'incorrect_number', param: 'number' });
});

test('a security code that was not entered cannot be wrong', async () => {
  expect(await payWithNumber('4000000000000127', {})).toEqual(PAID);
  expect(await payWithNumber('4000000000000101', {})).toEqual(PAID);
});

test('what the issuer finds is said about what was entered', async () => {
  const charged = async (number: string) => {
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { number, exp_month: 12, exp_year: 2040, cvc: '123' },
      billing_details: { address: { line1: 'Torstraße 1', postal_code: '10119' } },
    });
    const intent = await stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      confirm: true,
      payment_method: method.id,
      expand: ['latest_charge'],
    });
    return (intent.latest_charge as Stripe.Charge).payment_method_details?.card?.checks;
  };
  expect(await charged('4242424242424242')).toEqual({
    address_line1_check: 'pass',
    address_postal_code_check: 'pass',
    cvc_check: 'pass',
  });
  expect(await charged('4000000000000010')).toMatchObject({
    address_line1_check: 'fail',
    address_postal_code_check: 'fail',
  });
  expect(await charged('4000000000000044')).toMatchObject({ address_line1_check: 'unavailable' });
  expect(await charged('4000000000000036')).toMatchObject({
    address_line1_check: 'pass',
    address_postal_code_check: 'fail',
  });
});

test('a charge says how risky it was, and that a blocked one never reached the issuer', async () => {
  await pay({ payment_method: 'pm_card_riskLevelElevated' });
  await pay({ payment_method: 'pm_card_radarBlock' });
  const [blocked, elevated] = (await stripe.charges.list({ limit: 2 })).data;
  expect(elevated?.outcome).toMatchObject({ risk_level: 'elevated', type: 'authorized' });
  expect(blocked?.outcome).toMatchObject({
    network_status: 'not_sent_to_network',
    reason: 'highest_risk_level',
    risk_level: 'highest',
    type: 'blocked',
  });
});

test('a card without 3D Secure says so, a co-branded one names its networks', async () => {
  const card = async (number: string) => {
    const made = await stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: 1, exp_year: 2040 } });
    return made.card;
  };
  expect(await card('378282246310005')).toMatchObject({ brand: 'amex', three_d_secure_usage: { supported: false } });
  expect((await card('4000002500001001'))?.networks?.available).toEqual(['cartes_bancaires', 'visa']);
});

test('every number is one that card forms accept, and every number and name is there once', () => {
  for (const { number } of TEST_CARDS) expect(passesLuhn(number), number).toBe(true);
  const names = TEST_CARDS.flatMap(({ tokens }) => tokens);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(TEST_CARDS.map(({ number }) => number)).size).toBe(TEST_CARDS.length);
});
