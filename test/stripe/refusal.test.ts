import { describe, expect, it } from 'vitest';
import { StripeCallError, type StripeFailure, type StripeFailureFacts } from '../../src/stripe/errors.js';
import { refusalOf } from '../../src/stripe/refusal.js';

const failed = (kind: StripeFailure, facts: Partial<StripeFailureFacts> = {}, message = 'No such thing: sk_test_1') =>
  refusalOf(new StripeCallError(kind, message, { outcomeUnknown: false, status: 400, attempts: 1, ...facts }));

describe('a declined card', () => {
  it.each([
    ['insufficient_funds', 'insufficient_funds', 'TRY_OTHER_CARD'],
    ['incorrect_cvc', 'incorrect_cvc', 'FIX_DETAILS'],
    ['processing_error', 'processing_error', 'RETRY_LATER'],
    ['do_not_honor', 'do_not_honor', 'CONTACT_BANK'],
    ['a_code_of_next_year', 'a_code_of_next_year', 'UNKNOWN'],
  ])('%s is told as %s with advice %s', (declineCode, shown, advice) => {
    const refusal = failed('declined', { declineCode, stripeCode: 'card_declined' });
    expect(refusal.code).toBe('CARD_DECLINED');
    expect(refusal.details).toMatchObject({ declineCode: shown, advice });
    expect(refusal.retryable).toBe(false);
  });

  it('follows the issuer’s advice for a code it does not know', () => {
    const refusal = failed('declined', { declineCode: 'brand_new', adviceCode: 'confirm_card_data' });
    expect(refusal.details.advice).toBe('FIX_DETAILS');
  });

  it.each(['fraudulent', 'lost_card', 'stolen_card', 'pickup_card', 'merchant_blacklist'])(
    'as %s looks exactly like a generic decline',
    (declineCode) => {
      const facts = { stripeCode: 'card_declined', adviceCode: 'do_not_try_again' };
      const hidden = failed('declined', { ...facts, declineCode });
      const generic = failed('declined', { stripeCode: 'card_declined', declineCode: 'generic_decline' });
      expect({ message: hidden.message, details: hidden.details }).toEqual({
        message: generic.message,
        details: generic.details,
      });
    },
  );
});

describe('other failures', () => {
  it.each([
    ['refused', { param: 'items[0][price]', stripeCode: 'resource_missing' }, 'PRICE_NOT_FOUND'],
    ['refused', { param: 'line_items[1][price]' }, 'PRICE_NOT_FOUND'],
    ['refused', { param: 'default_payment_method', stripeCode: 'resource_missing' }, 'NOT_FOUND'],
    ['refused', { param: 'customer', stripeCode: 'resource_missing' }, 'NO_CUSTOMER'],
    ['refused', { stripeCode: 'resource_missing' }, 'PAYMENT_METHOD_REQUIRED'],
    ['refused', { stripeCode: 'customer_tax_location_invalid' }, 'TAX_LOCATION_REQUIRED'],
    ['refused', { param: 'success_url', stripeCode: 'url_invalid' }, 'RETURN_URL_REFUSED'],
    ['refused', { stripeCode: 'something_new' }, 'UNKNOWN'],
    ['not_found', { param: 'id', stripeCode: 'resource_missing' }, 'NOT_FOUND'],
    ['conflict', {}, 'IDEMPOTENCY_CONFLICT'],
    ['busy', { stripeCode: 'lock_timeout' }, 'IN_PROGRESS'],
  ] as const)('%s %j becomes %s, without Stripe’s own text', (kind, facts, code) => {
    const refusal = failed(kind, facts);
    expect(refusal.code).toBe(code);
    expect(refusal.message).not.toContain('sk_test');
  });

  it('knows a locked currency by Stripe’s sentence', () => {
    expect(failed('refused', {}, 'You cannot combine currencies on a single customer.').code).toBe('CURRENCY_LOCKED');
  });

  it('says how long to wait when throttled', () => {
    expect(failed('throttled', { retryAfter: 7 }).details.retryAfterSeconds).toBe(7);
    expect(failed('throttled').details.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('is honest about an unknown outcome', () => {
    expect(failed('unavailable', { outcomeUnknown: true }).details.outcomeUnknown).toBe(true);
    expect(failed('unavailable', { outcomeUnknown: false }).details.outcomeUnknown).toBe(false);
    expect(failed('unauthorized').details.outcomeUnknown).toBe(false);
    expect(failed('unavailable').retryable).toBe(true);
  });
});
