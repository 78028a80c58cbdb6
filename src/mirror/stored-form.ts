import { isDeepStrictEqual } from 'node:util';
import type { Projector, StripeObject } from './projector.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

/**
 * A payload as plain JSON: the SDK's decimals as text, and text that PostgreSQL's jsonb can hold (it refuses NUL and
 * unpaired surrogates, which JSON allows).
 */
export function plain<T extends StripeObject>(payload: T): T {
  return JSON.parse(JSON.stringify(payload), (key, value) => {
    if (typeof value === 'string') return storable(value);
    // An own property of this name would set a prototype wherever the object is copied.
    return key === '__proto__' ? undefined : value;
  });
}

/** The same text where PostgreSQL can store it, else with U+FFFD in place of what it cannot. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** What is kept of an object: embedded foreign objects reduced to ids, secrets stripped, stored parts it lacks kept. */
export function storedForm(projector: Projector, payload: StripeObject, stored: JsonObject | null): JsonObject {
  const owned = new Set(projector.owned);
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(payload as unknown as JsonObject)) {
    if (!projector.stripped.includes(key) && !isSecret(key)) kept[key] = reduced(value, owned);
  }
  for (const key of projector.optional) {
    const known = stored?.[key];
    if (kept[key] === undefined && known !== undefined) kept[key] = known;
  }
  return kept;
}

/** Whether two stored forms are one state, the parts left out that change without an event. */
export function sameState(projector: Projector, one: object | null, other: object | null): boolean {
  if (one === null || other === null) return one === other;
  return isDeepStrictEqual(lasting(projector, one), lasting(projector, other));
}

function lasting(projector: Projector, form: object): object {
  if (projector.volatile.length === 0) return form;
  return Object.fromEntries(Object.entries(form).filter(([key]) => !projector.volatile.includes(key)));
}

function reduced(value: Json, owned: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((entry) => reduced(entry, owned));
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.id === 'string' && typeof value.object === 'string' && !owned.has(value.object)) return value.id;
  // A list's url and count say nothing of the object.
  const entries =
    value.object === 'list' ? Object.entries(value).filter(([key]) => listParts.has(key)) : Object.entries(value);
  return Object.fromEntries(
    entries.filter(([key]) => !isSecret(key)).map(([key, part]) => [key, reduced(part, owned)]),
  );
}

const listParts = new Set(['object', 'data', 'has_more']);

const isSecret = (key: string) => key === 'client_secret';
