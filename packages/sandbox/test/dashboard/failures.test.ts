import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlOf } from '../support/control.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';
import { type Dashboard, subscriber, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;

beforeEach(async () => {
  dashboard = await start();
});
afterEach(() => dashboard.close());

const MONTH = 32 * 24 * 3600;

test('the next payment of a customer is made to fail, once', async () => {
  const { stripe } = dashboard;
  const { customer, subscription } = await subscriber(stripe);
  const page = await dashboard.open(`/dashboard/objects/customer/${customer.id}`);
  await page.getByRole('link', { name: 'Fail the next payment' }).click();
  expect(await page.getByLabel('Whose').inputValue()).toBe(customer.id);
  await page.getByLabel('Decline code').selectOption('insufficient_funds');
  await page.getByRole('button', { name: 'Fail the next payment' }).click();
  await page.getByText(`The next payment of ${customer.id} will fail.`).waitFor();
  await page.getByText(`The next payment of ${customer.id} fails: insufficient_funds`).waitFor();

  await dashboard.advance(MONTH);
  await page.getByText('No payment is going to fail because of this.').waitFor();
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'past_due' });
  const [failed] = dashboard.events('charge.failed');
  expect(failed?.data.object).toMatchObject({ failure_code: 'card_declined', customer: customer.id });
  expect(dashboard.events('invoice.payment_failed')).toHaveLength(1);
  // The retry of the dunning schedule brings the money.
  await dashboard.advance(5 * 24 * 3600);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
});

test('a failure is taken back', async () => {
  await subscriber(dashboard.stripe);
  const page = await dashboard.open('/dashboard/failures');
  await page.getByLabel('How many payments').fill('3');
  await page.getByRole('button', { name: 'Fail the next payment' }).click();
  await page.getByText('The next 3 payments of any customer fail: generic_decline').waitFor();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Payments go through again.').waitFor();
  await dashboard.advance(MONTH);
  expect(dashboard.events('charge.failed')).toEqual([]);
});

test('an unknown customer is refused in words', async () => {
  const page = await dashboard.open('/dashboard/failures');
  await page.getByLabel('Whose').fill('cus_none');
  await page.getByRole('button', { name: 'Fail the next payment' }).click();
  await page.getByRole('alert').getByText('no such customer: cus_none').waitFor();
});

test('API faults are added, seen, hit and removed', async () => {
  const page = await dashboard.open('/dashboard/failures');
  const form = page.getByRole('region', { name: 'API calls that fail' });
  await form.getByLabel('Effect').selectOption('500 after the effect');
  await form.getByLabel('Method').selectOption('POST');
  await form.getByLabel('Path').fill('/v1/customers*');
  await form.getByLabel('How many calls').fill('1');
  await form.getByRole('button').click();
  await page.getByText('POST calls of /v1/customers* answer 500 after their effect, once').waitFor();
  await expect(dashboard.stripe.customers.create({ email: 'half@example.com' })).rejects.toMatchObject({
    statusCode: 500,
  });
  expect((await dashboard.stripe.customers.list({ email: 'half@example.com' })).data).toHaveLength(1);
  await page.getByText('No faults are set.').waitFor();

  await form.getByLabel('Effect').selectOption('429 rate limited');
  await form.getByLabel('Milliseconds or seconds').fill('7');
  await form.getByRole('button').click();
  await page.getByText('All calls answer 429 and with retry-after 7').waitFor();
  const limited = await fetch(`${dashboard.url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_1' } });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await page.getByText('No faults are set.').waitFor();
  await dashboard.stripe.customers.list();
});

test('deliveries are duplicated, shuffled and put right again', async () => {
  const receiver = await startWebhookReceiver();
  await dashboard.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  const page = await dashboard.open('/dashboard/failures');
  const form = page.getByRole('region', { name: 'Webhooks that go astray' });
  await form.getByLabel('Effect').selectOption('duplicate');
  await form.getByLabel('Event type').fill('customer.*');
  await form.getByRole('button', { name: 'Add delivery fault' }).click();
  await page.getByText('Events customer.* arrive twice').waitFor();
  await form.getByLabel('Shuffle: seed').fill('7');
  await form.getByRole('button', { name: 'Shuffle deliveries' }).click();
  await page.getByText('shuffled, seed 7').waitFor();
  await dashboard.stripe.customers.create({ email: 'twice@example.com' });
  await controlOf(dashboard.url).idle();
  expect(receiver.received.map(({ event }) => event.type)).toEqual(['customer.created', 'customer.created']);
  await page.getByRole('button', { name: 'Clear all faults' }).click();
  await page.getByText('No faults are set any more.').waitFor();
  expect((await controlOf(dashboard.url).get('faults')).body).toMatchObject({ api: [], delivery: [], reorder: null });
  await receiver.close();
});

test('events of a burst share a second when that is asked for', async () => {
  const page = await dashboard.open('/dashboard/failures');
  await page.getByLabel('Window in milliseconds').fill('5000');
  await page.getByRole('button', { name: 'Same second, shuffled' }).click();
  await page.getByText('Events within 5000 ms share a second').waitFor();
  expect((await controlOf(dashboard.url).get('faults')).body).toMatchObject({ burst: { seed: 1, windowMs: 5000 } });
});

test('the rate is limited, and free again', async () => {
  const page = await dashboard.open('/dashboard/failures');
  await page.getByRole('button', { name: 'Limit the rate' }).click();
  await page.getByRole('alert').getByText('send a limit').waitFor();
  await page.getByLabel('Reads per second').fill('0');
  await page.getByLabel('retry-after in seconds').fill('9');
  await page.getByRole('button', { name: 'Limit the rate' }).click();
  await page.getByText('The rate is limited.').waitFor();
  const list = () => fetch(`${dashboard.url}/v1/customers`, { headers: { authorization: 'Bearer sk_test_1' } });
  expect((await list()).status).toBe(429);
  await page.getByRole('button', { name: 'No limit' }).click();
  await page.getByText('There is no rate limit any more.').waitFor();
  expect((await list()).status).toBe(200);
});
