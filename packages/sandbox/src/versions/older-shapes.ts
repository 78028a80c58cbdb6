import type { Hash } from '../engine/hash.js';
import type { Transaction } from '../engine/transaction.js';
import { API_VERSION, isBefore } from './api-versions.js';
import { beforeBasil } from './before-basil.js';
import { beforeClover } from './before-clover.js';

/** Members to put back into an object (undefined takes one away). */
export type Older = (object: Hash, tx: Transaction) => Hash;

/** Newest first: each step undoes what its version moved. Source: changelog of the official SDK. */
const STEPS: readonly { version: string; objects: Readonly<Record<string, Older>> }[] = [
  { version: '2025-09-30.clover', objects: beforeClover },
  { version: '2025-03-31.basil', objects: beforeBasil },
];

/**
 * A rendered answer or event payload as an older API version shows it: the members that moved on subscriptions,
 * invoices, their lines and items, discounts and promotion codes are where they were. What only came since then stays,
 * as Stripe's own additions do; parameters are those of the sandbox's version in any case.
 */
export function inVersion(version: string, value: unknown, tx: Transaction): unknown {
  if (version === API_VERSION) return value;
  const steps = STEPS.filter((step) => isBefore(version, step.version)).map((step) => step.objects);
  return steps.length === 0 ? value : older(value, steps, tx);
}

function older(value: unknown, steps: readonly Readonly<Record<string, Older>>[], tx: Transaction): unknown {
  if (Array.isArray(value)) return value.map((item) => older(item, steps, tx));
  if (value === null || typeof value !== 'object') return value;
  let object = value as Hash;
  for (const step of steps) {
    const convert = typeof object.object === 'string' ? step[object.object] : undefined;
    if (convert) object = { ...object, ...convert(object, tx) };
  }
  const members = Object.entries(object).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, older(member, steps, tx)]));
}
