import { createHash } from 'node:crypto';

/** A refusal by the card's issuer, as Stripe words it: https://docs.stripe.com/declines/codes */
export interface Decline {
  code: string;
  decline_code?: string;
  advice_code?: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';
  message: string;
  param?: string;
}

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
}

export interface Circumstances {
  /** The person is not there to authenticate (renewals). */
  offSession: boolean;
  /** The person has just authenticated. */
  authenticated: boolean;
  /** The card was set up for payments without the person. */
  setUp: boolean;
}

export type ChargeOutcome =
  | { kind: 'succeeded' }
  | { kind: 'requires_action' }
  | { kind: 'declined'; decline: Decline };

const declined = (decline_code: string, advice_code: Decline['advice_code'] = 'try_again_later'): Decline => ({
  code: 'card_declined',
  decline_code,
  advice_code,
  message: decline_code === 'insufficient_funds' ? 'Your card has insufficient funds.' : 'Your card was declined.',
});

const GENERIC = declined('generic_decline');
const INSUFFICIENT = declined('insufficient_funds');
const EXPIRED: Decline = {
  code: 'expired_card',
  decline_code: 'expired_card',
  advice_code: 'do_not_try_again',
  message: 'Your card has expired.',
  param: 'exp_month',
};
const INCORRECT_CVC: Decline = {
  code: 'incorrect_cvc',
  decline_code: 'incorrect_cvc',
  advice_code: 'confirm_card_data',
  message: "Your card's security code is incorrect.",
  param: 'cvc',
};
const PROCESSING: Decline = {
  code: 'processing_error',
  decline_code: 'processing_error',
  advice_code: 'try_again_later',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};
/** What a real card number gets from Stripe's test mode. */
export const NOT_A_TEST_CARD: Decline = {
  code: 'card_declined',
  decline_code: 'test_mode_live_card',
  message:
    'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
};

const visa = (number: string, tokens: string, rest: Partial<TestCard> = {}): TestCard => ({
  number,
  tokens: tokens.split(' ').map((token) => `pm_card_${token}`),
  brand: 'visa',
  country: 'US',
  funding: 'credit',
  authentication: 'never',
  ...rest,
});
/** Refused wherever it is used: attaching a card asks its issuer too. */
const refused = (number: string, tokens: string, decline: Decline): TestCard =>
  visa(number, tokens, { attachDecline: decline, chargeDecline: decline });

/** https://docs.stripe.com/testing */
const CARDS: TestCard[] = [
  visa('4242424242424242', 'visa'),
  visa('4000056655665556', 'visa_debit', { funding: 'debit' }),
  visa('5555555555554444', 'mastercard', { brand: 'mastercard' }),
  visa('5200828282828210', 'mastercard_debit', { brand: 'mastercard', funding: 'debit' }),
  visa('5105105105105100', 'mastercard_prepaid', { brand: 'mastercard', funding: 'prepaid' }),
  visa('378282246310005', 'amex', { brand: 'amex' }),
  visa('6011111111111117', 'discover', { brand: 'discover' }),
  visa('3056930009020004', 'diners', { brand: 'diners' }),
  visa('3566002020360505', 'jcb', { brand: 'jcb', country: 'JP' }),
  visa('6200000000000005', 'unionpay', { brand: 'unionpay', country: 'CN' }),
  visa('4000002760000016', 'de', { country: 'DE' }),
  visa('4000002500000003', 'fr', { country: 'FR' }),
  visa('4000008260000000', 'gb', { country: 'GB' }),
  visa('4000003920000003', 'jp', { country: 'JP' }),
  refused('4000000000000002', 'visa_chargeDeclined chargeDeclined', GENERIC),
  refused('4000000000009995', 'visa_chargeDeclinedInsufficientFunds chargeDeclinedInsufficientFunds', INSUFFICIENT),
  refused('4000000000009987', 'visa_chargeDeclinedLostCard', declined('lost_card', 'do_not_try_again')),
  refused('4000000000009979', 'visa_chargeDeclinedStolenCard', declined('stolen_card', 'do_not_try_again')),
  refused('4000000000000069', 'visa_chargeDeclinedExpiredCard chargeDeclinedExpiredCard', EXPIRED),
  refused('4000000000000127', 'visa_chargeDeclinedIncorrectCvc chargeDeclinedIncorrectCvc', INCORRECT_CVC),
  refused('4000000000000119', 'visa_chargeDeclinedProcessingError chargeDeclinedProcessingError', PROCESSING),
  refused('4000000000006975', 'visa_chargeDeclinedVelocityLimitExceeded', declined('card_velocity_exceeded')),
  refused('4100000000000019', 'radarBlock', declined('fraudulent', 'do_not_try_again')),
  visa('4000000000000341', 'chargeCustomerFail', { chargeDecline: GENERIC }),
  visa('4000002760003184', 'authenticationRequired', { country: 'DE', authentication: 'always' }),
  visa('4000002500003155', 'authenticationRequiredOnSetup', { country: 'FR', authentication: 'unless_set_up' }),
  visa('4000003800000446', 'authenticationRequiredSetupForOffSession', { country: 'IT', authentication: 'on_session' }),
  visa('4000008260003178', 'authenticationRequiredChargeDeclinedInsufficientFunds', {
    country: 'GB',
    authentication: 'always',
    chargeDecline: INSUFFICIENT,
  }),
  visa('4000000000003220', 'threeDSecure2Required', { authentication: 'always' }),
  visa('4000000000003063', 'threeDSecureRequired', { authentication: 'always' }),
  visa('4000008400001629', 'threeDSecureRequiredChargeDeclined', { authentication: 'always', chargeDecline: GENERIC }),
  visa('4000000000003055', 'threeDSecureOptional'),
];

