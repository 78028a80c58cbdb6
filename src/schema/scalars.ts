import 'reflect-metadata';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

// The days of moments are asked for again and again, and a date is most of the work.
const dates = new Map<number, string>();
const MOST_DATES = 10_000;
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** RFC 3339 in UTC; whole seconds are written without a fraction. */
export function rfc3339(seconds: number): string {
  if (!Number.isInteger(seconds)) return new Date(seconds * 1000).toISOString();
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  const hour = Math.floor(rest / 3_600);
  return `${dateOf(day)}T${two[hour]}:${two[Math.floor(rest / 60) - hour * 60]}:${two[rest % 60]}Z`;
}

function dateOf(day: number): string {
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day * 86_400_000).toISOString().slice(0, -14);
    if (dates.size >= MOST_DATES) dates.clear();
    dates.set(day, date);
  }
  return date;
}

const rfc3339Text = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

function parseDateTime(value: unknown): Date {
  const date = typeof value === 'string' && rfc3339Text.test(value) ? new Date(value) : null;
  if (!date || Number.isNaN(date.getTime())) {
    throw new GraphQLError(`DateTime takes an RFC 3339 timestamp such as 2026-11-23T20:15:00Z, not ${show(value)}.`);
  }
  return date;
}

/** Resolvers give seconds since 1970 (as Stripe does, fractions allowed) or a `Date`; arguments arrive as `Date`. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'RFC 3339 timestamp in UTC, for example `2026-11-23T20:15:00Z`. Input may carry any offset.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize(value) {
    if (typeof value === 'number' && Number.isFinite(value)) return rfc3339(value);
    if (value instanceof Date) return rfc3339(value.getTime() / 1000);
    throw new GraphQLError(`DateTime cannot represent ${show(value)}.`);
  },
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : literalText(node)),
});

function parseSafeInt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new GraphQLError(`SafeInt takes an integer between -(2^53 - 1) and 2^53 - 1, not ${show(value)}.`);
  }
  return value;
}

export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'Integer between -(2^53 - 1) and 2^53 - 1, sent as a JSON number.',
  serialize: parseSafeInt,
  parseValue: parseSafeInt,
  parseLiteral: (node) => parseSafeInt(node.kind === Kind.INT ? Number(node.value) : literalText(node)),
});

const decimalText = /^-?\d+(\.\d+)?$/;

function parseDecimal(value: unknown): string {
  if (typeof value === 'string' && decimalText.test(value)) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new GraphQLError(
    `Decimal takes an exact decimal number as a string, for example "0.0004", not ${show(value)}.`,
  );
}

/** A string on both sides. A JSON number is taken only where it is an integer: a fraction may have lost digits. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description: 'Exact decimal number as a string, for example `"0.0004"`.',
  serialize: parseDecimal,
  parseValue: parseDecimal,
  // A literal's digits are all there, so a fraction may be written bare.
  parseLiteral: (node) =>
    parseDecimal(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : null),
});

function parseUrl(value: unknown): string {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    throw new GraphQLError(`URL takes an absolute http(s) address, not ${show(value)}.`);
  }
  return value;
}

/** The text as given, proved to be an absolute http(s) address. */
export const HttpUrl = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'Absolute http(s) URL.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  // What is answered was an address when it was stored; only what comes in is proved.
  serialize: String,
  parseValue: parseUrl,
  parseLiteral: (node) => parseUrl(node.kind === Kind.STRING ? node.value : literalText(node)),
});

function literalText(node: ValueNode): unknown {
  return 'value' in node ? node.value : node.kind;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
