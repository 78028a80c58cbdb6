import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlOf } from '../support/control.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';
import { type Dashboard, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;

beforeEach(async () => {
  dashboard = await start();
});
afterEach(() => dashboard.close());

test('the dunning schedule is set, and a wrong one refused in words', async () => {
  const page = await dashboard.open('/dashboard/settings');
  expect(await page.getByLabel('Try again after days').inputValue()).toBe('3, 5, 7');
  await page.getByLabel('Try again after days').fill('1, 2');
  await page.getByLabel('When the last attempt fails').selectOption('Mark it unpaid');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The schedule is saved.').waitFor();
  const dunning = async () => (await controlOf(dashboard.url).get('dunning')).body;
  expect(await dunning()).toEqual({ retryDays: [1, 2], finalAction: 'unpaid' });
  await page.getByLabel('Try again after days').fill('soon');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('Days are whole numbers').waitFor();
  expect(await dunning()).toEqual({ retryDays: [1, 2], finalAction: 'unpaid' });
});

test('deliveries are held back and let go, which every page says', async () => {
  const receiver = await startWebhookReceiver();
  await dashboard.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  const page = await dashboard.open('/dashboard/settings');
  await page.getByRole('button', { name: 'Pause deliveries' }).click();
  await page.getByText('Deliveries are held back.').waitFor();
  await dashboard.stripe.customers.create({ email: 'held@example.com' });
  await page.goto(`${dashboard.url}/dashboard/events`);
  await page.getByText('Deliveries are paused').waitFor();
  await page.getByText('held back').first().waitFor();
  expect(receiver.received).toEqual([]);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.waitForURL('**/dashboard/events?said=*');
  await controlOf(dashboard.url).idle();
  expect(receiver.received.map(({ event }) => event.type)).toEqual(['customer.created']);
  await receiver.close();
});

test('a reset is confirmed first, and keeps what it says', async () => {
  const { stripe } = dashboard;
  const { id } = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/', enabled_events: ['invoice.paid'] });
  await stripe.customers.create({ email: 'gone@example.com' });
  const page = await dashboard.open('/dashboard/settings');
  await page.getByRole('link', { name: 'Reset everything' }).click();
  await page.getByText('This cannot be undone.').waitFor();
  await page.getByRole('link', { name: 'Keep it all' }).click();
  expect((await stripe.customers.list()).data).toHaveLength(1);
  await page.getByRole('link', { name: 'Reset everything' }).click();
  await page.getByRole('button', { name: 'Reset everything' }).click();
  await page.getByText('Everything is forgotten.').waitFor();
  await page.getByRole('link', { name: '0 Customers' }).waitFor();
  expect((await stripe.customers.list()).data).toEqual([]);
  expect((await stripe.products.list()).data).toEqual([]);
  expect(await stripe.webhookEndpoints.retrieve(id)).toMatchObject({ status: 'enabled' });

  await page.goto(`${dashboard.url}/dashboard/settings/reset`);
  await page.getByLabel('Keep the webhook endpoints').uncheck();
  await page.getByLabel('Put the default catalogue').check();
  await page.getByRole('button', { name: 'Reset everything' }).click();
  await page.getByText('Everything is forgotten.').waitFor();
  expect((await stripe.webhookEndpoints.list()).data).toEqual([]);
  expect((await stripe.products.list()).data).toHaveLength(3);
});

test('the catalogue is seeded after a question', async () => {
  await controlOf(dashboard.url).post('reset');
  const page = await dashboard.open('/dashboard/settings');
  await page.getByRole('link', { name: 'Seed the catalogue' }).click();
  await page.getByRole('button', { name: 'Seed the catalogue' }).click();
  await page.getByText('The catalogue is in place.').waitFor();
  expect((await dashboard.stripe.products.list()).data).toHaveLength(3);
});

test('everything works without scripts', async () => {
  const before = dashboard.now();
  const page = await dashboard.open('/', { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'Clock' }).click();
  await page.getByRole('button', { name: 'Advance a day', exact: true }).click();
  await page.getByText('The clock was advanced.').waitFor();
  expect(dashboard.now() - before).toBeGreaterThanOrEqual(24 * 3600);
  await page.reload();
  expect(await page.getByText('The clock was advanced.').count()).toBe(0);
});

test('a restricted key is made, may do what it says, and is revoked', async () => {
  const page = await dashboard.open('/dashboard/settings');
  const form = page.getByRole('region', { name: 'API keys' });
  await form.getByLabel('Kind').selectOption('restricted');
  await form.getByLabel('Name').fill('reader');
  await form.getByLabel(/^May read(?! and)/).fill('customers, products');
  await form.getByRole('button', { name: 'Make a key' }).click();
  const told = await page.getByText(/^The key is rk_test_\w+$/).textContent();
  const key = told?.split(' ').at(-1) as string;
  const call = async (method: string) =>
    (await fetch(`${dashboard.url}/v1/customers`, { method, headers: { authorization: `Bearer ${key}` } })).status;
  expect([await call('GET'), await call('POST')]).toEqual([200, 403]);
  await page.getByRole('button', { name: 'Revoke reader' }).click();
  await page.getByText('The key is revoked.').waitFor();
  expect(await call('GET')).toBe(401);
});

test('a snapshot is downloaded, and brings everything back', async () => {
  const { stripe } = dashboard;
  const customer = await stripe.customers.create({ email: 'kept@example.com' });
  const page = await dashboard.open('/dashboard/settings');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download a snapshot' }).click();
  const file = await (await downloading).path();
  await controlOf(dashboard.url).post('reset');
  await page.getByLabel('Replace everything by a snapshot').setInputFiles(file);
  await page.getByRole('button', { name: 'Restore it' }).click();
  await page.getByText('Everything is as it was').waitFor();
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ email: 'kept@example.com' });
  expect((await stripe.products.list()).data).toHaveLength(3);
  await page.getByLabel('Replace everything by a snapshot').setInputFiles({
    name: 'other.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('not a snapshot'),
  });
  await page.getByRole('button', { name: 'Restore it' }).click();
  await page.getByRole('alert').getByText('not a snapshot of a sandbox').waitFor();
  expect((await stripe.products.list()).data).toHaveLength(3);
});