const BY_NUMBER = new Map(CARDS.map((card) => [card.number, card]));
const BY_TOKEN = new Map(CARDS.flatMap((card) => card.tokens.map((token) => [token, card])));
const BY_FINGERPRINT = new Map(CARDS.map((card) => [cardFingerprint(card.number), card]));

/** Declines that can be asked for by Stripe's decline code, beside those of a card. */
const DECLINES = [
  GENERIC,
  INSUFFICIENT,
  EXPIRED,
  INCORRECT_CVC,
  PROCESSING,
  declined('card_velocity_exceeded'),
  declined('do_not_honor'),
  declined('fraudulent', 'do_not_try_again'),
  declined('lost_card', 'do_not_try_again'),
  declined('stolen_card', 'do_not_try_again'),
];
export const DECLINE_CODES: readonly string[] = DECLINES.map(({ decline_code }) => decline_code as string);

export function declineOf(code: string): Decline | undefined {
  return DECLINES.find(({ decline_code }) => decline_code === code);
}

/** Ignores spaces and dashes. Undefined for anything but a test number: see `NOT_A_TEST_CARD`. */
export function testCardByNumber(number: string): TestCard | undefined {
  return BY_NUMBER.get(number.replace(/[\s-]/g, ''));
}

/** @param token e.g. `pm_card_visa`; also the older `tok_visa` form. */
export function testCardByToken(token: string): TestCard | undefined {
  return BY_TOKEN.get(token.replace(/^tok_/, 'pm_card_'));
}

/** The fingerprint that a payment method's `card` carries: the same for every payment method of one number. */
export function cardFingerprint(number: string): string {
  return createHash('sha256').update(`card:${number}`).digest('base64url').replace(/[-_]/g, 'x').slice(0, 16);
}

/** The card behind a stored payment method, which keeps no number. */
export function testCardByFingerprint(fingerprint: string | null | undefined): TestCard | undefined {
  return BY_FINGERPRINT.get(fingerprint ?? '');
}

/** What the issuer says to a charge. */
export function chargeOutcome(card: TestCard, circumstances: Circumstances): ChargeOutcome {
  if (needsAuthentication(card, circumstances)) return { kind: 'requires_action' };
  return card.chargeDecline ? { kind: 'declined', decline: card.chargeDecline } : { kind: 'succeeded' };
}

/** What the issuer says when the card is set up for later payments (a SetupIntent). The person is present. */
export function setupOutcome(
  card: TestCard,
  circumstances: Pick<Circumstances, 'authenticated' | 'setUp'>,
): ChargeOutcome {
  if (card.attachDecline) return { kind: 'declined', decline: card.attachDecline };
  return needsAuthentication(card, { ...circumstances, offSession: false })
    ? { kind: 'requires_action' }
    : { kind: 'succeeded' };
}

function needsAuthentication(card: TestCard, { offSession, authenticated, setUp }: Circumstances): boolean {
  if (authenticated) return false;
  if (card.authentication === 'on_session') return !offSession;
  return card.authentication === 'always' || (card.authentication === 'unless_set_up' && !setUp);
}
