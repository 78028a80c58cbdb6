import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, subscriber, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await start();
});
afterAll(() => dashboard.close());

test('the overview tells what is here, at what time, and how to point each SDK at it', async () => {
  await dashboard.stripe.customers.create({ email: 'alice@example.com' });
  const page = await dashboard.open('/');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('link', { name: '3 Products' }).waitFor();
  const { port } = dashboard.sandbox;
  const codes = {
    Node: `port: ${port}`,
    Python: `base_addresses={"api": "${dashboard.url}"}`,
    Ruby: `api_base: '${dashboard.url}'`,
    Go: `stripe.String("${dashboard.url}")`,
    PHP: `'api_base' => '${dashboard.url}'`,
    curl: `curl ${dashboard.url}/v1/customers`,
  };
  for (const [language, code] of Object.entries(codes)) {
    await page.getByRole('radio', { name: language }).check();
    const shown = page.getByRole('region', { name: language, exact: true }).first();
    expect(await shown.textContent()).toContain(code);
    expect(await page.locator('.tab:visible').count()).toBe(1);
  }
  const told = await page.locator('header time').textContent();
  expect(Math.abs(Date.parse(`${told?.replace(',', '')} UTC`) / 1000 - dashboard.now())).toBeLessThan(300);
});

test('a snippet is copied with one click', async () => {
  const page = await dashboard.open('/', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Copy Node' }).click();
  await page.getByText('Copied').waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toContain("new Stripe('sk_test_123', {");
});

test('programs that ask for / get JSON that says where everything is', async () => {
  for (const accept of ['*/*', 'application/json']) {
    const response = await fetch(dashboard.url, { headers: { accept } });
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      api_version: '2026-10-28.endive',
      counts: { product: 3 },
      urls: { dashboard: `${dashboard.url}/`, api: `${dashboard.url}/v1` },
    });
  }
});

test('objects are listed a page at a time and found by id, email and customer', async () => {
  const { stripe } = dashboard;
  for (let count = 0; count < 60; count++) await stripe.customers.create({ email: `user_${count}@example.com` });
  const page = await dashboard.open('/dashboard/objects');
  await page.getByRole('link', { name: /^Customers/ }).click();
  const seen: string[] = [];
  for (;;) {
    const rows = page.locator('tbody tr');
    expect(await rows.count()).toBeLessThanOrEqual(25);
    seen.push(...(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row') as string))));
    const older = page.getByRole('link', { name: 'Older' });
    if ((await older.count()) === 0) break;
    await older.click();
  }
  const all = await stripe.customers.list({ limit: 100 });
  expect(seen).toEqual(all.data.map(({ id }) => id));

  const { customer, subscription } = await subscriber(stripe, { email: 'filter@example.com' });
  for (const [kind, q, id] of [
    ['customer', 'filter@example.com', customer.id],
    ['subscription', 'filter@example.com', subscription.id],
    ['subscription', customer.id, subscription.id],
    ['subscription', subscription.id, subscription.id],
  ]) {
    await page.goto(`${dashboard.url}/dashboard/objects/${kind}`);
    await page.getByLabel('Filter by id').fill(q as string);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('1 found').waitFor();
    expect(await page.locator('tbody tr').getAttribute('data-row')).toBe(id);
  }
});

test('an object is readable JSON, as the API answers it, and its ids lead on', async () => {
  const { stripe } = dashboard;
  const { customer, subscription } = await subscriber(stripe);
  const page = await dashboard.open(`/dashboard/objects/subscription/${subscription.id}`);
  const shown = JSON.parse((await page.getByRole('region', { name: 'JSON' }).textContent()) as string);
  const raw = await fetch(`${dashboard.url}/v1/subscriptions/${subscription.id}`, {
    headers: { authorization: 'Bearer sk_test_1' },
  });
  expect(shown).toEqual(await raw.json());
  await page.getByRole('link', { name: 'customer.subscription.created' }).waitFor();
  await page.getByRole('region', { name: 'JSON' }).getByRole('link', { name: customer.id }).click();
  await page.waitForURL(`**/dashboard/objects/customer/${customer.id}`);
  // What belongs to the customer is told there too.
  await page.getByRole('link', { name: 'invoice.paid' }).waitFor();
});

test('pages for people are one click away: the invoice, its PDF, Checkout, the portal', async () => {
  const { stripe } = dashboard;
  const { customer, subscription } = await subscriber(stripe);
  const page = await dashboard.open(`/dashboard/objects/invoice/${subscription.latest_invoice}`);
  const pdf = page.getByRole('link', { name: 'Download the PDF' });
  expect((await fetch((await pdf.getAttribute('href')) as string)).headers.get('content-type')).toBe('application/pdf');
  await page.getByRole('link', { name: 'Open the invoice page' }).click();
  await page.waitForURL('**/i/*');

  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    currency: 'usd',
    success_url: 'http://127.0.0.1/',
  });
  await page.goto(`${dashboard.url}/dashboard/objects/checkout.session/${session.id}`);
  await page.getByRole('link', { name: 'Open the Checkout page' }).click();
  await page.waitForURL('**/c/pay/*');

  await page.goto(`${dashboard.url}/dashboard/objects/customer/${customer.id}`);
  await page.getByRole('button', { name: 'Open the customer portal' }).click();
  await page.waitForURL('**/p/session/*');
  await page.getByText('Starter').first().waitFor();
});

