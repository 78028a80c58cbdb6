import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Dashboard, monthlyPrice, subscriber, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;

beforeEach(async () => {
  dashboard = await start();
});
afterEach(() => dashboard.close());

const HOUR = 3600;
const DAY = 24 * HOUR;

test.each([
  ['an hour', HOUR, HOUR],
  ['a day', DAY, DAY],
  ['a week', 7 * DAY, 7 * DAY],
  ['a month', 28 * DAY, 31 * DAY],
])('the clock is advanced by %s', async (label, least, most) => {
  const before = dashboard.now();
  const page = await dashboard.open('/dashboard/clock');
  await page.getByRole('button', { name: `Advance ${label}`, exact: true }).click();
  await page.getByText('The clock was advanced.').waitFor();
  const moved = dashboard.now() - before;
  expect(moved).toBeGreaterThanOrEqual(least);
  expect(moved).toBeLessThan(most + 60);
});

test('after a month the charge of the renewal is still to come, and the page says so', async () => {
  await subscriber(dashboard.stripe);
  const page = await dashboard.open('/dashboard/clock');
  await page.getByRole('button', { name: 'Advance a month', exact: true }).click();
  await page
    .getByRole('status')
    .getByText(/Next: A draft invoice is finalized and its payment tried, in \d+ (minutes|hour)/)
    .waitFor();
});

test('the clock goes to a date, and not back to one', async () => {
  const page = await dashboard.open('/dashboard/clock');
  await page.getByLabel('Advance to (UTC)', { exact: true }).fill('2031-05-06T07:08:09');
  await page.getByRole('button', { name: 'Advance', exact: true }).click();
  await page.getByText('The clock was advanced.').waitFor();
  expect(dashboard.now() - Date.UTC(2031, 4, 6, 7, 8, 9) / 1000).toBeLessThan(60);
  await page.locator('header').getByText('06 May 2031, 07:08').waitFor();
  const sent = await fetch(`${dashboard.url}/dashboard/do/advance`, {
    method: 'POST',
    body: new URLSearchParams({ date: '2030-01-01T00:00', back: '/dashboard/clock' }),
  });
  expect(await sent.text()).toContain('the clock only moves forward');
  expect(dashboard.now()).toBeGreaterThan(Date.UTC(2031, 0) / 1000);
});

test('what is due is told in plain words, and each step to the next due job does it', async () => {
  const { subscription } = await subscriber(dashboard.stripe);
  const end = subscription.items.data[0]?.current_period_end as number;
  const page = await dashboard.open('/dashboard/clock');
  await page.getByText('A subscription renews: its next period is billed').first().waitFor();
  await page
    .getByText(/The next invoice of a subscription is announced/)
    .first()
    .waitFor();
  const step = async () => {
    const before = page.url();
    await page.getByRole('button', { name: 'Advance to the next due job' }).click();
    await page.waitForURL((url) => url.href !== before);
  };
  await step();
  expect(dashboard.events('invoice.upcoming')).toHaveLength(1);
  expect(dashboard.now()).toBeLessThan(end);
  await step();
  expect(dashboard.now()).toBeGreaterThanOrEqual(end);
  const renewed = await dashboard.stripe.subscriptions.retrieve(subscription.id);
  expect(renewed.items.data[0]?.current_period_start).toBe(end);
  await page.getByText('A draft invoice is finalized and its payment tried').first().waitFor();
  await step();
  expect(await dashboard.stripe.invoices.retrieve(renewed.latest_invoice as string)).toMatchObject({
    billing_reason: 'subscription_cycle',
    status: 'paid',
  });
});

test('a clock with nothing due says so', async () => {
  const page = await dashboard.open('/dashboard/clock');
  await page.getByText('Nothing is due on it.').waitFor();
  await page.getByRole('button', { name: 'Advance to the next due job' }).click();
  await page.getByRole('alert').getByText('Nothing is due on this clock.').waitFor();
});

test('a test clock is advanced on its own, and told if it cannot', async () => {
  const { stripe } = dashboard;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: dashboard.now(), name: 'Alice renews' });
  const { subscription } = await subscriber(stripe, { test_clock: clock.id });
  const page = await dashboard.open('/dashboard/clock');
  await page.getByRole('button', { name: 'Advance a month on Alice renews' }).click();
  await page.getByText('The test clock is advancing.').waitFor();
  const state = () => stripe.testHelpers.testClocks.retrieve(clock.id);
  await expect.poll(async () => (await state()).status).toBe('ready');
  expect((await state()).frozen_time - clock.frozen_time).toBeGreaterThanOrEqual(28 * DAY);
  expect(dashboard.now() - clock.frozen_time).toBeLessThan(DAY);
  const renewed = await stripe.subscriptions.retrieve(subscription.id);
  expect(renewed.latest_invoice).not.toBe(subscription.latest_invoice);

  await page.getByRole('button', { name: 'To the next due job on Alice renews' }).click();
  await expect.poll(async () => dashboard.events('invoice.paid').length).toBe(2);
  await page.getByLabel('Advance Alice renews to (UTC)').fill('2040-01-01T00:00:00');
  await page.locator('.delivery').getByRole('button', { name: 'Advance', exact: true }).click();
  await page.getByRole('alert').getByText('two intervals').waitFor();
});

test('the page follows a clock that a program moves', async () => {
  const page = await dashboard.open('/dashboard/clock');
  await page.waitForFunction('document.documentElement.dataset.watching === "yes"');
  await page.getByText('the same as real time').waitFor();
  await dashboard.advance(3 * DAY);
  await page.getByText('3 days ahead of real time').waitFor();
  const price = await monthlyPrice(dashboard.stripe);
  expect(price.active).toBe(true);
});
