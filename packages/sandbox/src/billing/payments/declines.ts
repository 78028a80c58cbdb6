/** A refusal by the card's issuer, as Stripe words it: https://docs.stripe.com/declines/codes */
export interface Decline {
  code: string;
  decline_code?: string;
  advice_code?: 'confirm_card_data' | 'do_not_try_again' | 'try_again_later';
  message: string;
  param?: string;
}

export const declined = (decline_code: string, advice_code: Decline['advice_code'] = 'try_again_later'): Decline => ({
  code: 'card_declined',
  decline_code,
  advice_code,
  message: decline_code === 'insufficient_funds' ? 'Your card has insufficient funds.' : 'Your card was declined.',
});

export const GENERIC = declined('generic_decline');
export const INSUFFICIENT = declined('insufficient_funds');
/** Radar stopped it: the issuer was never asked. */
export const BLOCKED = declined('fraudulent', 'do_not_try_again');
export const EXPIRED: Decline = {
  code: 'expired_card',
  decline_code: 'expired_card',
  advice_code: 'do_not_try_again',
  message: 'Your card has expired.',
  param: 'exp_month',
};
export const INCORRECT_CVC: Decline = {
  code: 'incorrect_cvc',
  decline_code: 'incorrect_cvc',
  advice_code: 'confirm_card_data',
  message: "Your card's security code is incorrect.",
  param: 'cvc',
};
export const PROCESSING: Decline = {
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
