import { afterAll, beforeAll, expect, test } from 'vitest';
import { maskCards } from '../../src/http/card-masking.js';
import { type Dashboard, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await start();
});
afterAll(() => dashboard.close());

test('each call is listed with its outcome, and told with parameters, answer and events', async () => {
  const { stripe } = dashboard;
  const create = () =>
    stripe.customers.create({ email: 'alice@example.com', metadata: { org: 'org_acme' } }, { idempotencyKey: 'key_1' });
  const customer = await create();
  await create();
  await expect(stripe.customers.retrieve('cus_none')).rejects.toThrow();
  const page = await dashboard.open('/dashboard/requests');
  const rows = page.locator('tbody tr');
  await rows.nth(0).getByText('/v1/customers/cus_none').waitFor();
  await rows.nth(0).getByText('404').waitFor();
  await rows.nth(1).getByText('replayed').waitFor();
  await rows.nth(2).getByText('key_1').waitFor();
  await rows.nth(2).getByText(customer.lastResponse.requestId).waitFor();
  await rows.nth(2).getByRole('link').click();
  expect(JSON.parse((await page.locator('pre').first().textContent()) as string)).toEqual({
    email: 'alice@example.com',
    metadata: { org: 'org_acme' },
  });
  expect(JSON.parse((await page.locator('pre').nth(1).textContent()) as string).id).toBe(customer.id);
  await page.getByRole('link', { name: 'customer.created' }).waitFor();
  await page.goto(`${dashboard.url}/dashboard/requests?only=failed`);
  expect(await rows.count()).toBe(1);
});

test('card numbers and security codes are shown nowhere', async () => {
  const { stripe } = dashboard;
  await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '987' },
  });
  await stripe.customers.create({ description: 'paid with 4000 0000 0000 0002' });
  const page = await dashboard.open('/dashboard/requests');
  for (const path of ['/v1/payment_methods', '/v1/customers']) {
    await page.goto(`${dashboard.url}/dashboard/requests`);
    await page.getByRole('link', { name: path, exact: true }).first().click();
    await page.getByRole('heading', { name: 'Parameters' }).waitFor();
    const shown = await page.content();
    for (const secret of ['4242424242424242', '987"', '>987<']) expect(shown).not.toContain(secret);
    expect(await page.locator('pre').first().textContent()).toMatch(/\*{12}(4242|0002)/);
  }
});

test.each([
  ['card[number]=4242424242424242&card[cvc]=123', 'card[number]=************4242&card[cvc]=***'],
  ['card%5Bnumber%5D=4242%204242%204242%204242', 'card%5Bnumber%5D=************4242'],
  ['card[number]=4242424242424241', 'card[number]=************4241'],
  ['description=4000+0000+0000+0002', 'description=************0002'],
  [
    'description=card%204000%200000%200000%200002%2C4242424242424242',
    'description=card+************0002%2C************4242',
  ],
  ['created=1795520885&amount=1200', 'created=1795520885&amount=1200'],
  ['metadata[order]=1234567890123', 'metadata[order]=1234567890123'],
])('%s is kept as %s', (form, masked) => {
  expect(maskCards(form)).toBe(masked);
});

test('only the last few hundred calls are kept', async () => {
  for (let count = 0; count < 310; count++) await fetch(`${dashboard.url}/v1/nothing/${count}`);
  const page = await dashboard.open('/dashboard/requests');
  await page.getByText('the last 300 since').waitFor();
  expect(await page.locator('tbody tr').count()).toBe(100);
});
