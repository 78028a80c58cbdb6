import { expect, test } from 'vitest';
import { checkUnbuilt } from '../../src/config/not-yet-built.js';
import { readSettings } from '../../src/config.js';

test('what would be silently ignored is refused where it matters, and named where it does not', () => {
  expect(checkUnbuilt(readSettings({}))).toEqual([]);
  expect(checkUnbuilt(readSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }))).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT',
  ]);
  const relied = { REDIS_URL: 'redis://127.0.0.1', PERSISTED_OPERATIONS_FILE: 'operations.json' };
  expect(() => checkUnbuilt(readSettings(relied))).toThrow(
    /^REDIS_URL is not offered yet.*\nPERSISTED_OPERATIONS_FILE/,
  );
});
