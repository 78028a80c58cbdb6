import fc from 'fast-check';
import { parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { money, unitAmount } from '../../src/schema/currency.js';
import { fromStripe } from '../../src/schema/enum.js';
import { InvoiceStatus } from '../../src/schema/invoice.js';
import { DateTime, Decimal, HttpUrl, rfc3339, SafeInt } from '../../src/schema/scalars.js';

test('DateTime writes what the platform writes, without a fraction of whole seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }), (seconds) => {
      expect(rfc3339(seconds)).toBe(new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
    }),
  );
  expect(DateTime.serialize(0.25)).toBe('1970-01-01T00:00:00.250Z');
  expect(DateTime.serialize(new Date(5_000))).toBe('1970-01-01T00:00:05Z');
  expect(() => DateTime.serialize('tomorrow')).toThrow('DateTime');
});

test('DateTime takes RFC 3339 with any offset, and nothing else', () => {
  expect(DateTime.parseValue('2026-11-23T21:15:00+01:00')).toEqual(new Date('2026-11-23T20:15:00Z'));
  expect(DateTime.parseLiteral(parseValue('"2026-11-23T20:15:00.5Z"'))).toEqual(new Date('2026-11-23T20:15:00.500Z'));
  for (const wrong of ['2026-11-23', '2026-13-23T20:15:00Z', 'x', '', null, 5, {}]) {
    expect(() => DateTime.parseValue(wrong)).toThrow('RFC 3339');
  }
  expect(() => DateTime.parseLiteral(parseValue('2026'))).toThrow('RFC 3339');
});

test('SafeInt and Decimal lose no digit', () => {
  const largest = Number.MAX_SAFE_INTEGER;
  expect(SafeInt.serialize(largest)).toBe(largest);
  expect(SafeInt.parseLiteral(parseValue(String(largest)))).toBe(largest);
  for (const wrong of [largest + 1, 1.5, '1', null]) expect(() => SafeInt.parseValue(wrong)).toThrow('SafeInt');
  for (const text of ['0.0004', '-12', '100000000000000000000.1']) {
    expect(Decimal.parseValue(text)).toBe(text);
    expect(Decimal.parseLiteral(parseValue(text))).toBe(text);
  }
  for (const wrong of ['1e5', '1.', '.5', '1,5', '', 0.1, null, 'NaN']) {
    expect(() => Decimal.parseValue(wrong)).toThrow('Decimal');
  }
});

test('URL takes absolute http(s) addresses only', () => {
  expect(HttpUrl.parseValue('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
  for (const wrong of ['/a', 'example.com', 'javascript:alert(1)', 'ftp://example.com', 'http:', 'https://', 7]) {
    expect(() => HttpUrl.parseValue(wrong)).toThrow('URL');
  }
});

test.each([
  [1250, 'usd', '12.50'],
  [5, 'usd', '0.05'],
  [-5, 'usd', '-0.05'],
  [-1250, 'eur', '-12.50'],
  [0, 'usd', '0.00'],
  [1200, 'jpy', '1200'],
  [-3, 'krw', '-3'],
  [1250, 'kwd', '1.250'],
  [7, 'bhd', '0.007'],
  [500, 'isk', '5.00'],
  [Number.MAX_SAFE_INTEGER, 'usd', '90071992547409.91'],
])('%d of %s is %s', (minorUnits, currency, decimal) => {
  expect(money(minorUnits, currency)).toEqual({ minorUnits, currency, decimal });
});

test.each([
  ['1250', 'usd', '1250', '12.50'],
  ['0.04', 'usd', '0.04', '0.0004'],
  ['0.040', 'usd', '0.04', '0.0004'],
  ['12.5', 'jpy', '12.5', '12.5'],
  ['1200', 'jpy', '1200', '1200'],
  ['0.000000000001', 'kwd', '0.000000000001', '0.000000000000001'],
  ['-150.25', 'usd', '-150.25', '-1.5025'],
])('a price of %s in %s is exactly %s and %s', (given, currency, minorUnits, decimal) => {
  expect(unitAmount(given, currency)).toEqual({ minorUnits, currency, decimal });
});

test("Stripe's words become ours, and those we do not know UNKNOWN", () => {
  expect(fromStripe(InvoiceStatus, 'uncollectible')).toBe('UNCOLLECTIBLE');
  for (const word of ['sparkling', '', null, undefined, 'toString', '__proto__']) {
    expect(fromStripe(InvoiceStatus, word)).toBe('UNKNOWN');
  }
});
