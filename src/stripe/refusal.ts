import { BillingRefusal } from '../errors.js';
import { declineFor } from './declines.js';
import type { StripeCallError } from './errors.js';

const fallbackRetryAfter = 2;

/** A failed call as one of the payload's `userErrors`. Stripe's own text stays in the logs: it is written for developers. */
export function refusalOf(error: StripeCallError): BillingRefusal {
  const { kind, facts } = error;
  const details = { rawCode: facts.stripeCode };
  switch (kind) {
    case 'declined':
      return cardDeclined(facts, error);
    case 'throttled': {
      const retryAfterSeconds = Math.max(1, facts.retryAfter ?? fallbackRetryAfter);
      return new BillingRefusal('THROTTLED', `Too many requests just now. Try again in ${retryAfterSeconds} s.`, {
        retryable: true,
        details: { ...details, retryAfterSeconds },
        cause: error,
      });
    }
    case 'busy':
      return new BillingRefusal('IN_PROGRESS', 'Another change of this account is being carried out. Try again.', {
        retryable: true,
        details,
        cause: error,
      });
    case 'conflict':
      return new BillingRefusal('IDEMPOTENCY_CONFLICT', 'This key was used for another request. Use a new one.', {
        details,
        cause: error,
      });
    case 'unavailable':
      return unavailable(facts.outcomeUnknown, error);
    case 'unauthorized':
      return unavailable(false, error);
    case 'not_found':
    case 'refused':
      return refusedBy(error);
  }
}

/** A decline, told by an error or by an intent's last error. */
export function cardDeclined(
  facts: { declineCode?: string; stripeCode?: string; adviceCode?: string },
  cause?: unknown,
): BillingRefusal {
  const { declineCode, advice, message } = declineFor(facts);
  return new BillingRefusal('CARD_DECLINED', message, {
    details: { rawCode: declineCode, declineCode, advice },
    cause,
  });
}

function unavailable(outcomeUnknown: boolean, cause: StripeCallError): BillingRefusal {
  const message = outcomeUnknown
    ? 'The payment provider did not answer, so it is not known whether this was done. Repeat it with the same idempotency key, or wait for the status to change.'
    : 'The payment provider cannot be reached. Nothing was done. Try again later.';
  return new BillingRefusal('PROVIDER_UNAVAILABLE', message, {
    retryable: true,
    details: { rawCode: cause.facts.stripeCode, outcomeUnknown },
    cause,
  });
}

function refusedBy(error: StripeCallError): BillingRefusal {
  const { stripeCode, param = '' } = error.facts;
  const refuse = (code: BillingRefusal['code'], message: string, field: string[] | null = null) =>
    new BillingRefusal(code, message, { field, details: { rawCode: stripeCode }, cause: error });

  if (/\bprice\]?$/.test(param))
    return refuse('PRICE_NOT_FOUND', 'This price is not offered any more. Load the plans again.');
  if (stripeCode === 'customer_tax_location_invalid') {
    return refuse('TAX_LOCATION_REQUIRED', 'The billing address is needed to calculate taxes. Add it first.');
  }
  // Stripe gives this refusal no code: https://docs.stripe.com/billing/customer#currency
  if (/combine currencies/i.test(error.message)) {
    return refuse('CURRENCY_LOCKED', 'The account is billed in another currency, which cannot change any more.');
  }
  if (param === 'proration_date') {
    return refuse('PREVIEW_STALE', 'The quote is of another billing period. Preview the change again.', [
      'change',
      'prorationDate',
    ]);
  }
  if (/_url$/.test(param)) return refuse('RETURN_URL_REFUSED', 'The return URL was refused by the payment provider.');
  if (/payment_method/.test(param)) {
    return refuse('NOT_FOUND', 'There is no such payment method on this account.', ['input', 'paymentMethodId']);
  }
  if (param === 'customer')
    return refuse('NO_CUSTOMER', 'The account has no customer at the payment provider any more.');
  if (stripeCode === 'resource_missing' && param === '') {
    return refuse('PAYMENT_METHOD_REQUIRED', 'A payment method is needed first.');
  }
  if (stripeCode === 'resource_missing')
    return refuse('NOT_FOUND', 'There is no such object on this account any more.');
  return refuse('UNKNOWN', `The payment provider refused this${stripeCode ? ` (${stripeCode})` : ''}.`);
}
