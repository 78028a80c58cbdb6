import type { Context } from 'hono';
import { invalidRequest, StripeError } from '../engine/errors.js';
import { newId } from '../engine/ids.js';
import { API_VERSION, isApiVersion, isOffered, OFFERED } from '../versions/api-versions.js';
import { keyIn } from './api-keys.js';
import { parseForm } from './form.js';

/** A request as far as every route needs it. */
export interface Incoming {
  method: string;
  path: string;
  /** The parameters as they came, for the idempotency fingerprint. */
  form: string;
  params: Record<string, unknown>;
  /** The API key; '' without one. */
  key: string;
  requestId: string;
  idempotencyKey: string | undefined;
  /** The version that the answer is rendered in. */
  version: string;
}

/** Not established: where Stripe's own limit is. No request of its API comes near it. */
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_IDEMPOTENCY_KEY = 255;

/** What of a request can be said before it is known to be well-formed. */
export const identify = (c: Context): Incoming => ({
  method: c.req.method,
  path: c.req.path,
  form: '',
  params: {},
  key: keyIn(c.req.header('authorization')),
  requestId: newId('req'),
  idempotencyKey: c.req.header('idempotency-key') || undefined,
  version: API_VERSION,
});

/** Reads query and body into `request`; 400 or 413 for what cannot be read. */
export async function readForm(c: Context, request: Incoming): Promise<void> {
  const at = c.req.url.indexOf('?');
  const query = at < 0 ? '' : c.req.url.slice(at + 1);
  const body = request.method === 'GET' ? '' : await bodyOf(c);
  request.form = body === '' || query === '' ? body || query : `${query}&${body}`;
  const { key, ...params } = parseForm(request.form);
  // A page may send its publishable key as a parameter; a secret key never belongs there.
  if (typeof key === 'string' && key.startsWith('pk_') && request.key === '') request.key = key;
  else if (key !== undefined) params.key = key;
  request.params = params;
}

/** Takes over version, account and idempotency key; the error that Stripe answers for one that it does not know. */
export function readHeaders(c: Context, request: Incoming, account: string): void {
  const version = c.req.header('stripe-version');
  if (version !== undefined && !isOffered(version)) {
    const offered = isApiVersion(version) ? `. This sandbox speaks the versions from ${OFFERED}.` : '';
    throw early(400, `Invalid Stripe API version: ${version}${offered}`);
  }
  request.version = version ?? API_VERSION;
  const other = c.req.header('stripe-account') ?? c.req.header('stripe-context');
  if (other !== undefined && other !== account) {
    throw early(
      403,
      `The provided key does not have access to account '${other}' (or that account does not exist). Application access may have been revoked.`,
      'account_invalid',
    );
  }
  if ((request.idempotencyKey?.length ?? 0) > MAX_IDEMPOTENCY_KEY) {
    // Not established: Stripe's words for it.
    throw new StripeError(
      400,
      {
        type: 'idempotency_error',
        message: `Idempotency keys can be at most ${MAX_IDEMPOTENCY_KEY} characters long; this one has ${request.idempotencyKey?.length}.`,
      },
      { stored: false },
    );
  }
}

async function bodyOf(c: Context): Promise<string> {
  if (Number(c.req.header('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const body = await c.req.text();
  if (body.length > MAX_BODY_BYTES) throw tooLarge();
  const type = c.req.header('content-type');
  if (body !== '' && type !== undefined && !/^(application\/x-www-form-urlencoded|text\/plain)\b/i.test(type)) {
    throw early(
      400,
      'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.',
    );
  }
  return body;
}

const tooLarge = () => early(413, 'The request body is too large.');

function early(status: number, message: string, code?: string): StripeError {
  return new StripeError(status, invalidRequest(message, code ? { code } : {}).body, { stored: false });
}
