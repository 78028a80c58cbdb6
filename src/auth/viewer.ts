import type { JWTPayload } from 'jose';
import type { Owner } from '../db/accounts.js';
import { AuthError } from '../errors.js';

/** The caller, as the token says. */
export interface Viewer {
  userId: string;
  /** The organization that pays, when the viewer acts for one. */
  organizationId: string | null;
  scopes: ReadonlySet<string>;
  email: string | null;
  emailVerified: boolean;
  /** Seconds since 1970. */
  expiresAt: number | null;
  issuedAt: number | null;
  /** Whose account the viewer acts on when none is named. */
  owner: Owner;
  role: 'user' | 'server' | 'admin';
}

/**
 * The viewer of a verified token.
 * @throws AuthError when a claim that decides anything is not what it must be
 */
export function viewerOf(claims: JWTPayload, names: { orgClaim: string; scopeClaim: string }): Viewer {
  const userId = idOf(claims.sub, 'sub');
  if (userId === null) throw new AuthError('The token has no sub claim: it does not say whose it is.');
  const organizationId = idOf(claims[names.orgClaim], names.orgClaim);
  const scopes = scopesOf(claims[names.scopeClaim], names.scopeClaim);
  if (scopes.has('billing:admin') && scopes.size > 1) {
    throw new AuthError('The scope billing:admin is accepted alone only; the token has others beside it.');
  }
  return {
    userId,
    organizationId,
    scopes,
    email: typeof claims.email === 'string' && claims.email ? claims.email : null,
    emailVerified: claims.email_verified === true,
    expiresAt: claims.exp ?? null,
    issuedAt: claims.iat ?? null,
    owner: organizationId === null ? { kind: 'user', id: userId } : { kind: 'organization', id: organizationId },
    role: scopes.has('billing:admin') ? 'admin' : scopes.has('billing:server') ? 'server' : 'user',
  };
}

// Ids end up in Stripe's metadata, whose values are limited to 500 characters.
function idOf(claim: unknown, name: string): string | null {
  if (claim === undefined || claim === null) return null;
  if (typeof claim === 'string' && /^[^\p{Cc}]{1,400}$/u.test(claim) && claim.trim() === claim) return claim;
  throw new AuthError(`The token's ${name} claim must be a text of 1 to 400 characters.`);
}

function scopesOf(claim: unknown, name: string): ReadonlySet<string> {
  const words = typeof claim === 'string' ? claim.split(' ') : (claim ?? []);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return new Set(words.filter(Boolean));
  throw new AuthError(`The token's ${name} claim must be a text of scopes with spaces between.`);
}
