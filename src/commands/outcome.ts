import { type BillingErrorCode, BillingRefusal, type BillingRefusalDetails } from '../errors.js';

/** What a command leaves in the ledger: enough to answer the same again, and no secret. */
export interface Outcome {
  subscriptionId?: string;
  sessionId?: string;
  accountId?: string;
  /** What the person has to confirm; its secret is read from Stripe when it is answered again. */
  intent?: StoredIntent;
  refusals?: StoredRefusal[];
}
export interface StoredIntent {
  kind: 'CONFIRM_PAYMENT' | 'CONFIRM_SETUP';
  /** `pi_…` or `seti_…` */
  id: string;
  customerId: string;
  /** Stripe's seconds. */
  expiresAt: number | null;
}
export interface StoredRefusal {
  code: BillingErrorCode;
  message: string;
  field: readonly string[] | null;
  retryable: boolean;
  details: BillingRefusalDetails;
}

export function storedRefusal({ code, message, field, retryable, details }: BillingRefusal): StoredRefusal {
  return { code, message, field, retryable, details };
}

export function refusalFrom({ code, message, field, retryable, details }: StoredRefusal): BillingRefusal {
  return new BillingRefusal(code, message, { field, retryable, details });
}
