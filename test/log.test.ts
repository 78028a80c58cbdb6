import { expect, test } from 'vitest';
import { createLogger, withoutSecrets } from '../src/log.js';

const key = (kind: string) => `${kind}_abcdefgh`;
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyX2FsaWNlIn0.c2lnbmF0dXJl';

test('fields named like secrets are redacted at any of three depths', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => lines.push(line) });
  log.info({ authorization: 'one', headers: { cookie: 'two' }, a: { b: { client_secret: 'three' } } }, 'Hello.');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    msg: 'Hello.',
    authorization: '[redacted]',
    headers: { cookie: '[redacted]' },
    a: { b: { client_secret: '[redacted]' } },
  });
});

test.each([
  ['a secret key', `Invalid key ${key('sk_live')}.`, key('sk_live')],
  ['a restricted key', `Invalid key ${key('rk_test')}.`, key('rk_test')],
  ['a webhook secret', `signed with ${key('whsec')}`, key('whsec')],
  ['a client secret', 'confirm pi_123_secret_456', 'pi_123_secret_456'],
  ['a token', `Bearer ${jwt}`, jwt],
  ['a password in a URL', 'postgres://gate:hunter2@db.example.com/gate', 'hunter2'],
])('a message that carries %s is logged without it', (_, text, secret) => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => lines.push(line) });
  log.error({ err: new Error(text) }, text);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('[redacted]');
  expect(lines[0]).not.toContain(secret);
  expect(withoutSecrets(text)).not.toContain(secret);
});

test('below its level nothing is written', () => {
  const lines: string[] = [];
  createLogger('warn', { write: (line) => lines.push(line) }).info('quiet');
  expect(lines).toEqual([]);
});
