import type { BillingRefusal } from '../errors.js';
import type {
  AlreadySubscribed,
  BillingError,
  CardDeclined,
  InvoiceUnpaid,
  ProviderUnavailable,
  SimpleError,
  Throttled,
} from '../schema/billing-errors.js';

/** A refusal as the type of the BillingError family that its code belongs to. */
function userError(refusal: BillingRefusal): BillingError {
  const { code, message, retryable, details } = refusal;
  const common = { code, message, retryable, rawCode: details.rawCode ?? null, field: refusal.field };
  switch (code) {
    case 'CARD_DECLINED': {
      const { declineCode = 'generic_decline', advice = 'UNKNOWN' } = details;
      return { __typename: 'CardDeclined', ...common, declineCode, advice } satisfies CardDeclined;
    }
    case 'ALREADY_SUBSCRIBED': {
      const { subscriptionId = null } = details;
      return { __typename: 'AlreadySubscribed', ...common, subscriptionId } satisfies AlreadySubscribed;
    }
    case 'INVOICE_UNPAID': {
      const { invoiceId = null } = details;
      return { __typename: 'InvoiceUnpaid', ...common, invoiceId } satisfies InvoiceUnpaid;
    }
    case 'THROTTLED': {
      const { retryAfterSeconds = 1 } = details;
      return { __typename: 'Throttled', ...common, retryAfterSeconds } satisfies Throttled;
    }
    case 'PROVIDER_UNAVAILABLE': {
      const { outcomeUnknown = true } = details;
      return { __typename: 'ProviderUnavailable', ...common, outcomeUnknown } satisfies ProviderUnavailable;
    }
    default:
      return { __typename: 'SimpleError', ...common } satisfies SimpleError;
  }
}

export function userErrors(refusals: readonly BillingRefusal[]): BillingError[] {
  return refusals.map(userError);
}
