import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds. Older signatures are refused, so that a recorded request cannot be played again later. */
export const SIGNATURE_TOLERANCE = 300;

export type SignatureProblem = 'missing' | 'malformed' | 'wrong' | 'old';
export type SignatureCheck = { ok: true } | { ok: false; problem: SignatureProblem; message: string };

const messages: Record<SignatureProblem, string> = {
  missing: 'The Stripe-Signature header is missing.',
  malformed: 'The Stripe-Signature header has no time or no v1 signature.',
  wrong: 'No signature matches the body under any of the webhook secrets in force.',
  old: `The signature is more than ${SIGNATURE_TOLERANCE} s old.`,
};
const refused = (problem: SignatureProblem): SignatureCheck => ({ ok: false, problem, message: messages[problem] });

/**
 * Whether the bytes were signed by Stripe with one of our secrets, by the scheme of
 * https://docs.stripe.com/webhooks/signature, with the SDK's semantics but over the bytes as received: the SDK
 * decodes them to text first. Only age is judged: a time ahead of ours is accepted, as in Stripe's own libraries.
 * `now` is in milliseconds.
 */
export function verifySignature(
  body: Uint8Array,
  header: string | null | undefined,
  secrets: readonly string[],
  now: number = Date.now(),
): SignatureCheck {
  if (!header) return refused('missing');
  const { time, signatures } = parseHeader(header);
  if (time === null || signatures.length === 0) return refused('malformed');
  const matches = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
    return signatures.some((signature) => timingSafeEqual(signature, expected));
  });
  if (!matches) return refused('wrong');
  if (Math.floor(now / 1000) - time > SIGNATURE_TOLERANCE) return refused('old');
  return { ok: true };
}

/** Names a secret without telling it: `/readyz` shows it, so that a rotation can be watched. */
export function secretFingerprint(secret: string): string {
  return createHash('sha256').update(`tollgate webhook secret ${secret}`).digest('hex').slice(0, 12);
}

function parseHeader(header: string): { time: number | null; signatures: Buffer[] } {
  let time: number | null = null;
  const signatures: Buffer[] = [];
  for (const part of header.split(',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at);
    const value = part.slice(at + 1);
    if (name === 't' && /^\d{1,15}$/.test(value)) time = Number(value);
    // Anything but 32 bytes of hex cannot be a v1 signature, and timingSafeEqual compares equal lengths only.
    if (name === 'v1' && /^[0-9a-f]{64}$/.test(value)) signatures.push(Buffer.from(value, 'hex'));
  }
  return { time, signatures };
}