test('anything is found by its id or an email from every page', async () => {
  const customer = await dashboard.stripe.customers.create({ email: 'find.me@example.com' });
  const page = await dashboard.open('/dashboard/settings');
  const [event] = (await dashboard.stripe.events.list({ limit: 1 })).data;
  for (const [q, end] of [
    [customer.id, `/dashboard/objects/customer/${customer.id}`],
    ['prod_team', '/dashboard/objects/product/prod_team'],
    [event?.id, `/dashboard/events/${event?.id}`],
    ['find.me@example.com', '/dashboard/objects/customer?q=find.me%40example.com'],
  ]) {
    await page.getByLabel('Find by id or email').fill(q as string);
    await page.getByLabel('Find by id or email').press('Enter');
    await page.waitForURL(`${dashboard.url}${end}`);
  }
});

test('what is not there says so with 404', async () => {
  for (const path of ['objects/customer/cus_none', 'objects/nothing', 'events/evt_none', 'requests/req_none']) {
    const response = await fetch(`${dashboard.url}/dashboard/${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Not found');
  }
});

test('a customer called <script> is a name everywhere, and runs nowhere', async () => {
  const { stripe } = dashboard;
  const hostile = '"><script>document.title="taken"</script><img src=x onerror=alert(1)>';
  const customer = await stripe.customers.create({ name: hostile, metadata: { '</pre><script>"': `'${hostile}` } });
  await stripe.customers.update(customer.id, { name: `${hostile} again` });
  await stripe.webhookEndpoints.create({ url: `http://127.0.0.1:1/${hostile}`, enabled_events: ['invoice.paid'] });
  await stripe.customers.retrieve('cus_<script>').catch(() => {});
  const updated = dashboard.events('customer.updated').at(-1);
  const request = dashboard.events('customer.created').at(-1)?.request?.id;
  const page = await dashboard.open('/');
  for (const path of [
    '/',
    '/dashboard/objects/customer',
    `/dashboard/objects/customer/${customer.id}`,
    `/dashboard/objects/customer?q=${encodeURIComponent(hostile)}`,
    `/dashboard/events?type=${encodeURIComponent(hostile)}`,
    `/dashboard/events/${updated?.id}`,
    '/dashboard/requests',
    `/dashboard/requests/${request}`,
    `/dashboard/failures?customer=${encodeURIComponent(hostile)}`,
  ]) {
    await page.goto(dashboard.url + path);
    expect(await page.title()).toContain('Stripe sandbox');
    expect(await page.locator('main script, main img').count()).toBe(0);
  }
  await page.goto(`${dashboard.url}/dashboard/objects/customer/${customer.id}`);
  await page.getByText(`${hostile} again`, { exact: true }).waitFor();
});
