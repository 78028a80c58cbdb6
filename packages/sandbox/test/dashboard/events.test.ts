import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { controlOf } from '../support/control.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { type Dashboard, subscriber, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;
let receiver: WebhookReceiver;
let endpoint: string;

beforeAll(async () => {
  dashboard = await start();
  receiver = await startWebhookReceiver();
  const made = await dashboard.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
  endpoint = made.id;
});
afterAll(async () => {
  await dashboard.close();
  await receiver.close();
});
beforeEach(async () => {
  await controlOf(dashboard.url).idle();
});

const watching = 'document.documentElement.dataset.watching === "yes"';

test('the list of events follows what happens, without a reload', async () => {
  const page = await dashboard.open('/dashboard/events');
  await page.waitForFunction(watching);
  await page.evaluate('window.mark = "the same page"');
  const customer = await dashboard.stripe.customers.create({ email: 'live@example.com' });
  await page.getByRole('link', { name: customer.id }).waitFor();
  expect(await page.locator('tbody tr').first().textContent()).toContain('customer.created');
  await dashboard.stripe.customers.del(customer.id);
  await page.getByRole('link', { name: 'customer.deleted' }).waitFor();
  expect(await page.evaluate('window.mark')).toBe('the same page');
});

test('counts and API requests follow too, and the focus stays where it was', async () => {
  const page = await dashboard.open('/dashboard/requests');
  await page.waitForFunction(watching);
  const customer = await dashboard.stripe.customers.create({ email: 'first@example.com' });
  await dashboard.stripe.customers.retrieve(customer.id);
  const link = page.getByRole('link', { name: `/v1/customers/${customer.id}` });
  await link.focus();
  await dashboard.stripe.customers.update(customer.id, { name: 'Alice' }, { idempotencyKey: 'key_live' });
  await page.getByText('key_live').waitFor();
  const focused = await page.evaluate('document.activeElement.textContent');
  expect(focused).toBe(`/v1/customers/${customer.id}`);
});

test('events are filtered by type, with * for any part', async () => {
  await subscriber(dashboard.stripe);
  const page = await dashboard.open('/dashboard/events');
  await page.getByLabel('Type').fill('invoice.*');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL('**/dashboard/events?type=invoice.*');
  const types = await page.locator('tbody tr td:first-child').allTextContents();
  expect(types).toContain('invoice.paid');
  expect(types.every((type) => type.startsWith('invoice.'))).toBe(true);
});

test('an event shows what it changed, old values beside the new ones', async () => {
  const { stripe } = dashboard;
  const customer = await stripe.customers.create({
    email: 'before@example.com',
    metadata: { plan: 'free', seats: '2' },
  });
  await stripe.customers.update(customer.id, {
    email: 'after@example.com',
    metadata: { plan: '', seats: '3', org: 'acme' },
  });
  const [event] = (await stripe.events.list({ type: 'customer.updated', limit: 1 })).data;
  const page = await dashboard.open(`/dashboard/events/${event?.id}`);
  expect((await page.locator('mark').allTextContents()).sort()).toEqual(['"3"', '"acme"', '"after@example.com"']);
  const marked = page.getByRole('region', { name: 'JSON with what changed marked' });
  expect(await marked.textContent()).toContain('"after@example.com", was "before@example.com"');
  expect(await marked.locator('del').allTextContents()).toContain('"plan"');
  await page.getByRole('heading', { name: 'previous_attributes' }).waitFor();
  await page
    .getByRole('link', { name: event?.request?.id as string })
    .first()
    .click();
  await page.getByText('"before@example.com"').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: `POST /v1/customers/${customer.id}` }).waitFor();
});

