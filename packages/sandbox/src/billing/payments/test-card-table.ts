import {
  BLOCKED,
  type Decline,
  declined,
  EXPIRED,
  GENERIC,
  INCORRECT_CVC,
  INSUFFICIENT,
  PROCESSING,
} from './declines.js';

/** When the issuer wants the person to prove who they are (3-D Secure). */
export type Authentication =
  /** Never. */
  | 'never'
  /** At every payment and setup. */
  | 'always'
  /** Until the card has been set up for payments without the person. */
  | 'unless_set_up'
  /** Only while the person is present: the card counts as set up already. */
  | 'on_session';

/** What happens after a charge succeeded: https://docs.stripe.com/testing#disputes */
export type Aftermath =
  | 'fraudulent'
  | 'not_received'
  | 'inquiry'
  | 'several'
  | 'compelling_evidence'
  | 'compliance'
  | 'fraud_warning';

type Verdict = 'fail' | 'unavailable';

export interface TestCard {
  number: string;
  /** `pm_card_…` names that stand for this card in API calls. */
  tokens: string[];
  brand: string;
  country: string;
  funding: 'credit' | 'debit' | 'prepaid';
  authentication: Authentication;
  /** Refusal when it is attached to a customer or set up. */
  attachDecline?: Decline;
  /** Refusal when it is charged, after authentication if that is needed. */
  chargeDecline?: Decline;
  /** The refusals above need a security code to be wrong; without one they do not happen. */
  onlyWithCvc?: true;
  /** Verdicts of the issuer about what was entered; those not listed pass. */
  checks?: { cvc?: Verdict; line1?: Verdict; postalCode?: Verdict };
  risk?: 'elevated' | 'highest';
  /** How a refund of it goes on after it was accepted: https://docs.stripe.com/testing#refunds */
  refund?: 'succeeds_later' | 'fails_later';
  aftermath?: Aftermath;
  withoutThreeDSecure?: true;
  /** Networks of a co-branded card, its `brand` among them. */
  networks?: string[];
}

const card = (number: string, names: string, rest: Partial<TestCard> = {}): TestCard => ({
  number,
  tokens: names.split(' ').flatMap((name) => (name === '' ? [] : [`pm_card_${name}`])),
  brand: 'visa',
  country: 'US',
  funding: 'credit',
  authentication: 'never',
  ...rest,
});
/** Refused wherever it is used: attaching a card asks its issuer too. */
const refused = (number: string, names: string, decline: Decline, rest: Partial<TestCard> = {}): TestCard =>
  card(number, names, { attachDecline: decline, chargeDecline: decline, ...rest });
/** A Visa credit card of the country, named after it. */
const from = (country: string, number: string, rest: Partial<TestCard> = {}): TestCard =>
  card(number, country.toLowerCase(), { country, ...rest });

const MASTERCARD = { brand: 'mastercard' };
const UNIONPAY = { brand: 'unionpay', country: 'CN' };

const BRANDS = [
  card('4242424242424242', 'visa us'),
  card('4000056655665556', 'visa_debit', { funding: 'debit' }),
  card('5555555555554444', 'mastercard', MASTERCARD),
  card('2223003122003222', '', MASTERCARD),
  card('5200828282828210', 'mastercard_debit', { ...MASTERCARD, funding: 'debit' }),
  card('5105105105105100', 'mastercard_prepaid', { ...MASTERCARD, funding: 'prepaid' }),
  card('378282246310005', 'amex amex_threeDSecureNotSupported', { brand: 'amex', withoutThreeDSecure: true }),
  card('371449635398431', '', { brand: 'amex', withoutThreeDSecure: true }),
  card('6011111111111117', 'discover', { brand: 'discover' }),
  card('6011000990139424', '', { brand: 'discover' }),
  card('6011981111111113', '', { brand: 'discover', funding: 'debit' }),
  card('3056930009020004', 'diners', { brand: 'diners' }),
  card('36227206271667', '', { brand: 'diners' }),
  card('6555900000604105', '', { brand: 'discover', country: 'KR' }),
  card('3566002020360505', 'jcb', { brand: 'jcb', country: 'JP' }),
  card('3530111333300000', '', { brand: 'jcb', country: 'JP' }),
  card('6200000000000005', 'unionpay', UNIONPAY),
  card('6200000000000047', '', { ...UNIONPAY, funding: 'debit' }),
  card('6205500000000000004', '', UNIONPAY),
  card('4000002500001001', '', { country: 'FR', networks: ['cartes_bancaires', 'visa'] }),
  card('5555552500001001', '', { ...MASTERCARD, country: 'FR', networks: ['cartes_bancaires', 'mastercard'] }),
  card('4000050360000001', '', { country: 'AU', funding: 'debit', networks: ['eftpos_au', 'visa'] }),
  card('5555050360000080', '', {
    ...MASTERCARD,
    country: 'AU',
    funding: 'debit',
    networks: ['eftpos_au', 'mastercard'],
  }),
];

