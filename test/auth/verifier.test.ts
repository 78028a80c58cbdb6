import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { developmentKeys, mintToken } from '../../src/auth/development-keys.js';
import { createVerifier } from '../../src/auth/verifier.js';
import type { AuthSettings } from '../../src/config.js';

const issuer = 'https://login.example.com';
const audience = 'billing';
const secret = 'a secret of at least thirty-two bytes';
const base = { issuer, audience, orgClaim: 'org', scopeClaim: 'scope' };
const bySecret: AuthSettings = { ...base, keys: { kind: 'secret', secret } };
const signers = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const folder = mkdtempSync(join(tmpdir(), 'tollgate-auth-'));
let published: Server;
let jwksUrl = '';

beforeAll(async () => {
  const keys = await Promise.all(
    Object.entries(signers).map(async ([alg, pair]) => ({ ...(await exportJWK(pair.publicKey)), alg, kid: alg })),
  );
  published = createServer((_, response) => response.end(JSON.stringify({ keys })));
  await new Promise<void>((listening) => published.listen(0, '127.0.0.1', listening));
  jwksUrl = `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks.json`;
});
afterAll(async () => {
  published.close();
  await rm(folder, { recursive: true });
});

function token(
  claims: Record<string, unknown> = {},
  {
    alg = 'HS256',
    key = new TextEncoder().encode(secret),
    kid,
  }: { alg?: string; key?: Uint8Array | KeyObject; kid?: string } = {},
  header: object = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ sub: 'user_alice', iss: issuer, aud: audience, iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg, ...(kid ? { kid } : {}), ...header })
    .sign(key);
}
const past = Math.floor(Date.now() / 1000) - 3600;

test('a good token says who it is', async () => {
  const viewer = await createVerifier(bySecret).verify(
    await token({ org: 'org_acme', scope: 'billing:write', exp: past + 7200 }),
  );
  expect(viewer).toMatchObject({
    userId: 'user_alice',
    organizationId: 'org_acme',
    owner: { kind: 'organization', id: 'org_acme' },
    role: 'user',
    expiresAt: past + 7200,
  });
});

test.each(['RS256', 'ES256', 'EdDSA'] as const)('%s by published keys', async (alg) => {
  const verifier = createVerifier({ ...base, keys: { kind: 'jwks', url: jwksUrl } });
  const good = await token({}, { alg, key: signers[alg].privateKey, kid: alg });
  expect((await verifier.verify(good)).userId).toBe('user_alice');
});

test('other names of claims', async () => {
  const verifier = createVerifier({ ...bySecret, orgClaim: 'https://example.com/org', scopeClaim: 'scp' });
  const viewer = await verifier.verify(await token({ 'https://example.com/org': 'org_acme', scp: ['billing:write'] }));
  expect(viewer.organizationId).toBe('org_acme');
  expect(viewer.scopes).toEqual(new Set(['billing:write']));
});

const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"user_alice"}').toString('base64url')}.`;
test.each<[string, () => Promise<string>, RegExp]>([
  ['expired', () => token({ exp: past }), /^The token expired at \d{4}-.*Z; get a new one\.$/],
  ['not yet valid', () => token({ nbf: past + 7200 }), /nbf claim is not the one expected here/],
  ['of another issuer', () => token({ iss: 'https://evil.example.com' }), /iss claim is not the one expected here/],
  ['without issuer', () => token({ iss: undefined }), /iss claim is missing/],
  ['for another audience', () => token({ aud: 'mail' }), /aud claim is not the one expected here/],
  ['signed with another secret', () => token({}, { key: Buffer.alloc(32) }), /signature does not verify/],
  [
    'tampered with',
    async () => (await token()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"user_bob"}').toString('base64url')}.`),
    /signature does not verify/,
  ],
  ['unsigned (none)', async () => none, /algorithm that is not accepted/],
  ['of another algorithm', () => token({}, { alg: 'HS512', key: Buffer.alloc(64) }), /algorithm that is not accepted/],
  ['garbled', async () => 'not.a.token', /not a well-formed JWT/],
  ['a word', async () => 'garbage', /not a well-formed JWT/],
  ['empty', async () => '', /not a well-formed JWT/],
  ['a proof of access', () => token({}, {}, { typ: 'tollgate-access+jwt' }), /proof of access/],
  ['an administrator among others', () => token({ scope: 'billing:admin openid' }), /accepted alone only/],
])('a token that is %s is refused clearly', async (_, make, message) => {
  const attempt = createVerifier(bySecret).verify(await make());
  await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) });
});

test('a key that is not published, and HS256 with a public key as the secret, are refused', async () => {
  const verifier = createVerifier({ ...base, keys: { kind: 'jwks', url: jwksUrl } });
  const unknown = await token(
    {},
    { alg: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, kid: 'x' },
  );
  await expect(verifier.verify(unknown)).rejects.toThrow('signed by a key that is not published');
  const pem = signers.RS256.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const confused = await token({}, { alg: 'HS256', key: Buffer.from(pem), kid: 'RS256' });
  await expect(verifier.verify(confused)).rejects.toThrow('algorithm that is not accepted');
});

test('keys that cannot be fetched are not the token’s fault', async () => {
  const verifier = createVerifier({ ...base, keys: { kind: 'jwks', url: 'http://127.0.0.1:1/jwks.json' } });
  await expect(verifier.verify(await token({}, { alg: 'ES256', key: signers.ES256.privateKey }))).rejects.toMatchObject(
    {
      code: 'AUTH_UNAVAILABLE',
    },
  );
});

test('a token seen before is refused again once it has expired', async () => {
  const verifier = createVerifier(bySecret);
  const soon = Math.floor(Date.now() / 1000) - 4;
  const brief = await token({ exp: soon });
  // Within the tolerated clock difference it is good, and not for longer because it was good once.
  expect((await verifier.verify(brief)).expiresAt).toBe(soon);
  await expect
    .poll(
      () =>
        verifier.verify(brief).then(
          () => 'good',
          (error) => error.message,
        ),
      { timeout: 5_000 },
    )
    .toMatch(/expired/);
});

test('development keys are kept, private, and the same for everybody on the directory', async () => {
  const [first, second] = [developmentKeys(folder), developmentKeys(folder)];
  expect(first.publicKey.equals(second.publicKey)).toBe(true);
  expect(statSync(join(folder, 'development-key.pem')).mode & 0o777).toBe(0o600);

  const settings: AuthSettings = { ...base, issuer: null, audience: null, keys: { kind: 'development' } };
  const verifier = createVerifier(settings, second.publicKey);
  const minted = await mintToken(first, settings, {
    user: 'user_bob',
    org: 'org_acme',
    scope: 'billing:write',
    expiresIn: 60,
  });
  expect(await verifier.verify(minted)).toMatchObject({ userId: 'user_bob', organizationId: 'org_acme', role: 'user' });
  const stranger = createPrivateKey(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  await expect(verifier.verify(await token({}, { alg: 'ES256', key: stranger }))).rejects.toThrow('does not verify');
});
