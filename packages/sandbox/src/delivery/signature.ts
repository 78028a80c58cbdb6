import { createHmac } from 'node:crypto';

/**
 * The `Stripe-Signature` header over the raw body. Its `t` is real time even when the sandbox's clock is ahead:
 * the receiver compares it with a clock of its own.
 */
export function signatureHeader(body: string, secret: string, seconds = Math.floor(Date.now() / 1000)): string {
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}
