import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { typeCard } from './payment-frame.js';
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

test('React components of Stripe work with it, in strict mode, without a warning', async () => {
  const intent = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const page = await browser.newPage();
  const warnings: string[] = [];
  page.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) warnings.push(message.text());
  });
  await page.goto(shop.page('react', { secret: intent.client_secret ?? '' }));
  const button = page.getByRole('button', { name: 'Pay' });
  await typeCard(page, '4242424242424242');
  await button.click();
  await page.getByText('succeeded').waitFor();
  expect(await page.locator('iframe').count()).toBe(1);
  expect(warnings).toEqual([]);
});
