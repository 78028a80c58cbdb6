import type { Refused } from '../access/ruling.js';
import { type BillingErrorCode, BillingRefusal, type BillingRefusalDetails } from '../errors.js';

/** A rule's no as a refusal; `prefix` is the argument that the rule's fields are in. */
export function refusalOfRule(refused: Refused, prefix: string | null = 'input'): BillingRefusal {
  const details: BillingRefusalDetails = {};
  if (refused.subscriptionId !== undefined) details.subscriptionId = refused.subscriptionId;
  if (refused.invoiceId !== undefined) details.invoiceId = refused.invoiceId;
  const field = refused.field && prefix !== null ? [prefix, ...refused.field] : null;
  return new BillingRefusal(refused.refused as BillingErrorCode, refused.message, { field, details });
}

export function inputInvalid(message: string, ...field: string[]): BillingRefusal {
  return new BillingRefusal('INPUT_INVALID', message, { field });
}
