/**
 * An error that we raise on purpose. `code` is stable and for machines; `message` says what is wrong and what to do.
 */
export class TollgateError extends Error {
  readonly code: string;
  /** What to do about it, where the message alone does not say. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}

/** The settings do not make a gateway; `problems` has one sentence for each setting that is missing or bad. */
export class ConfigError extends TollgateError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('CONFIG_INVALID', problems.join('\n'));
    this.problems = problems;
  }
}

/** The caller's token does not verify, or there is none where one is needed. */
export class AuthError extends TollgateError {
  constructor(message: string, options: { code?: 'UNAUTHENTICATED' | 'FORBIDDEN'; cause?: unknown } = {}) {
    super(options.code ?? 'UNAUTHENTICATED', message, options);
  }
}

/** A part that is started with the gateway (database, sandbox, listener) cannot start here. */
export class StartError extends TollgateError {}

/** The contract's `BillingErrorCode`. */
export type BillingErrorCode =
  | 'CARD_DECLINED'
  | 'ALREADY_SUBSCRIBED'
  | 'PLAN_NOT_FOUND'
  | 'PRICE_NOT_FOUND'
  | 'CURRENCY_LOCKED'
  | 'TRIAL_USED'
  | 'PAYMENT_METHOD_REQUIRED'
  | 'INVOICE_UNPAID'
  | 'INVOICE_NOT_PAYABLE'
  | 'ALREADY_PAID'
  | 'NO_CHANGE'
  | 'PREVIEW_STALE'
  | 'CHANGE_PENDING'
  | 'NOTHING_PENDING'
  | 'CHANGE_NOT_SUPPORTED'
  | 'ALREADY_ENDED'
  | 'NOT_PAUSABLE'
  | 'NOT_RESUMABLE'
  | 'SEATS_INVALID'
  | 'PROMOTION_CODE_INVALID'
  | 'TAX_LOCATION_REQUIRED'
  | 'LAST_METHOD_IN_USE'
  | 'NO_CUSTOMER'
  | 'METER_NOT_FOUND'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'INPUT_INVALID'
  | 'CARD_DATA_REFUSED'
  | 'RETURN_URL_REFUSED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'IN_PROGRESS'
  | 'THROTTLED'
  | 'PROVIDER_UNAVAILABLE'
  | 'UNKNOWN';

/** What a refusal carries beside its code; which of it is set follows from the code. */
export interface BillingRefusalDetails {
  /** Stripe's own code, where the refusal is Stripe's. */
  rawCode?: string;
  declineCode?: string;
  advice?: 'TRY_OTHER_CARD' | 'CONTACT_BANK' | 'FIX_DETAILS' | 'RETRY_LATER' | 'UNKNOWN';
  subscriptionId?: string;
  invoiceId?: string;
  retryAfterSeconds?: number;
  outcomeUnknown?: boolean;
}

/** A command refused for a reason the caller can act on; becomes one of the payload's `userErrors`. */
export class BillingRefusal extends TollgateError {
  declare readonly code: BillingErrorCode;
  /** Path of the input field to blame. */
  readonly field: readonly string[] | null;
  /** Whether the same call may succeed later without a change of input. */
  readonly retryable: boolean;
  readonly details: BillingRefusalDetails;

  constructor(
    code: BillingErrorCode,
    message: string,
    options: {
      field?: readonly string[] | null;
      retryable?: boolean;
      details?: BillingRefusalDetails;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, options);
    this.field = options.field ?? null;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}