const COUNTRIES = [
  from('AR', '4000000320000021'),
  from('BR', '4000000760000002'),
  from('CA', '4000001240000000'),
  from('CL', '4000001520000001'),
  from('CO', '4000001700000003'),
  from('CR', '4000001880000005'),
  from('EC', '4000002180000000'),
  from('MX', '4000004840008001'),
  from('PA', '4000005910000000'),
  from('PY', '4000006000000066'),
  from('PE', '4000006040000068'),
  from('UY', '4000008580000003'),
  from('AE', '4000007840000001'),
  card('5200007840000022', '', { ...MASTERCARD, country: 'AE' }),
  from('AT', '4000000400000008'),
  from('BE', '4000000560000004'),
  from('BG', '4000001000000000'),
  from('BY', '4000001120000005'),
  from('HR', '4000001910000009'),
  from('CY', '4000001960000008'),
  from('CZ', '4000002030000002'),
  from('DK', '4000002080000001'),
  from('EE', '4000002330000009'),
  from('FI', '4000002460000001'),
  from('FR', '4000002500000003'),
  from('DE', '4000002760000016'),
  from('GI', '4000002920000005'),
  from('GR', '4000003000000030'),
  from('HU', '4000003480000005'),
  from('IE', '4000003720000005'),
  from('IT', '4000003800000008'),
  from('LV', '4000004280000005'),
  from('LI', '4000004380000004'),
  from('LT', '4000004400000000'),
  from('LU', '4000004420000006'),
  from('MT', '4000004700000007'),
  from('NL', '4000005280000002'),
  from('NO', '4000005780000007'),
  from('PL', '4000006160000005'),
  from('PT', '4000006200000007'),
  from('RO', '4000006420000001'),
  from('SA', '4000006820000007'),
  from('SI', '4000007050000006'),
  from('SK', '4000007030000001'),
  from('ES', '4000007240000007'),
  from('SE', '4000007520000008'),
  from('CH', '4000007560000009'),
  from('GB', '4000008260000000'),
  card('4000058260000005', 'gb_debit', { country: 'GB', funding: 'debit' }),
  card('5555558265554449', 'gb_mastercard', { ...MASTERCARD, country: 'GB' }),
  from('AU', '4000000360000006'),
  from('CN', '4000001560000002'),
  from('HK', '4000003440000004'),
  from('IN', '4000003560000008'),
  from('JP', '4000003920000003'),
  from('MY', '4000004580000002'),
  from('NZ', '4000005540000008'),
  from('SG', '4000007020000003'),
  from('TW', '4000001580000008'),
  from('TH', '4000007640000003', { tokens: ['pm_card_th_credit'] }),
  card('4000057640000008', 'th_debit', { country: 'TH', funding: 'debit' }),
];

const DECLINES = [
  refused('4000000000000002', 'visa_chargeDeclined chargeDeclined', GENERIC),
  refused('4000000000009995', 'visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds', INSUFFICIENT),
  refused('4000000000009987', 'visa_chargeDeclinedLostCard', declined('lost_card', 'do_not_try_again')),
  refused('4000000000009979', 'visa_chargeDeclinedStolenCard', declined('stolen_card', 'do_not_try_again')),
  refused('4000000000000069', 'visa_chargeDeclinedExpiredCard chargeDeclinedExpiredCard', EXPIRED),
  refused('4000000000000127', 'visa_chargeDeclinedIncorrectCvc chargeDeclinedIncorrectCvc', INCORRECT_CVC, {
    onlyWithCvc: true,
    checks: { cvc: 'fail' },
  }),
  refused('4000000000000119', 'visa_chargeDeclinedProcessingError chargeDeclinedProcessingError', PROCESSING),
  refused('4000000000006975', 'visa_chargeDeclinedVelocityLimitExceeded', declined('card_velocity_exceeded')),
  card('4000000000000341', 'chargeCustomerFail', { chargeDecline: GENERIC }),
];

