import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { frameOf, inShop, typeCard, untilEvent } from './payment-frame.js';
import { openShopSite, type ShopSite } from './shop-site.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: ShopSite;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  shop = await openShopSite(sandbox.url);
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});

const NUMBER = /4242[\s-]?4242[\s-]?4242[\s-]?4242/;

test('neither the page of the shop nor its server sees the number: it goes from the frame to the sandbox', async () => {
  const { client_secret } = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const page = await browser.newPage();
  // Whatever reaches a window, from the first moment on.
  await page.addInitScript(
    'window.heard = []; addEventListener("message", ({ data }) => heard.push(JSON.stringify(data)))',
  );
  const sent: { frame: string; url: string; body: string }[] = [];
  page.on('request', (request) => {
    sent.push({ frame: request.frame().url(), url: request.url(), body: request.postData() ?? '' });
  });
  await page.goto(shop.page('plain', { secret: client_secret ?? '' }));
  await untilEvent(page, 'ready');
  await typeCard(page, '4242424242424242');
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.getByText('"status":"succeeded"').waitFor();

  const carriers = sent.filter(({ url, body }) => NUMBER.test(`${url} ${body}`));
  expect(carriers).toHaveLength(1);
  expect(new URL(carriers[0]?.frame ?? '').origin).toBe(sandbox.url);
  expect(new URL(carriers[0]?.url ?? '').origin).toBe(sandbox.url);
  expect(shop.received.join('\n')).not.toMatch(NUMBER);

  const heard = await page.evaluate<string[]>('heard');
  expect(heard.length).toBeGreaterThan(5);
  const seen = await inShop<string>(
    page,
    'JSON.stringify([events, document.documentElement.outerHTML, { ...localStorage }])',
  );
  expect(`${heard.join('\n')} ${seen}`).not.toMatch(NUMBER);
  await expect(page.evaluate('window[0].document')).rejects.toThrow(/cross-origin|Blocked a frame/);
});

test('a frame sends a card nowhere but to the routes that take one', async () => {
  const { client_secret } = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const page = await browser.newPage();
  await page.goto(shop.page('plain', { secret: client_secret ?? '' }));
  await untilEvent(page, 'ready');
  await typeCard(page, '4242424242424242');
  for (const path of ['https://example.com/', '//example.com/v1/payment_methods', '/v1/customers', '/c/pay/x']) {
    const sending = inShop(
      page,
      `elements.getElement('payment').send({ path: '${path}', params: {}, into: 'request' })`,
    );
    await expect(sending).rejects.toThrow('A card is not sent to');
  }
});

test('a frame does not answer a page of another origin than it was made for', async () => {
  const page = await browser.newPage();
  await page.goto(`${shop.url}/elsewhere`);
  await page.setContent(
    `<iframe title="Secure payment input frame" src="${sandbox.url}/elements/frame?type=payment&parent=${encodeURIComponent('http://shop.example')}"></iframe>`,
  );
  await frameOf(page).getByLabel('Card number').fill('4242424242424242');
  const answered = await page.evaluate(`new Promise((resolve) => {
    addEventListener('message', () => resolve('answered'));
    frames[0].postMessage({ mark: 'tollgate-sandbox-elements', kind: 'call', id: 1, name: 'value' }, '*');
    frames[0].postMessage({ mark: 'tollgate-sandbox-elements', kind: 'call', id: 2, name: 'validate' }, '*');
    requestAnimationFrame(() => requestAnimationFrame(() => resolve('silent')));
  })`);
  expect(answered).toBe('silent');
});
