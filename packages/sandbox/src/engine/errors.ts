/** The `error` object of a Stripe answer; `undefined` members are left out on the wire. */
export interface ErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'api_error' | 'idempotency_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  network_decline_code?: string;
  charge?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
  setup_intent?: unknown;
}

/** A refusal as Stripe answers it. Thrown, it undoes the request unless `keepChanges` is set. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly body: ErrorBody;
  /** Changes made before the refusal stay: a declined payment still marks its intent and sends events. */
  readonly keepChanges: boolean;
  /** False for refusals before execution began: their idempotency key stays free. */
  readonly stored: boolean;

  constructor(status: number, body: ErrorBody, options: { keepChanges?: boolean; stored?: boolean } = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.keepChanges = options.keepChanges ?? false;
    this.stored = options.stored ?? true;
  }
}

/** 400 `invalid_request_error`; `code` and `param` as Stripe gives them. */
export function invalidRequest(message: string, details: { code?: string; param?: string; status?: number } = {}) {
  const { status = 400, ...rest } = details;
  return new StripeError(status, { type: 'invalid_request_error', message, ...rest });
}

/** 404 with `param: 'id'` for the object in the path; 400 with its parameter for one that a parameter names. */
export function noSuch(noun: string, id: string, param = 'id') {
  return invalidRequest(`No such ${noun}: '${id}'`, {
    code: 'resource_missing',
    param,
    status: param === 'id' ? 404 : 400,
  });
}

export function missingParam(param: string) {
  return new StripeError(
    400,
    { type: 'invalid_request_error', code: 'parameter_missing', message: `Missing required param: ${param}.`, param },
    { stored: false },
  );
}

/** 402 `card_error`. The changes made so far are kept unless said otherwise. */
export function cardError(body: Omit<ErrorBody, 'type'>, options: { keepChanges?: boolean } = {}) {
  return new StripeError(402, { type: 'card_error', ...body }, { keepChanges: options.keepChanges ?? true });
}