/**
 * As Radar's rules of a new account treat them: the highest risk and a wrong security code are blocked, failed address
 * checks are not.
 */
const RADAR = [
  refused('4100000000000019', 'radarBlock chargeDeclinedFraudulent', BLOCKED, { risk: 'highest' }),
  refused('4000000000004954', 'riskLevelHighest', BLOCKED, { risk: 'highest' }),
  card('4000000000009235', 'riskLevelElevated', { risk: 'elevated' }),
  refused('4000000000000101', 'cvcCheckFail', INCORRECT_CVC, { onlyWithCvc: true, checks: { cvc: 'fail' } }),
  refused('4000058400307872', 'cvcCheckFailElevatedRisk', INCORRECT_CVC, {
    onlyWithCvc: true,
    checks: { cvc: 'fail' },
    risk: 'elevated',
  }),
  card('4000000000000036', 'avsZipFail', { checks: { postalCode: 'fail' } }),
  card('4000058400306072', 'avsZipFailElevatedRisk', { checks: { postalCode: 'fail' }, risk: 'elevated' }),
  card('4000000000000028', 'avsLine1Fail', { checks: { line1: 'fail' } }),
  card('4000000000000010', 'avsFail', { checks: { line1: 'fail', postalCode: 'fail' } }),
  card('4000000000000044', 'avsUnchecked', { checks: { line1: 'unavailable', postalCode: 'unavailable' } }),
];

const AFTERWARDS = [
  card('4000000000000259', 'createDispute', { aftermath: 'fraudulent' }),
  card('4000000000002685', 'createDisputeProductNotReceived', { aftermath: 'not_received' }),
  card('4000000000001976', 'createDisputeInquiry', { aftermath: 'inquiry' }),
  card('4000000404000079', 'createMultipleDisputes', { aftermath: 'several' }),
  card('4000000404000038', 'createCe3EligibleDispute', { aftermath: 'compelling_evidence' }),
  card('4000008400000779', 'createComplianceDispute', { aftermath: 'compliance' }),
  card('4000000000005423', 'createIssuerFraudRecord', { aftermath: 'fraud_warning' }),
  card('4000000000007726', 'pendingRefund', { refund: 'succeeds_later' }),
  card('4000000000005126', 'refundFail', { refund: 'fails_later' }),
  card('4000000000000077', 'bypassPending'),
  card('4000003720000278', 'bypassPendingInternational', { country: 'IE' }),
  card('4000000000000093', 'domesticPricing'),
];

const THREE_D_SECURE = [
  card('4000002760003184', 'authenticationRequired', { country: 'DE', authentication: 'always' }),
  card('4000002500003155', 'authenticationRequiredOnSetup', { country: 'FR', authentication: 'unless_set_up' }),
  card('4000003800000446', 'authenticationRequiredSetupForOffSession', { country: 'IT', authentication: 'on_session' }),
  card('4000008260003178', 'authenticationRequiredChargeDeclinedInsufficientFunds', {
    country: 'GB',
    authentication: 'always',
    chargeDecline: INSUFFICIENT,
  }),
  card('4000000000003220', 'threeDSecure2Required', { authentication: 'always' }),
  card('4000000000003063', 'threeDSecureRequired', { authentication: 'always' }),
  // The same, with other questions in mobile apps.
  card('4000000000003238', '', { authentication: 'always' }),
  card('4000000000003246', '', { authentication: 'always' }),
  card('4000000000003253', '', { authentication: 'always' }),
  card('4000008400001629', 'threeDSecureRequiredChargeDeclined', { authentication: 'always', chargeDecline: GENERIC }),
  // The question to the bank itself fails.
  card('4000008400001280', 'threeDSecureRequiredProcessingError', { chargeDecline: GENERIC }),
  card('4000000000003055', 'threeDSecureOptional'),
  card('4000000000003097', 'threeDSecureOptionalProcessingError'),
  card('4000000032200000', ''),
];

/** Stripe's published test cards: https://docs.stripe.com/testing */
export const TEST_CARDS: readonly TestCard[] = [
  ...BRANDS,
  ...COUNTRIES,
  ...DECLINES,
  ...RADAR,
  ...AFTERWARDS,
  ...THREE_D_SECURE,
];
