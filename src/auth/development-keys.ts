import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { AuthSettings } from '../config.js';

export interface DevelopmentKeys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export interface TokenRequest {
  user: string;
  org?: string | undefined;
  scope?: string | undefined;
  email?: string | undefined;
  /** Seconds from now. */
  expiresIn: number;
}

/** The pair kept in the data directory, made at first use and readable by its owner only. */
export function developmentKeys(dataDir: string): DevelopmentKeys {
  const path = join(dataDir, 'development-key.pem');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const privateKey = createPrivateKey(readOrMake(path));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** A token as an identity provider would make it, for development. */
export async function mintToken(keys: DevelopmentKeys, settings: AuthSettings, request: TokenRequest): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    ...(request.org ? { [settings.orgClaim]: request.org } : {}),
    ...(request.scope ? { [settings.scopeClaim]: request.scope } : {}),
    ...(request.email ? { email: request.email, email_verified: true } : {}),
  };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setSubject(request.user)
    .setIssuedAt(now)
    .setExpirationTime(now + request.expiresIn);
  if (settings.issuer) token.setIssuer(settings.issuer);
  if (settings.audience) token.setAudience(settings.audience);
  return token.sign(keys.privateKey);
}

// `tollgate token` and a starting gateway may come here at once: the first link wins, both read what it put there.
function readOrMake(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const staging = `${path}.${process.pid}`;
  writeFileSync(staging, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  try {
    linkSync(staging, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(staging);
  }
  return readFileSync(path, 'utf8');
}
