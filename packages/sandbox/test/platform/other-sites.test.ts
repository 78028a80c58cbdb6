import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

const browser = useBrowser();
let box: TestSandbox;
let shop: Shop;
beforeAll(async () => {
  box = await startTestSandbox({ seed: true });
  shop = await openShop();
});
afterAll(async () => {
  shop.close();
  await box.close();
});

/** `fetch` sets no `Host`. */
const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(box.url + path, { method, headers }, async (answer) => {
      let body = '';
      for await (const part of answer) body += part;
      resolve({ status: answer.statusCode, body });
    });
    sent.on('error', reject).end();
  });

test('a page of another site cannot reset the sandbox, nor read its state', async () => {
  const page = await browser.newPage();
  await page.goto(`${shop.url}/plans`);
  const refused = page.waitForResponse('**/_sandbox/reset');
  await page.evaluate(
    (url) => fetch(`${url}/_sandbox/reset`, { method: 'POST', mode: 'no-cors', body: '{}' }),
    box.url,
  );
  expect((await refused).status()).toBe(403);
  expect((await box.stripe.products.list()).data).toHaveLength(3);
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) {
    const { status, body } = await ask('/_sandbox/snapshot', headers);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({ error: { message: 'pages of other sites may not do this' } });
  }
});

test('the sandbox’s own pages, the address bar and programs may', async () => {
  const own: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'none' },
    { origin: box.url, 'sec-fetch-site': 'same-origin' },
    { host: `localhost:${box.sandbox.port}`, origin: `http://localhost:${box.sandbox.port}` },
  ];
  for (const headers of own) expect((await ask('/_sandbox/deliveries/pause', headers, 'POST')).status).toBe(200);
});

test.each(['/', '/dashboard/events', '/dashboard/stream', '/_sandbox/state'])(
  'a name that another site let lead to this machine does not open %s',
  async (path) => {
    for (const host of ['evil.example', `evil.example:${box.sandbox.port}`, '127.0.0.1.evil.example']) {
      const { status, body } = await ask(path, { host });
      expect([host, status]).toEqual([host, 403]);
      expect(body).toContain('--host 0.0.0.0');
    }
  },
);

test('a sandbox for others than its own machine answers to every name', async () => {
  const open = await startTestSandbox({ host: '0.0.0.0' });
  try {
    const answered = await new Promise((resolve, reject) => {
      const options = { port: open.sandbox.port, path: '/_sandbox/state', headers: { host: 'stripe.test' } };
      request({ host: '127.0.0.1', ...options }, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(answered).toBe(200);
  } finally {
    await open.close();
  }
});

test('a page of another site uses publishable keys only, pages on this machine any', async () => {
  const withKey = (key: string, origin: string) =>
    ask('/v1/customers?limit=1', { authorization: `Bearer ${key}`, origin });
  const { status, body } = await withKey('sk_test_1', 'https://evil.example');
  expect(status).toBe(403);
  expect(JSON.parse(body).error.message).toContain('another site');
  expect((await withKey('sk_test_1', 'http://localhost:5173')).status).toBe(200);
  expect((await withKey('pk_test_1', 'https://shop.example')).body).toContain('publishable API key');
});
