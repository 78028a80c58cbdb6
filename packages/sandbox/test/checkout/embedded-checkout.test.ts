import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { useCheckout } from './checkout-stage.js';

const browser = useBrowser();
const stage = useCheckout();
/** A merchant's page with stripe.js on it. */
let site: { url: string; close(): void };

beforeAll(async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(merchantPage(`${stage.sandbox.url}/stripe.js`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
});
afterAll(() => site.close());

/** What the merchant wrote; plain text, as browsers get it. */
function merchantPage(stripeJs: string): string {
  return `<!doctype html><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<div id="checkout"></div><script src="${stripeJs}"></script><script>
const create = (clientSecret, onComplete) => Stripe('pk_test_123').createEmbeddedCheckoutPage({
  fetchClientSecret: async () => clientSecret,
  onComplete,
});
const problem = (work) => Promise.resolve().then(work).catch((error) => error.message);
async function start(clientSecret) {
  window.checkout = await create(clientSecret, () => document.body.insertAdjacentHTML('beforeend', '<p>Completed</p>'));
  checkout.mount('#checkout');
}
async function lifecycle(clientSecret) {
  const there = () => document.querySelector('iframe') !== null;
  const second = await problem(() => create(clientSecret));
  checkout.unmount();
  const gone = !there();
  checkout.mount(document.getElementById('checkout'));
  const back = there();
  const nowhere = await problem(() => checkout.mount('#nowhere'));
  checkout.destroy();
  const dead = await problem(() => checkout.mount('#checkout'));
  const other = await create(clientSecret);
  return { second, gone, back, nowhere, dead, other: typeof other.mount };
}
</script>`;
}

function embedded(params: Partial<Stripe.Checkout.SessionCreateParams>) {
  return stage.createSession({ ui_mode: 'embedded_page', ...params });
}

async function mount(secret: string): Promise<{ page: Page; frame: FrameLocator }> {
  const page = await browser.newPage();
  await page.goto(`${site.url}/buy`);
  await page.evaluate(`start(${JSON.stringify(secret)})`);
  return { page, frame: page.frameLocator('#checkout iframe') };
}

async function typeCard(frame: FrameLocator, number: string) {
  await frame.getByLabel('Email').fill('alice@example.com');
  await frame.getByLabel('Card number').fill(number);
  await frame.getByLabel('Expiration').fill('12 / 34');
  await frame.getByLabel('Security code').fill('123');
  await frame.getByLabel('Name on card').fill('Alice Example');
}

test('a session in the merchant’s page: as high as its content, back to return_url when it is paid', async () => {
  const session = await embedded({ return_url: `${site.url}/return?id={CHECKOUT_SESSION_ID}` });
  expect(session).toMatchObject({
    url: null,
    redirect_on_completion: 'always',
    client_secret: expect.stringContaining('_secret_'),
  });
  const { page, frame } = await mount(session.client_secret as string);
  await frame.getByRole('button', { name: 'Subscribe' }).waitFor();
  await page.waitForFunction("document.querySelector('iframe').offsetHeight > 500");
  const inner = await frame.locator('html').evaluate((html) => [html.scrollHeight, html.clientHeight]);
  expect(inner[0]).toBeLessThanOrEqual((inner[1] as number) + 1);
  await typeCard(frame, '4000002500003155');
  await frame.getByRole('button', { name: 'Subscribe' }).click();
  await frame.getByRole('button', { name: 'Approve' }).click();
  await page.waitForURL(`${site.url}/return?id=${session.id}`);
  expect(await stage.sandbox.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
  });
});

test('without a redirect the page is told, and says thanks in place', async () => {
  const session = await embedded({ redirect_on_completion: 'never' });
  const { page, frame } = await mount(session.client_secret as string);
  await typeCard(frame, '4242424242424242');
  await frame.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText('Completed').waitFor();
  await frame.getByText('Thank you. Your order is complete.').waitFor();
  expect(page.url()).toBe(`${site.url}/buy`);
});

test('unmounted it can come back, destroyed it cannot; there is one at a time', async () => {
  const session = await embedded({ redirect_on_completion: 'if_required', return_url: `${site.url}/return` });
  const { page, frame } = await mount(session.client_secret as string);
  await frame.getByRole('button', { name: 'Subscribe' }).waitFor();
  const told = await page.evaluate(`lifecycle(${JSON.stringify(session.client_secret)})`);
  expect(told).toEqual({
    second: 'You cannot have multiple Embedded Checkout objects.',
    gone: true,
    back: true,
    nowhere: expect.stringContaining('matches no element'),
    dead: expect.stringContaining('was destroyed'),
    other: 'function',
  });
});

test('the client secret is the key to the page', async () => {
  const session = await embedded({ redirect_on_completion: 'never' });
  const wrong = await fetch(`${stage.sandbox.url}/c/embed/${session.client_secret}x`);
  expect(wrong.status).toBe(404);
  const page = await browser.newPage();
  await page.goto(`${site.url}/buy`);
  const message = await page.evaluate("problem(() => create('pi_1_secret_2'))");
  expect(message).toContain('must be that of a Checkout Session');
});
