import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHORT = new Set(['cus', 'prod', 'si', 'req', 'prodft', 'feat']);
const pool = Buffer.alloc(8192);
let used = pool.length;

function randomByte(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool[used++] as number;
}

export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    const byte = randomByte() & 63;
    if (byte < ALPHABET.length) text += ALPHABET[byte];
  }
  return text;
}

/** An id as Stripe makes them: `sub_` and 24 characters of base 62 (14 for the older prefixes). */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(SHORT.has(prefix) ? 14 : 24)}`;
}
