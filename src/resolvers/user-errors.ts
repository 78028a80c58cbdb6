import type { BillingRefusal } from '../errors.js';
import type {
  AlreadySubscribed,
  CardDeclined,
  InvoiceUnpaid,
  ProviderUnavailable,
  SimpleError,
  Throttled,
} from '../schema/billing-errors.js';

type UserError = CardDeclined | AlreadySubscribed | InvoiceUnpaid | Throttled | ProviderUnavailable | SimpleError;

/** A refusal as the type of the BillingError family that its code belongs to. */
function userError(refusal: BillingRefusal): UserError {
  const { code, message, retryable, details } = refusal;
  const common = { code, message, retryable, rawCode: details.rawCode ?? null, field: refusal.field };
  switch (code) {
    case 'CARD_DECLINED': {
      const { declineCode = 'generic_decline', advice = 'UNKNOWN' } = details;
      return { __typename: 'CardDeclined', ...common, declineCode, advice };
    }
    case 'ALREADY_SUBSCRIBED': {
      const { subscriptionId = null } = details;
      return { __typename: 'AlreadySubscribed', ...common, subscriptionId };
    }
    case 'INVOICE_UNPAID': {
      const { invoiceId = null } = details;
      return { __typename: 'InvoiceUnpaid', ...common, invoiceId };
    }
    case 'THROTTLED': {
      const { retryAfterSeconds = 1 } = details;
      return { __typename: 'Throttled', ...common, retryAfterSeconds };
    }
    case 'PROVIDER_UNAVAILABLE': {
      const { outcomeUnknown = true } = details;
      return { __typename: 'ProviderUnavailable', ...common, outcomeUnknown };
    }
    default:
      return { __typename: 'SimpleError', ...common };
  }
}

export function userErrors(refusals: readonly BillingRefusal[]): UserError[] {
  return refusals.map(userError);
}
