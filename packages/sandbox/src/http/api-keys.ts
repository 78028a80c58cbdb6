import { StripeError } from '../engine/errors.js';
import { randomText } from '../engine/ids.js';
import type { Store } from '../engine/store.js';
import type { Transaction } from '../engine/transaction.js';

export type KeyKind = 'secret' | 'restricted' | 'publishable';
export type Access = 'none' | 'read' | 'write';

/** A key that was made or revoked through `/_sandbox/keys`. Any other test key is an unrestricted one. */
export interface ApiKey {
  /** The key as it is sent. */
  id: string;
  kind: KeyKind;
  name: string | null;
  /** By the dashboard's names of resources; null when it may do everything that its kind can. */
  permissions: Record<string, Access> | null;
  created: number;
  /** Stripe seconds of the sandbox's clock. */
  expires_at: number | null;
  revoked: boolean;
}

declare module '../engine/objects.js' {
  interface InternalRecords {
    _api_key: ApiKey;
  }
}

const PREFIX: Record<KeyKind, string> = { secret: 'sk', restricted: 'rk', publishable: 'pk' };

export function createKey(
  tx: Transaction,
  given: Pick<ApiKey, 'kind' | 'name' | 'permissions' | 'expires_at'>,
): ApiKey {
  const id = `${PREFIX[given.kind]}_test_${randomText(32)}`;
  return tx.put('_api_key', { ...given, id, created: tx.now(), revoked: false });
}

/** Revokes a key that was made here, or any other test key. Undefined for what is no test key. */
export function revokeKey(tx: Transaction, id: string): ApiKey | undefined {
  const known = tx.get('_api_key', id);
  if (known) return tx.patch('_api_key', id, { revoked: true });
  const kind = kindOf(id);
  const blank = { name: null, permissions: null, created: tx.now(), expires_at: null };
  return kind && tx.put('_api_key', { id, kind, ...blank, revoked: true });
}

export function keyStatus(key: ApiKey, now: number): 'active' | 'expired' | 'revoked' {
  if (key.revoked) return 'revoked';
  return key.expires_at !== null && key.expires_at <= now ? 'expired' : 'active';
}

/** The key of a request with what it may do; 401 for one that is unknown, expired, revoked or of live mode. */
export function authenticate(
  key: string,
  store: Store,
  accepted: ReadonlySet<string> | undefined,
  now: number,
): ApiKey {
  if (key === '') throw unauthorized(NOT_GIVEN);
  const known = store.of('_api_key').get(key);
  if (known && keyStatus(known, now) !== 'active') {
    throw unauthorized(`Expired API Key provided: ${masked(key, 6)}`, 'api_key_expired');
  }
  const kind = kindOf(key);
  if (!kind || (accepted && !accepted.has(key) && !known)) {
    throw unauthorized(`Invalid API Key provided: ${masked(key, 4)}`);
  }
  return known ?? { id: key, kind, name: null, permissions: null, created: now, expires_at: null, revoked: false };
}

/** The key in `Authorization`: Bearer, or Basic with the key as user; '' without one. */
export function keyIn(header: string | undefined): string {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2);
  if (/^bearer$/i.test(scheme)) return value;
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? '';
  return '';
}

/** Enough of a key to know it by. */
export function masked(key: string, shown: number): string {
  const hidden = key.length - 8 - shown;
  return hidden <= 0 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(hidden)}${key.slice(-shown)}`;
}

function kindOf(key: string): KeyKind | undefined {
  if (/^sk_test_\w+$/.test(key)) return 'secret';
  if (/^rk_test_\w+$/.test(key)) return 'restricted';
  if (/^pk_test_\w+$/.test(key)) return 'publishable';
  return undefined;
}

const NOT_GIVEN =
  "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.";

const unauthorized = (message: string, code?: string) =>
  new StripeError(401, { type: 'invalid_request_error', message, ...(code ? { code } : {}) }, { stored: false });
