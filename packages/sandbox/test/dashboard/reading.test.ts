import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dashboard, subscriber, useDashboard } from './dashboard-sandbox.js';

const { start } = useDashboard();
let dashboard: Dashboard;
let paths: string[];

beforeAll(async () => {
  dashboard = await start();
  const { stripe } = dashboard;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: dashboard.now(), name: 'Alice renews' });
  const { customer, subscription } = await subscriber(stripe, { test_clock: clock.id, name: 'Alice Example' });
  await stripe.subscriptions.update(subscription.id, { metadata: { plan: 'starter' }, cancel_at_period_end: true });
  const { id } = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/hook', enabled_events: ['*'] });
  await stripe.customers.update(customer.id, { name: 'Alice' });
  const event = dashboard.events('customer.updated').at(-1);
  paths = [
    '/',
    '/dashboard/objects',
    '/dashboard/objects/subscription',
    `/dashboard/objects/customer/${customer.id}`,
    `/dashboard/objects/webhook_endpoint/${id}`,
    '/dashboard/events',
    `/dashboard/events/${event?.id}`,
    '/dashboard/requests',
    `/dashboard/requests/${event?.request?.id}`,
    '/dashboard/clock',
    '/dashboard/failures',
    '/dashboard/settings',
    '/dashboard/settings/reset',
  ];
});
afterAll(() => dashboard.close());

/** Text whose colour is less than 4.5 to 1 against what is behind it: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const FAINT_TEXTS = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [];
  let read = 0;
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest('noscript')) continue;
    read += 1;
    const [text, ground] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    const ratio = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (!(ratio >= 4.5)) faint.push(element.tagName + ' ' + ratio.toFixed(2) + ' ' + element.textContent.trim().slice(0, 40));
  }
  return read > 15 ? faint : ['hardly any text was found'];
})()`;

const NAMELESS_CONTROLS = `[...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
  .filter((element) => !(element.getAttribute('aria-label') || element.textContent.trim() || element.labels?.length > 0))
  .map((element) => element.outerHTML)`;

test.each(['light', 'dark'] as const)(
  'all text stands out from what is behind it when the browser prefers %s',
  async (colorScheme) => {
    const page = await dashboard.open('/', { colorScheme, reducedMotion: 'reduce' });
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'dark' ? 'rgb(16, 20, 26)' : 'rgb(245, 247, 250)');
    for (const path of paths) {
      await page.goto(dashboard.url + path);
      expect([path, await page.evaluate(FAINT_TEXTS)]).toEqual([path, []]);
    }
  },
);

test('nothing is wider than a phone, and every section is in reach', async () => {
  const page = await dashboard.open('/', { viewport: { width: 360, height: 740 } });
  for (const path of paths) {
    await page.goto(dashboard.url + path);
    expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 360]);
  }
  for (const link of await page.getByRole('navigation', { name: 'Sections' }).getByRole('link').all()) {
    const box = await link.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(360);
  }
});

test('every control has a name, every page one heading that says what it is', async () => {
  const page = await dashboard.open('/');
  for (const path of paths) {
    await page.goto(dashboard.url + path);
    expect([path, await page.getByRole('heading', { level: 1 }).count()]).toEqual([path, 1]);
    expect([path, await page.evaluate(NAMELESS_CONTROLS)]).toEqual([path, []]);
  }
});

test('the keyboard reaches the content first, shows where it is, and works the controls', async () => {
  const page = await dashboard.open('/dashboard/clock');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Advance an hour');
  expect(await page.evaluate('getComputedStyle(document.activeElement).boxShadow')).not.toBe('none');
  const before = dashboard.now();
  await page.keyboard.press('Enter');
  await page.getByText('The clock was advanced.').waitFor();
  expect(dashboard.now() - before).toBeGreaterThanOrEqual(3600);
});
