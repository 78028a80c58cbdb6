import type { BillingRefusal } from '../errors.js';
import type { BillingError } from '../schema/billing-errors.js';

/** A refusal as the type of the BillingError family that its code belongs to. */
export function userError(refusal: BillingRefusal): BillingError {
  const { code, message, retryable, details } = refusal;
  const common = { code, message, retryable, rawCode: details.rawCode ?? null, field: refusal.field };
  switch (code) {
    case 'CARD_DECLINED': {
      const { declineCode = 'generic_decline', advice = 'UNKNOWN' } = details;
      return typed('CardDeclined', { ...common, declineCode, advice });
    }
    case 'ALREADY_SUBSCRIBED':
      return typed('AlreadySubscribed', { ...common, subscriptionId: details.subscriptionId ?? null });
    case 'INVOICE_UNPAID':
      return typed('InvoiceUnpaid', { ...common, invoiceId: details.invoiceId ?? null });
    case 'THROTTLED':
      return typed('Throttled', { ...common, retryAfterSeconds: details.retryAfterSeconds ?? 1 });
    case 'PROVIDER_UNAVAILABLE':
      return typed('ProviderUnavailable', { ...common, outcomeUnknown: details.outcomeUnknown ?? true });
    default:
      return typed('SimpleError', common);
  }
}

export function userErrors(refusals: readonly BillingRefusal[]): BillingError[] {
  return refusals.map(userError);
}

function typed<Fields extends Omit<BillingError, '__typename'>>(__typename: string, fields: Fields): BillingError {
  return { __typename, ...fields };
}
