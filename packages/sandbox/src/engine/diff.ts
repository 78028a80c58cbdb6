import { type Hash, isHash } from './hash.js';

export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => sameJson(item, b[at]));
  if (!isHash(a) || !isHash(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]));
}

/**
 * `previous_attributes`: the old values of what changed, hash by hash, lists whole; a member that did not exist
 * before is null. Undefined when nothing changed.
 */
export function previousAttributes(before: Hash, after: Hash): Hash | undefined {
  const previous: Hash = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const old = before[key];
    const now = after[key];
    if (sameJson(old, now)) continue;
    if (isHash(old) && isHash(now)) previous[key] = previousAttributes(old, now);
    else previous[key] = old ?? null;
  }
  return Object.keys(previous).length > 0 ? previous : undefined;
}
