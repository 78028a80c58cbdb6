import { Stripe } from 'stripe';
import { TollgateError } from '../errors.js';

/**
 * What a failed call means for the caller:
 * `declined` the card's issuer said no · `refused` Stripe said no to the request itself · `not_found` no such object ·
 * `throttled` too many requests, nothing was done · `conflict` the idempotency key was used with other parameters ·
 * `busy` another request holds the object or the key · `unauthorized` our key is wrong or lacks a permission ·
 * `unavailable` no usable answer.
 */
export type StripeFailure =
  | 'declined'
  | 'refused'
  | 'not_found'
  | 'throttled'
  | 'conflict'
  | 'busy'
  | 'unauthorized'
  | 'unavailable';

export interface StripeFailureFacts {
  /** True when Stripe may have carried the call out all the same. */
  outcomeUnknown: boolean;
  /** The status that Stripe answered with; null when there was no answer. */
  status: number | null;
  /** Stripe's `code`, e.g. `resource_missing`. */
  stripeCode?: string;
  declineCode?: string;
  adviceCode?: string;
  /** The parameter that Stripe blames, e.g. `items[0][price]`. */
  param?: string;
  /** The PaymentIntent or SetupIntent that a card error is about. */
  intentId?: string;
  /** Seconds, from `retry-after`. */
  retryAfter?: number;
  requestId?: string;
  /** Stripe's seconds, from the answer's `Date` header. */
  date?: number;
  attempts: number;
}

/** A call to Stripe that did not succeed. Its message is Stripe's: for logs, not for the person. */
export class StripeCallError extends TollgateError {
  readonly kind: StripeFailure;
  readonly facts: StripeFailureFacts;

  constructor(kind: StripeFailure, message: string, facts: StripeFailureFacts, cause?: unknown) {
    super(`STRIPE_${kind.toUpperCase()}`, message, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.facts = facts;
  }

  get outcomeUnknown(): boolean {
    return this.facts.outcomeUnknown;
  }

  /** The same failure, now that more is known of what it did. */
  withOutcome(outcomeUnknown: boolean): StripeCallError {
    return new StripeCallError(this.kind, this.message, { ...this.facts, outcomeUnknown }, this.cause);
  }

  /** Stripe stores a 5xx answer with its idempotency key and repeats it: that key will never do anything else. */
  get answeredWithServerError(): boolean {
    return this.facts.status !== null && this.facts.status >= 500;
  }
}

/** @param sent whether any attempt may have reached Stripe */
export function stripeCallError(error: unknown, attempts: number, sent: boolean): StripeCallError {
  if (error instanceof StripeCallError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) {
    const text = error instanceof Error ? error.message : String(error);
    return new StripeCallError('unavailable', text, { outcomeUnknown: sent, status: null, attempts }, error);
  }
  const kind = kindOf(error);
  const facts: StripeFailureFacts = {
    outcomeUnknown: kind === 'unavailable' && sent,
    status: error.statusCode ?? null,
    attempts,
    stripeCode: error.code ?? undefined,
    declineCode: error.decline_code || undefined,
    adviceCode: error.advice_code ?? undefined,
    param: error.param ?? undefined,
    intentId: error.payment_intent?.id ?? error.setup_intent?.id,
    retryAfter: seconds(error.headers?.['retry-after']),
    requestId: error.requestId ?? undefined,
    date: dateSeconds(error.headers?.date),
  };
  return new StripeCallError(kind, error.message, facts, error);
}

function kindOf(error: InstanceType<typeof Stripe.errors.StripeError>): StripeFailure {
  const status = error.statusCode ?? null;
  if (error.code === 'lock_timeout' || status === 409) return 'busy';
  if (error.rawType === 'idempotency_error') return 'conflict';
  if (status === 429 || error.code === 'rate_limit') return 'throttled';
  if (status === 402) return 'declined';
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'not_found';
  if (status !== null && status >= 400 && status < 500) return 'refused';
  return 'unavailable';
}

function seconds(header: unknown): number | undefined {
  const value = Number(header);
  return header !== undefined && Number.isFinite(value) && value >= 0 ? Math.ceil(value) : undefined;
}

function dateSeconds(header: unknown): number | undefined {
  const value = Math.floor(Date.parse(String(header)) / 1000);
  return Number.isFinite(value) ? value : undefined;
}