test('an event tells of each attempt at each endpoint, of the next one, and is sent again on demand', async () => {
  receiver.answers.push(500);
  const customer = await dashboard.stripe.customers.create({ email: 'retry@example.com' });
  const [event] = (await dashboard.stripe.events.list({ type: 'customer.created', limit: 1 })).data;
  expect(event?.data.object).toMatchObject({ id: customer.id });
  const page = await dashboard.open(`/dashboard/events/${event?.id}`);
  await page.getByText('retrying').waitFor();
  await page.getByText(/attempt 2 (in|now)/).waitFor();
  await page.getByRole('cell', { name: '500' }).waitFor();
  // The retry comes by itself, and the page follows.
  await page.getByRole('cell', { name: '200' }).waitFor();
  const sent = () => receiver.received.filter((each) => each.event.id === event?.id).length;
  expect(sent()).toBe(2);
  await page.getByRole('button', { name: `Resend to ${receiver.url}` }).click();
  await page.getByText('The event is sent again.').waitFor();
  await expect.poll(sent).toBe(3);
  await expect.poll(() => page.getByRole('cell', { name: '200' }).count()).toBe(2);
});

test('an event that was given up is delivered after all when it is sent again', async () => {
  const control = controlOf(dashboard.url);
  await control.post('faults/delivery', { action: 'drop', type: 'customer.created', times: 1 });
  await dashboard.stripe.customers.create({ email: 'dropped@example.com' });
  const [event] = (await dashboard.stripe.events.list({ type: 'customer.created', limit: 1 })).data;
  const page = await dashboard.open(`/dashboard/events/${event?.id}`);
  await page.getByText('gave up').waitFor();
  expect(receiver.received.some((each) => each.event.id === event?.id)).toBe(false);
  await page.getByRole('button', { name: 'Resend' }).click();
  await expect.poll(() => receiver.received.filter((each) => each.event.id === event?.id).length).toBe(1);
  await page.getByText('gave up').waitFor({ state: 'detached' });
  expect((await dashboard.stripe.events.retrieve(event?.id as string)).pending_webhooks).toBe(0);
});

test('/_sandbox/deliveries/resend says what it cannot send', async () => {
  const control = controlOf(dashboard.url);
  expect(await control.post('deliveries/resend', { event: 'evt_none' })).toMatchObject({ status: 400 });
  expect(await control.post('deliveries/resend', {})).toMatchObject({ status: 400 });
  const [event] = (await dashboard.stripe.events.list({ limit: 1 })).data;
  expect(await control.post('deliveries/resend', { event: event?.id, endpoint: 'we_none' })).toMatchObject({
    status: 400,
  });
  expect((await control.post('deliveries/resend', { event: event?.id, endpoint })).body.resent).toBe(1);
});

test('an endpoint is added on the overview, which tells how its deliveries go', async () => {
  const other = await startWebhookReceiver();
  const page = await dashboard.open('/');
  await page.getByLabel('Send all events to').fill(other.url);
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await page.getByText('The endpoint is added.').waitFor();
  const { data } = await dashboard.stripe.webhookEndpoints.list();
  const added = data.find(({ url }) => url === other.url);
  expect(added).toMatchObject({ enabled_events: ['*'], status: 'enabled' });
  await page.waitForFunction(watching);
  await dashboard.stripe.customers.create({ email: 'health@example.com' });
  const row = page.getByRole('row').filter({ hasText: other.url });
  await row.getByText('delivered').waitFor();
  await row.getByRole('link').click();
  await page.getByText('Signing secret').click();
  await page.getByText(dashboard.sandbox.webhookSecretFor(added?.id as string) as string).waitFor();
  await dashboard.stripe.webhookEndpoints.del(added?.id as string);
  await other.close();
});

test('without scripts the list works, and can load itself again', async () => {
  const page = await dashboard.open('/dashboard/events', { javaScriptEnabled: false });
  await page.getByRole('link', { name: 'every 5 seconds' }).click();
  await page.waitForURL('**?refresh=5');
  expect(await page.locator('meta[http-equiv="refresh"]').getAttribute('content')).toBe('5');
  await page.goto(`${dashboard.url}/dashboard/events?type=product.*`);
  expect(await page.locator('tbody tr').count()).toBe(6);
});
