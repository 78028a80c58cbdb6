import { invalidRequest, missingParam, StripeError } from '../engine/errors.js';
import { isHash } from '../engine/hash.js';

/** How one parameter is read from the form; throws Stripe's error for what it cannot be. */
export interface Param<T, Required extends boolean = boolean> {
  read(value: unknown, path: string): T;
  required: Required;
  /** The members of a hash (of each, in a list), for the coverage table. */
  members?: Shape;
}
// biome-ignore lint/suspicious/noExplicitAny: a shape mixes parameters of all types
export type Shape = Record<string, Param<any>>;
type RequiredKeys<S extends Shape> = { [K in keyof S]: S[K]['required'] extends true ? K : never }[keyof S];
type TypeOf<P> = P extends Param<infer T> ? T : never;
/** What a handler receives: optional ones undefined when absent, emptied ones null. */
export type ParamsOf<S extends Shape> = { [K in RequiredKeys<S>]: TypeOf<S[K]> } & {
  [K in Exclude<keyof S, RequiredKeys<S>>]?: TypeOf<S[K]>;
};

export interface Range {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

const optional = <T>(read: (value: unknown, path: string) => T): Param<T, false> => ({ read, required: false });
function withMembersOf<T>(inner: Param<unknown>, read: (value: unknown, path: string) => T): Param<T, false> {
  return { read, required: false, ...(inner.members ? { members: inner.members } : {}) };
}
/** Refused before execution began, so an idempotency key stays free. */
const refuse = (message: string, param: string, code?: string) =>
  new StripeError(400, { ...invalidRequest(message, { param, ...(code ? { code } : {}) }).body }, { stored: false });

function scalar(value: unknown, path: string, what: string): string {
  // Stripe shows a list as a hash of its places.
  if (typeof value !== 'string') throw refuse(`Invalid ${what}: ${JSON.stringify({ ...(value as object) })}`, path);
  if (value === '') {
    throw refuse(
      `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
      path,
      'parameter_invalid_empty',
    );
  }
  return value;
}

export function str(max = 5000): Param<string, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'string');
    if (text.length > max) {
      throw refuse(`Invalid string: ${text.slice(0, 20)}…${text.slice(-20)}; must be at most ${max} characters`, path);
    }
    return text;
  });
}

const RUNS_CODE = /^(javascript|data|vbscript|blob):$/;

/** Where a person is sent: of the web, or of an app by a scheme of its own. */
export function url(): Param<string, false> {
  return optional((value, path) => {
    const text = str().read(value, path);
    if (!URL.canParse(text) || RUNS_CODE.test(new URL(text).protocol)) {
      throw refuse('Not a valid URL', path, 'url_invalid');
    }
    return text;
  });
}

export function int(min?: number, max?: number): Param<number, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'integer');
    if (!/^-?\d{1,15}$/.test(text)) throw refuse(`Invalid integer: ${text}`, path, 'parameter_invalid_integer');
    const number = Number(text);
    if (min !== undefined && number < min) {
      throw refuse(`This value must be greater than or equal to ${min}.`, path, 'parameter_invalid_integer');
    }
    if (max !== undefined && number > max) {
      throw refuse(`This value must be less than or equal to ${max}.`, path, 'parameter_invalid_integer');
    }
    return number;
  });
}

/** 10 by default. What is out of bounds is brought within them without a word, as others observed it at Stripe. */
export const pageSize = (): Param<number, false> =>
  optional((value, path) => Math.min(Math.max(int().read(value, path), 1), 100));

/** Unix seconds. */
export const time = () => int(0, 99_999_999_999);

export function num(): Param<number, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'decimal');
    if (!/^-?\d+(\.\d+)?$/.test(text)) throw refuse(`Invalid decimal: ${text}`, path);
    return Number(text);
  });
}

/** A decimal kept as its text, at most 12 places. */
export function decimal(): Param<string, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'decimal');
    if (!/^-?\d+(\.\d{1,12})?$/.test(text)) throw refuse(`Invalid decimal: ${text}`, path);
    return text;
  });
}

export function bool(): Param<boolean, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'boolean');
    if (text !== 'true' && text !== 'false') throw refuse(`Invalid boolean: ${text}`, path);
    return text === 'true';
  });
}

export function oneOf<const V extends string>(...values: V[]): Param<V, false> {
  return optional((value, path) => {
    const text = scalar(value, path, 'string');
    if (!values.includes(text as V)) {
      const [last, ...others] = [...values].reverse();
      const choices =
        others.length > 0 ? `${others.reverse().join(', ')}${others.length > 1 ? ',' : ''} or ${last}` : last;
      throw refuse(`Invalid ${path}: must be one of ${choices}`, path);
    }
    return text as V;
  });
}

export function hash<S extends Shape>(shape: S): Param<ParamsOf<S>, false> {
  const read = (value: unknown, path: string) => {
    if (!isHash(value)) throw refuse('Invalid object', path);
    return readShape(shape, value, path);
  };
  return { read, required: false, members: shape };
}

export function list<T>(item: Param<T>, max = 500): Param<T[], false> {
  return withMembersOf(item, (value, path) => {
    const items = Array.isArray(value) ? value : isHash(value) && numbered(value) ? Object.values(value) : undefined;
    if (!items) throw refuse('Invalid array', path);
    if (items.length > max) throw refuse(`Array must have at most ${max} elements`, path);
    return items.map((each, at) => item.read(each, `${path}[${at}]`));
  });
}

/** A hash with keys of the caller's choosing. */
export function map<T>(item: Param<T>): Param<Record<string, T>, false> {
  return withMembersOf(item, (value, path) => {
    if (!isHash(value)) throw refuse('Invalid object', path);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, item.read(each, `${path}[${key}]`)]));
  });
}

/** Metadata as sent: '' for keys to remove; null when all of it is to be removed. Merge with `mergeMetadata`. */
export function metadata(): Param<Record<string, string> | null, false> {
  return optional((value, path) => {
    if (value === '') return null;
    if (!isHash(value)) throw refuse('Invalid object', path);
    const pairs = Object.entries(value);
    if (pairs.length > 50) throw refuse('Metadata can have up to 50 keys.', path);
    for (const [key, text] of pairs) {
      if (typeof text !== 'string') throw refuse('Metadata values must be strings', `${path}[${key}]`);
      if (key.length > 40) {
        throw refuse(`Metadata keys can be up to 40 characters long: ${key}`, `${path}[${key}]`);
      }
      if (text.length > 500) {
        throw refuse(`Metadata values can have up to 500 characters. ${key} has ${text.length}.`, `${path}[${key}]`);
      }
    }
    return value as Record<string, string>;
  });
}

/** `created=…` or `created[gte]=…`. */
export function range(): Param<Range, false> {
  const bounds = { gt: time(), gte: time(), lt: time(), lte: time() };
  return optional((value, path) => {
    if (typeof value === 'string') {
      const at = time().read(value, path);
      return { gte: at, lte: at };
    }
    if (!isHash(value)) throw refuse('Invalid object', path);
    return readShape(bounds, value, path);
  });
}

/** The first of several readings that fits; the last one's error if none does. */
export function either<A, B>(first: Param<A>, second: Param<B>): Param<A | B, false> {
  return optional((value, path) => {
    try {
      return first.read(value, path);
    } catch (error) {
      if (!(error instanceof StripeError)) throw error;
      return second.read(value, path);
    }
  });
}

export const required = <T>(param: Param<T>): Param<T, true> => ({ ...param, required: true });
/** '' unsets it: read as null. */
export const emptyable = <T>(param: Param<T>): Param<T | null, false> =>
  withMembersOf(param, (value, path) => (value === '' ? null : param.read(value, path)));

export function readShape<S extends Shape>(shape: S, given: Record<string, unknown>, path = ''): ParamsOf<S> {
  const at = (key: string) => (path === '' ? key : `${path}[${key}]`);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(shape, key));
  if (unknown.length > 0) throw unknownParams(unknown.map(at), Object.keys(shape).map(at));
  const read: Record<string, unknown> = {};
  for (const [key, param] of Object.entries(shape)) {
    const value = given[key];
    if (value === undefined) {
      if (param.required) throw missingParam(at(key));
    } else read[key] = param.read(value, at(key));
  }
  return read as ParamsOf<S>;
}

function unknownParams(unknown: string[], known: string[]): StripeError {
  const hint = unknown.length === 1 && known.find((name) => distance(name, unknown[0] as string) <= 2);
  const names = `Received unknown parameter${unknown.length > 1 ? 's' : ''}: ${unknown.join(', ')}`;
  return refuse(hint ? `${names}. Did you mean ${hint}?` : names, unknown[0] as string, 'parameter_unknown');
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, change));
    }
    row = next;
  }
  return row[b.length] as number;
}

const numbered = (hash: Record<string, unknown>) => Object.keys(hash).every((key) => /^\d+$/.test(key));
