import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from '../support/shop.js';
import { type Dashboard, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;
let shop: Shop;

beforeAll(async () => {
  dashboard = await start();
  shop = await openShop();
});
afterAll(async () => {
  shop.close();
  await dashboard.close();
});

const post = (headers: Record<string, string>, back = '/dashboard/clock') =>
  fetch(`${dashboard.url}/dashboard/do/advance`, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams({ by: 'PT1H', back }),
  });

test('a form on another site does nothing', async () => {
  const before = dashboard.now();
  const page = await dashboard.open('/');
  await page.goto(`${shop.url}/plans`);
  const answered = page.waitForResponse('**/dashboard/do/reset');
  await page.setContent(`<form method="post" action="${dashboard.url}/dashboard/do/reset"><button>Win</button></form>`);
  await page.getByRole('button').click();
  expect((await answered).status()).toBe(403);
  await page.getByText('Only the sandbox’s own pages may do this.').waitFor();
  expect((await dashboard.stripe.products.list()).data).toHaveLength(3);
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of foreign) expect((await post(headers)).status).toBe(403);
  expect(dashboard.now() - before).toBeLessThan(60);
  expect((await post({ origin: dashboard.url, 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  expect(dashboard.now() - before).toBeGreaterThanOrEqual(3600);
});

test('an action leads back to pages of the dashboard only', async () => {
  for (const back of ['https://evil.example/', '//evil.example', '/\\evil.example', '/dashboard//evil', '/v1/x']) {
    expect((await post({}, back)).headers.get('location')).toMatch(/^\/\?said=\w+$/);
  }
  expect((await post({})).headers.get('location')).toMatch(/^\/dashboard\/clock\?said=\w+$/);
});

test('pages load nothing from elsewhere, run no inline code and are not framed', async () => {
  const response = await fetch(`${dashboard.url}/dashboard/events`);
  const policy = response.headers.get('content-security-policy');
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"]) {
    expect(policy).toContain(rule);
  }
  expect(await response.text()).not.toMatch(
    /<script(?! type="module" src="\/assets)|style="|onclick|https?:\/\/(?!127)/,
  );
  const unknown = await fetch(`${dashboard.url}/dashboard/do/constructor`, { method: 'POST' });
  expect(unknown.status).toBe(404);
});
