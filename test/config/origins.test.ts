import { expect, test } from 'vitest';
import { parseDuration } from '../../src/config/duration.js';
import { isAllowedOrigin, isLoopbackHost } from '../../src/config/origins.js';

test.each([
  ['http://localhost:5173', true],
  ['https://localhost', true],
  ['http://app.localhost:3000', true],
  ['http://127.0.0.1:1', true],
  ['http://[::1]:8080', true],
  ['https://app.example.com', true],
  ['https://app.example.com:444', false],
  ['http://app.example.com', false],
  ['http://localhost.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost:5173/path', false],
  ['null', false],
  ['', false],
])('origin %s: %s', (origin, allowed) => {
  expect(isAllowedOrigin({ loopback: true, list: ['https://app.example.com'] }, origin)).toBe(allowed);
});

test('without the loopback rule only the list counts', () => {
  expect(isAllowedOrigin({ loopback: false, list: [] }, 'http://localhost:5173')).toBe(false);
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['LOCALHOST', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['localhost.example.com', false],
])('host %s is loopback: %s', (host, loopback) => {
  expect(isLoopbackHost(host)).toBe(loopback);
});

test.each([
  ['P7D', 604_800],
  ['P2W', 1_209_600],
  ['PT5M', 300],
  ['P1DT12H30M5S', 131_405],
  ['PT0S', 0],
  ['P', null],
  ['PT', null],
  ['P1DT', null],
  ['P1M', null],
  ['P1Y', null],
  ['P-1D', null],
  ['7d', null],
  ['P1.5D', null],
])('duration %s is %s seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});
