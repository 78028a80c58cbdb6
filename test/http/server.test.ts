import { createServer } from 'node:net';
import { buildSchema, GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../src/config.js';
import { AuthError, BillingRefusal, TollgateError } from '../../src/errors.js';
import { createGraphQLRoute, type GraphQLRoute } from '../../src/http/graphql.js';
import { createReadinessRoute } from '../../src/http/health.js';
import { createHttpServer, type HttpServer } from '../../src/http/server.js';
import { createWebhookRoute } from '../../src/http/webhook.js';
import { createLogger } from '../../src/log.js';
import type { RequestContext } from '../../src/resolvers/context.js';
import { postJson, send, sendRaw } from '../support/http.js';

const logged: string[] = [];
const log = createLogger('debug', { write: (line) => logged.push(line) });
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyX2FsaWNlIn0.c2lnbmF0dXJl';
const mebibyte = 1024 * 1024;
const settings = { ...readSettings({ ALLOWED_ORIGINS: 'https://app.example.com' }).http, port: 0 };
const limits = { most: mebibyte, within: 300 };
const received: Buffer[] = [];
let readiness: string | null = null;
let graphql: GraphQLRoute;
let server: HttpServer;
let port = 0;
let base = '';

const schema = buildSchema(`
  type Query { hello(name: String): String, fails(how: String): String }
  type Mutation { act: String }
`);
const rootFields = schema.getQueryType()?.getFields() ?? {};
if (rootFields.hello) rootFields.hello.resolve = (_, { name }) => `Hello ${name ?? 'nobody'}`;
if (rootFields.fails) {
  rootFields.fails.resolve = (_, { how }) => {
    if (how === 'coded') throw new TollgateError('THROTTLED', 'Too often.');
    if (how === 'refused') throw new BillingRefusal('NOT_FOUND', 'There is no such account.');
    if (how === 'graphql') throw new GraphQLError('Look here.', { extensions: { code: 'NOT_FOUND' } });
    if (how === 'database') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    throw new Error('password=hunter2 in a stack trace');
  };
}

beforeAll(async () => {
  graphql = await createGraphQLRoute({
    schema,
    introspection: false,
    log,
    body: limits,
    async contextOf({ request, requestId, log }) {
      if (request.headers.authorization === 'Bearer bad') throw new AuthError('The token is not a well-formed JWT.');
      if (request.headers.authorization === 'Bearer later') throw new TollgateError('AUTH_UNAVAILABLE', 'Try again.');
      return { requestId, log } as RequestContext;
    },
  });
  const receiver = {
    async receive(body: Uint8Array, signature: string | null | undefined) {
      received.push(Buffer.from(body));
      if (signature === 'down') return { status: 503 as const, message: 'Cannot be stored.', retryAfter: 5 };
      return signature ? { status: 200 as const, message: '' } : { status: 400 as const, message: 'No signature.' };
    },
  };
  server = createHttpServer({
    settings,
    log,
    routes: {
      '/graphql': { GET: graphql.handle, POST: graphql.handle },
      '/webhooks/stripe': { POST: createWebhookRoute(receiver, limits) },
      '/readyz': {
        GET: createReadinessRoute({
          checks: {
            database: () => readiness,
            feed: async () => null,
            slow: () => (readiness === 'hang' ? new Promise(() => {}) : null),
          },
          webhookSecrets: ['abcdef'],
          within: 100,
        }),
      },
    },
    sockets: { path: '/graphql', upgrade: (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n') },
  });
  ({ port } = await server.listen());
  base = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await server.close();
  await graphql.close();
});

describe('GraphQL over HTTP', () => {
  test('answers queries by POST and GET', async () => {
    const posted = await postJson(`${base}/graphql`, {
      query: 'query($n: String) { hello(name: $n) }',
      variables: { n: 'Ä' },
    });
    expect(posted).toMatchObject({ status: 200, json: { data: { hello: 'Hello Ä' } } });
    expect(posted.headers['x-request-id']).toMatch(/^[\w-]{12}$/);
    const got = await send(`${base}/graphql?query=${encodeURIComponent('{ hello }')}`);
    expect(got).toMatchObject({ status: 200, json: { data: { hello: 'Hello nobody' } } });
  });

  test('refuses a mutation by GET', async () => {
    const { status, json } = await send(`${base}/graphql?query=${encodeURIComponent('mutation { act }')}`);
    expect(status).toBe(405);
    expect(json.errors[0].message).toMatch(/GET .* query/i);
  });

  test.each<[string, string | object, Record<string, string>, number, RegExp]>([
    ['malformed JSON', '{"query": ', {}, 400, /^The body is not JSON: /],
    ['an empty body', '', {}, 400, /^The body is not JSON: /],
    ['a batch', [{ query: '{ hello }' }], {}, 400, /batches are not accepted/],
    ['no query', {}, {}, 400, /POST body missing/],
    ['a syntax error', { query: '{ hello' }, {}, 400, /Syntax Error/],
    ['an unknown field', { query: '{ goodbye }' }, {}, 400, /Cannot query field "goodbye"/],
    [
      'an unknown operation',
      { query: 'query A { hello } query B { hello }', operationName: 'C' },
      {},
      400,
      /Unknown operation named "C"/,
    ],
    ['introspection where it is off', { query: '{ __schema { types { name } } }' }, {}, 400, /introspection/i],
    ['another content type', 'query=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /must be JSON/],
    ['a 2 MiB body', { query: `{ hello } #${'x'.repeat(2 * mebibyte)}` }, {}, 413, /larger than 1 MiB/],
    ['a bad token', { query: '{ hello }' }, { authorization: 'Bearer bad' }, 401, /not a well-formed JWT/],
    ['keys that cannot be had', { query: '{ hello }' }, { authorization: 'Bearer later' }, 503, /Try again/],
  ])('refuses %s', async (_, body, headers, status, message) => {
    const answer = await postJson(`${base}/graphql`, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0].message).toMatch(message);
    expect(answer.json.errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
  });

  test('a body that grows too large without announcing it is refused as well', async () => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const answer = await send(`${base}/graphql`, { method: 'POST', headers, body: 'x'.repeat(2 * mebibyte) });
    expect(answer.status).toBe(413);
  });

  test.each([
    ['coded', 'THROTTLED', 'Too often.'],
    ['refused', 'NOT_FOUND', 'There is no such account.'],
    ['graphql', 'NOT_FOUND', 'Look here.'],
    ['database', 'SERVICE_UNAVAILABLE', 'The database cannot be reached at the moment; try again.'],
    ['surprise', 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side; it is in our log under this request id.'],
  ])('an error that is %s reads as %s', async (how, code, message) => {
    logged.length = 0;
    const answer = await postJson(
      `${base}/graphql`,
      { query: `{ fails(how: "${how}") }` },
      { 'x-request-id': 'request-0001' },
    );
    expect(answer.json.errors).toEqual([
      { message, extensions: { code }, path: ['fails'], locations: expect.any(Array) },
    ]);
    expect(answer.text).not.toContain('hunter2');
    const surprising = code === 'INTERNAL_SERVER_ERROR' || code === 'SERVICE_UNAVAILABLE';
    expect(logged.filter((line) => line.includes('request-0001'))).toHaveLength(surprising ? 1 : 0);
  });
});

describe('every route', () => {
  test.each(['token=abc', 'access_token=abc', `x=${jwt}`, `Authorization=Bearer+${jwt}`])(
    'refuses a URL with %s',
    async (query) => {
      for (const path of ['/', '/graphql', '/readyz', '/webhooks/stripe', '/nowhere']) {
        const answer = await send(`${base}${path}?${query}`, { method: path === '/webhooks/stripe' ? 'POST' : 'GET' });
        expect(answer).toMatchObject({ status: 400, json: { errors: [{ extensions: { code: 'TOKEN_IN_URL' } }] } });
      }
      const upgrade = `GET /graphql?${query} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
      expect(await sendRaw(port, upgrade)).toMatch(/^HTTP\/1.1 400 /);
    },
  );

  test('an unknown path is 404, a wrong method 405 with those allowed', async () => {
    expect(await send(`${base}/nowhere`)).toMatchObject({ status: 404 });
    const answer = await send(`${base}/webhooks/stripe`);
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  test('garbage instead of HTTP is answered and closed', async () => {
    expect(await sendRaw(port, 'HELLO\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  test('pages of listed origins may call, others are refused before anything happens', async () => {
    const ask = (headers: Record<string, string>) => postJson(`${base}/graphql`, { query: '{ hello }' }, headers);
    const good = await ask({ origin: 'https://app.example.com' });
    expect(good).toMatchObject({
      status: 200,
      headers: { 'access-control-allow-origin': 'https://app.example.com', vary: 'Origin' },
    });
    expect((await ask({ origin: 'https://evil.example.com' })).status).toBe(403);
    const simple = { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } };
    expect((await send(`${base}/graphql?query={hello}`, simple)).status).toBe(403);
    const preflight = await send(`${base}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(preflight).toMatchObject({ status: 204, headers: { 'access-control-allow-methods': 'GET, POST' } });
    expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
  });

  test('a socket of a foreign page or on another path is refused', async () => {
    const upgrade = (path: string, origin: string) =>
      sendRaw(
        port,
        `GET ${path} HTTP/1.1\r\nhost: x\r\norigin: ${origin}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
      );
    expect(await upgrade('/graphql', 'https://evil.example.com')).toMatch(/^HTTP\/1.1 403 /);
    expect(await upgrade('/other', 'https://app.example.com')).toMatch(/^HTTP\/1.1 404 /);
    expect(await upgrade('/graphql', 'https://app.example.com')).toMatch(/^HTTP\/1.1 101 /);
  });
});

describe('webhook', () => {
  test('the bytes reach the receiver as they came, its verdict comes back', async () => {
    const body = Buffer.from('{ "ä" :\n 1 }\u0000');
    const headers = { 'stripe-signature': 't=1,v1=2' };
    expect(await send(`${base}/webhooks/stripe`, { method: 'POST', headers, body })).toMatchObject({
      status: 200,
      json: { received: true },
    });
    expect(received.at(-1)?.equals(body)).toBe(true);
    expect(await send(`${base}/webhooks/stripe`, { method: 'POST', body })).toMatchObject({
      status: 400,
      json: { error: 'No signature.' },
    });
    const down = { method: 'POST', headers: { 'stripe-signature': 'down' }, body };
    expect(await send(`${base}/webhooks/stripe`, down)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  });

  test('over 1 MiB is 413 and never reaches the receiver', async () => {
    const before = received.length;
    const answer = await send(`${base}/webhooks/stripe`, { method: 'POST', body: 'x'.repeat(mebibyte + 1) });
    expect(answer.status).toBe(413);
    expect(received).toHaveLength(before);
  });

  test('a body that trickles is cut off', async () => {
    const answer = await sendRaw(port, 'POST /webhooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });
});

test('readiness names what is not ready', async () => {
  expect(await send(`${base}/readyz`)).toMatchObject({
    status: 200,
    json: { status: 'ready', checks: { database: 'ok', feed: 'ok', slow: 'ok' }, webhookSecrets: ['abcdef'] },
  });
  readiness = 'hang';
  expect(await send(`${base}/readyz`)).toMatchObject({
    status: 503,
    json: { status: 'not ready', checks: { database: 'hang', feed: 'ok', slow: 'no answer within 100 ms' } },
  });
});

test('a taken port is one clear error', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => squatter.once('listening', listening));
  const taken = (squatter.address() as { port: number }).port;
  const second = createHttpServer({ settings: { ...settings, port: taken }, log, routes: {} });
  await expect(second.listen()).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${taken} on 127.0.0.1 is taken.`,
    hint: 'Stop what uses it, or set PORT to another.',
  });
  squatter.close();
});
