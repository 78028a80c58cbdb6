import { StripeError } from '../engine/errors.js';

export type KeyKind = 'secret' | 'restricted' | 'publishable';

const NOT_GIVEN =
  "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";

/** The kind of the key in `Authorization` (Bearer, or Basic with the key as user); 401 for any other. */
export function authenticate(header: string | undefined, accepted: ReadonlySet<string> | undefined): KeyKind {
  const key = header === undefined ? '' : keyIn(header);
  if (key === '') throw unauthorized(NOT_GIVEN);
  const kind = kindOf(key);
  if (!kind || (accepted && !accepted.has(key))) throw unauthorized(`Invalid API Key provided: ${masked(key)}`);
  return kind;
}

function keyIn(header: string): string {
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
  return '';
}

function kindOf(key: string): KeyKind | undefined {
  if (/^sk_test_\w+$/.test(key)) return 'secret';
  if (/^rk_test_\w+$/.test(key)) return 'restricted';
  if (/^pk_test_\w+$/.test(key)) return 'publishable';
  return undefined;
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

const unauthorized = (message: string) =>
  new StripeError(401, { type: 'invalid_request_error', message }, { stored: false });
