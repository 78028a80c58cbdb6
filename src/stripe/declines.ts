import type { BillingRefusalDetails } from '../errors.js';

type Advice = NonNullable<BillingRefusalDetails['advice']>;

/** Codes that would tell a thief what the bank knows; shown as `generic_decline`, as Stripe asks: https://docs.stripe.com/declines/codes */
const hidden = new Set([
  'fraudulent',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'merchant_blacklist',
  'security_violation',
  'restricted_card',
]);

const adviceByCode: Record<string, Advice> = {
  generic_decline: 'CONTACT_BANK',
  approve_with_id: 'RETRY_LATER',
  authentication_required: 'TRY_OTHER_CARD',
  call_issuer: 'CONTACT_BANK',
  card_not_supported: 'TRY_OTHER_CARD',
  card_velocity_exceeded: 'TRY_OTHER_CARD',
  currency_not_supported: 'TRY_OTHER_CARD',
  do_not_honor: 'CONTACT_BANK',
  do_not_try_again: 'CONTACT_BANK',
  duplicate_transaction: 'RETRY_LATER',
  expired_card: 'TRY_OTHER_CARD',
  incorrect_address: 'FIX_DETAILS',
  incorrect_cvc: 'FIX_DETAILS',
  incorrect_number: 'FIX_DETAILS',
  incorrect_pin: 'FIX_DETAILS',
  incorrect_zip: 'FIX_DETAILS',
  insufficient_funds: 'TRY_OTHER_CARD',
  invalid_account: 'TRY_OTHER_CARD',
  invalid_amount: 'CONTACT_BANK',
  invalid_cvc: 'FIX_DETAILS',
  invalid_expiry_month: 'FIX_DETAILS',
  invalid_expiry_year: 'FIX_DETAILS',
  invalid_number: 'FIX_DETAILS',
  issuer_not_available: 'RETRY_LATER',
  new_account_information_available: 'CONTACT_BANK',
  no_action_taken: 'CONTACT_BANK',
  not_permitted: 'CONTACT_BANK',
  processing_error: 'RETRY_LATER',
  reenter_transaction: 'RETRY_LATER',
  revocation_of_all_authorizations: 'CONTACT_BANK',
  revocation_of_authorization: 'CONTACT_BANK',
  service_not_allowed: 'CONTACT_BANK',
  stop_payment_order: 'CONTACT_BANK',
  transaction_not_allowed: 'CONTACT_BANK',
  try_again_later: 'RETRY_LATER',
  withdrawal_count_limit_exceeded: 'TRY_OTHER_CARD',
};
const adviceOfIssuer: Record<string, Advice> = {
  confirm_card_data: 'FIX_DETAILS',
  do_not_try_again: 'TRY_OTHER_CARD',
  try_again_later: 'RETRY_LATER',
};
const sentences: Record<Advice, string> = {
  TRY_OTHER_CARD: 'The card was declined. Try another card.',
  CONTACT_BANK: 'The card was declined. Contact the bank that issued it, or try another card.',
  FIX_DETAILS: 'The card was declined. Check its details and try again.',
  RETRY_LATER: 'The card could not be charged just now. Try again in a moment.',
  UNKNOWN: 'The card was declined.',
};

/** What the person may know of a decline, and what to do about it. */
export function declineFor(facts: { declineCode?: string; stripeCode?: string; adviceCode?: string }): {
  declineCode: string;
  advice: Advice;
  message: string;
} {
  const told = facts.declineCode ?? facts.stripeCode ?? 'generic_decline';
  const declineCode = hidden.has(told) || told === 'card_declined' ? 'generic_decline' : told;
  // A hidden code must not show through its advice either: it gets what every generic decline gets.
  const advice = adviceByCode[declineCode] ?? adviceOfIssuer[facts.adviceCode ?? ''] ?? 'UNKNOWN';
  return { declineCode, advice, message: sentences[advice] };
}
