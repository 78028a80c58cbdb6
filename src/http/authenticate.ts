import type { IncomingMessage } from 'node:http';
import type { Verifier } from '../auth/verifier.js';
import type { Viewer } from '../auth/viewer.js';
import { type AuthSettings, isLoopbackHost } from '../config.js';
import { AuthError } from '../errors.js';

/**
 * The viewer of a request or of a socket's `connection_init` (`authorization` is then the payload's).
 * @throws AuthError for a token that is not good; no token at all is no error but nobody (null)
 */
export type Authenticate = (request: IncomingMessage, authorization?: unknown) => Promise<Viewer | null>;

export function createAuthenticate(verifier: Verifier, settings: AuthSettings): Authenticate {
  return async (request, authorization = request.headers.authorization) => {
    if (authorization === undefined || authorization === null || authorization === '') return null;
    const token = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1] : undefined;
    if (token === undefined) throw new AuthError('The authorization must be of the form: Bearer <token>.');
    if (settings.keys.kind === 'development' && !hasLoopbackHost(request)) {
      throw new AuthError(
        'Development tokens are accepted on loopback addresses only; set AUTH_JWKS_URL or AUTH_JWT_SECRET.',
      );
    }
    return verifier.verify(token);
  };
}

/**
 * Whether the request was addressed to this machine by a loopback name. A page of another site that makes its name
 * point here (DNS rebinding) is known by this header.
 */
export function hasLoopbackHost(request: IncomingMessage): boolean {
  const { host } = request.headers;
  return host !== undefined && isLoopbackHost(host.replace(/:\d+$/, ''));
}
