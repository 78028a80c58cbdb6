import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import { SIGNATURE_TOLERANCE, secretFingerprint, verifySignature } from '../../src/stripe/signature.js';

const secret = 'whsec_one';
const at = 1_800_000_000;
const body = Buffer.from('{"id":"evt_1","object":"event"}');
const sign = (payload: Uint8Array, time = at, key = secret) =>
  `t=${time},v1=${createHmac('sha256', key).update(`${time}.`).update(payload).digest('hex')}`;
const verify = (header: string | null, options: { body?: Uint8Array; secrets?: string[]; now?: number } = {}) => {
  const result = verifySignature(options.body ?? body, header, options.secrets ?? [secret], (options.now ?? at) * 1000);
  return result.ok ? 'ok' : result.problem;
};

describe('verifySignature', () => {
  test('accepts what was signed with any of the secrets, and no other', () => {
    expect(verify(sign(body))).toBe('ok');
    expect(verify(sign(body), { secrets: ['whsec_new', secret] })).toBe('ok');
    expect(verify(sign(body), { secrets: ['whsec_new'] })).toBe('wrong');
    expect(verify(sign(body), { secrets: [] })).toBe('wrong');
  });

  test('accepts any of several signatures, as sent while a secret is being rolled', () => {
    const header = `${sign(body, at, 'whsec_old')},${sign(body).split(',')[1]}`;
    expect(verify(header)).toBe('ok');
  });

  test('refuses other bytes, even when they decode to the same text', () => {
    const invalid = Buffer.from([0x7b, 0xff, 0x7d]);
    const header = sign(Buffer.from(new TextDecoder().decode(invalid)));
    expect(verify(header, { body: invalid })).toBe('wrong');
    expect(verify(sign(body), { body: Buffer.concat([body, Buffer.from(' ')]) })).toBe('wrong');
  });

  test('refuses an old signature: 300 s is accepted, 301 s is not, a time ahead is', () => {
    expect(verify(sign(body), { now: at + SIGNATURE_TOLERANCE })).toBe('ok');
    expect(verify(sign(body), { now: at + SIGNATURE_TOLERANCE + 1 })).toBe('old');
    expect(verify(sign(body), { now: at - 86_400 })).toBe('ok');
  });

  test.each([
    [null, 'missing'],
    ['', 'missing'],
    ['nonsense', 'malformed'],
    ['t=1', 'malformed'],
    ['v1=abc', 'malformed'],
    [`t=${at},v0=${'a'.repeat(64)}`, 'malformed'],
    [`t=soon,v1=${'a'.repeat(64)}`, 'malformed'],
    [`t=${at},v1=${'a'.repeat(64)}`, 'wrong'],
  ])('header %j is %s', (header, problem) => {
    expect(verify(header)).toBe(problem);
  });

  test("agrees with the SDK's own check on any text, secret and age", () => {
    fc.assert(
      fc.property(
        // The SDK drops a byte order mark, which Stripe never sends.
        fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.startsWith('\uFEFF')),
        fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((text) => text.trim() !== ''),
        fc.integer({ min: -400, max: 400 }),
        fc.boolean(),
        (text, key, age, tampered) => {
          const header = Stripe.webhooks.generateTestHeaderString({ payload: text, secret: key, timestamp: at });
          const payload = tampered ? `${text}!` : text;
          const now = (at + age) * 1000;
          const ours = verifySignature(Buffer.from(payload), header, [key], now).ok;
          let theirs = true;
          try {
            Stripe.webhooks.signature?.verifyHeader(payload, header, key, SIGNATURE_TOLERANCE, undefined, now);
          } catch {
            theirs = false;
          }
          expect(ours).toBe(theirs);
        },
      ),
    );
  });
});

test('a fingerprint tells secrets apart and tells nothing of them', () => {
  expect(secretFingerprint('whsec_one')).toMatch(/^[0-9a-f]{12}$/);
  expect(secretFingerprint('whsec_one')).not.toBe(secretFingerprint('whsec_two'));
});
