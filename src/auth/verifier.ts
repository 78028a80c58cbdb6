import type { KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import type { AuthSettings } from '../config.js';
import { AuthError, TollgateError } from '../errors.js';
import { type Viewer, viewerOf } from './viewer.js';

export interface Verifier {
  /**
   * The viewer whose token it is.
   * @throws AuthError (`UNAUTHENTICATED`) saying what is wrong with the token; TollgateError (`AUTH_UNAVAILABLE`)
   * when the keys to judge it cannot be had
   */
  verify(token: string): Promise<Viewer>;
}

// A verified token is believed for this long without looking again; a rotated key takes that long to be forgotten.
const believedForMs = 30_000;
const mostRemembered = 10_000;

/** @param developmentKey the public key of the development pair; needed when that is what the settings ask for */
export function createVerifier(settings: AuthSettings, developmentKey?: KeyObject): Verifier {
  const { key, algorithms } = keyOf(settings, developmentKey);
  const options = {
    algorithms,
    clockTolerance: 5,
    ...(settings.issuer ? { issuer: settings.issuer } : {}),
    ...(settings.audience ? { audience: settings.audience } : {}),
  };
  const remembered = new Map<string, { viewer: Viewer; until: number }>();

  return {
    async verify(token) {
      const now = Date.now();
      const known = remembered.get(token);
      if (known && now < known.until) return known.viewer;
      remembered.delete(token);
      const { payload, protectedHeader } = await verified(token, key, options);
      if (protectedHeader.typ === 'tollgate-access+jwt') {
        throw new AuthError('This is a proof of access, not a token: it identifies nobody.');
      }
      const viewer = viewerOf(payload, settings);
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(token, {
        viewer,
        until: Math.min(
          now + believedForMs,
          viewer.expiresAt === null ? Number.POSITIVE_INFINITY : viewer.expiresAt * 1000,
        ),
      });
      return viewer;
    },
  };
}

type Key = KeyObject | Uint8Array | JWTVerifyGetKey;

function keyOf(settings: AuthSettings, developmentKey?: KeyObject): { key: Key; algorithms: string[] } {
  const { keys } = settings;
  if (keys.kind === 'jwks') {
    const key = createRemoteJWKSet(new URL(keys.url), { timeoutDuration: 5_000, cooldownDuration: 10_000 });
    return { key, algorithms: ['RS256', 'ES256', 'EdDSA'] };
  }
  if (keys.kind === 'secret') return { key: new TextEncoder().encode(keys.secret), algorithms: ['HS256'] };
  if (!developmentKey) throw new Error('Development keys are asked for but none was given.');
  return { key: developmentKey, algorithms: ['ES256'] };
}

async function verified(token: string, key: Key, options: Parameters<typeof jwtVerify>[2]): Promise<JWTVerifyResult> {
  try {
    return typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, key, options);
  } catch (cause) {
    throw explained(cause);
  }
}

function explained(cause: unknown): Error {
  const say = (text: string) => new AuthError(text, { cause });
  if (cause instanceof errors.JWTExpired) {
    const at =
      typeof cause.payload.exp === 'number' ? new Date(cause.payload.exp * 1000).toISOString() : 'an unreadable time';
    return say(`The token expired at ${at}; get a new one.`);
  }
  if (cause instanceof errors.JWTClaimValidationFailed) {
    return say(
      `The token's ${cause.claim} claim is ${cause.reason === 'missing' ? 'missing' : 'not the one expected here'}.`,
    );
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) return say("The token's signature does not verify.");
  if (cause instanceof errors.JOSEAlgNotAllowed)
    return say('The token is signed by an algorithm that is not accepted here.');
  if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) {
    return say('The token is signed by a key that is not published.');
  }
  if (
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JOSENotSupported
  ) {
    return say('The token is not a well-formed JWT.');
  }
  return new TollgateError('AUTH_UNAVAILABLE', 'The keys that verify tokens cannot be fetched; try again.', { cause });
}
