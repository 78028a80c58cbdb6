import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { bankOf, frameOf, inShop, resultOf, typeCard, untilEvent } from './payment-frame.js';
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

async function open(params: Record<string, string> = {}): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(shop.page('plain', params));
  await page.waitForFunction('window.shop');
  return page;
}

async function paymentPage(params: Record<string, string> = {}): Promise<Page> {
  const { client_secret } = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const page = await open({ secret: client_secret ?? '', ...params });
  await untilEvent(page, 'ready');
  return page;
}

const pay = (page: Page) => page.getByRole('button', { name: 'Pay' }).click();
test('what is missing is said at each field and in the result, in words and codes of Stripe', async () => {
  const page = await paymentPage();
  await pay(page);
  expect(await resultOf(page)).toEqual({
    error: { type: 'validation_error', code: 'incomplete_number', message: 'Your card number is incomplete.' },
  });
  const frame = frameOf(page);
  await frame.getByText("Your card's expiration date is incomplete.").waitFor();
  await frame.getByText('Your postal code is incomplete.').waitFor();
  expect(await frame.getByLabel('Card number').getAttribute('aria-invalid')).toBe('true');
});

test.each([
  ['number', '4242424242424241', 'invalid_number'],
  ['number', '42424242', 'incomplete_number'],
  ['expiry', '12/20', 'invalid_expiry_year_past'],
  ['expiry', '1', 'incomplete_expiry'],
  ['cvc', '12', 'incomplete_cvc'],
  ['postal_code', '941', 'incomplete_zip'],
])('a wrong %s %s is refused as %s', async (field, text, code) => {
  const page = await paymentPage();
  await typeCard(page, '4242424242424242');
  await frameOf(page).locator(`#${field}`).fill(text);
  await pay(page);
  expect(await resultOf(page)).toMatchObject({ error: { type: 'validation_error', code } });
});

test('the shop hears when the Element is complete, focused and left', async () => {
  const page = await paymentPage();
  await frameOf(page).getByLabel('Card number').focus();
  await untilEvent(page, 'focus');
  await typeCard(page, '4242424242424242');
  await page.getByRole('button', { name: 'Pay' }).focus();
  await untilEvent(page, 'blur');
  const changes = await inShop<{ event: object }[]>(page, "events.filter(({ type }) => type === 'change')");
  expect(changes[0]?.event).toMatchObject({ elementType: 'payment', complete: false, empty: true });
  expect(changes.at(-1)?.event).toMatchObject({
    complete: true,
    empty: false,
    value: { type: 'card', billingDetails: { address: { country: 'US', postalCode: '94107' } } },
  });
});

test('countries without a check of postal codes are not asked for one, and the shop may ask for the place itself', async () => {
  const page = await paymentPage();
  await frameOf(page).getByLabel('Country or region').selectOption('DE');
  expect(await frameOf(page).getByLabel('ZIP').isVisible()).toBe(false);
  const other = await paymentPage({ options: JSON.stringify({ fields: { billingDetails: { address: 'never' } } }) });
  expect(await frameOf(other).getByLabel('Country or region').isVisible()).toBe(false);
  await pay(other);
  await expect.poll(() => browser.exceptions.splice(0)).toEqual([expect.stringContaining('billing_details.address')]);
});

test('the look follows the appearance of the shop, which can load nothing', async () => {
  const appearance = {
    theme: 'night',
    variables: { colorBackground: 'rgb(1, 2, 3)', borderRadius: '2px', colorText: 'url(https://example.com/x)' },
    rules: { '.Label': { textTransform: 'uppercase' } },
  };
  const page = await paymentPage({ appearance: JSON.stringify(appearance) });
  const style = (label: string, name: string) =>
    frameOf(page)
      .locator(label)
      .evaluate(
        (element, property) => element.ownerDocument.defaultView?.getComputedStyle(element)[property as 'color'],
        name,
      );
  expect(await style('#number', 'backgroundColor')).toBe('rgb(1, 2, 3)');
  expect(await style('#number', 'borderRadius')).toBe('2px');
  expect(await style('label[for=number]', 'textTransform')).toBe('uppercase');
});

test('an intent made after the form: submit, then confirm', async () => {
  const page = await open({ elements: JSON.stringify({ mode: 'payment', amount: 900, currency: 'usd' }) });
  await untilEvent(page, 'ready');
  const { client_secret } = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const confirm = `stripe.confirmPayment({ elements, clientSecret: '${client_secret}', redirect: 'if_required' })`;
  await expect(inShop(page, confirm)).rejects.toThrow('elements.submit() must be called');
  expect(await inShop(page, 'elements.submit()')).toMatchObject({ error: { code: 'incomplete_number' } });
  await typeCard(page, '4242424242424242');
  expect(await inShop(page, 'elements.submit()')).toEqual({ selectedPaymentMethod: 'card' });
  expect(await inShop(page, confirm)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
});

test('a confirmation token from the form is confirmed by the server, and the bank asked on the page', async () => {
  const page = await open({ elements: JSON.stringify({ mode: 'payment', amount: 900, currency: 'usd' }) });
  await untilEvent(page, 'ready');
  await typeCard(page, '4000000000003220');
  const { confirmationToken } = await inShop<{ confirmationToken: { id: string } }>(
    page,
    "stripe.createConfirmationToken({ elements, params: { return_url: 'https://example.com/done' } })",
  );
  expect(confirmationToken).toMatchObject({ payment_method_preview: { card: { last4: '3220' } } });
  const intent = await sandbox.stripe.paymentIntents.create({
    amount: 900,
    currency: 'usd',
    confirm: true,
    confirmation_token: confirmationToken.id,
  });
  expect(intent.status).toBe('requires_action');
  const handled = inShop(page, `stripe.handleNextAction({ clientSecret: '${intent.client_secret}' })`);
  await bankOf(page).getByRole('button', { name: 'Approve' }).click();
  expect(await handled).toMatchObject({ paymentIntent: { id: intent.id, status: 'succeeded' } });
});

test('address and email of other Elements go with the card', async () => {
  const page = await open({ elements: JSON.stringify({ mode: 'setup', currency: 'usd' }) });
  await untilEvent(page, 'ready');
  await inShop(
    page,
    `{
      for (const id of ['x', 'y']) document.querySelector('form').before(Object.assign(document.createElement('div'), { id }));
      elements.create('address', { mode: 'billing' }).mount('#x');
      elements.create('linkAuthentication').mount('#y');
    }`,
  );
  await typeCard(page, '4242424242424242');
  const address = frameOf(page, 'Secure address input frame');
  await address.getByLabel('Full name').fill('Alice Example');
  await address.getByLabel('Address').fill('1 Main Street');
  await address.getByLabel('City').fill('San Francisco');
  await address.getByLabel('ZIP').fill('94107');
  expect(await inShop(page, 'elements.submit()')).toMatchObject({ error: { code: 'incomplete_email' } });
  await frameOf(page, 'Secure email input frame').getByLabel('Email').fill('alice@example.com');
  expect(await inShop(page, 'elements.submit()')).toEqual({ selectedPaymentMethod: 'card' });
  expect(await inShop(page, 'stripe.createPaymentMethod({ elements })')).toMatchObject({
    paymentMethod: {
      billing_details: {
        name: 'Alice Example',
        email: 'alice@example.com',
        address: { line1: '1 Main Street', city: 'San Francisco', postal_code: '94107', country: 'US' },
      },
    },
  });
});

test('Express Checkout says that there is no wallet', async () => {
  const page = await open({ elements: JSON.stringify({ mode: 'payment', amount: 900, currency: 'usd' }) });
  const event = await inShop(
    page,
    `new Promise((resolve) => {
      document.querySelector('#element').replaceChildren();
      const element = elements.create('expressCheckout');
      element.on('ready', (event) => resolve({ ...event, said: 'availablePaymentMethods' in event }));
      element.mount('#element');
    })`,
  );
  expect(event).toEqual({ elementType: 'expressCheckout', said: false });
  await frameOf(page, 'Secure express checkout frame').getByText('No wallet is available').waitFor();
});

test('keys and options that cannot be honoured are refused when Stripe is made', async () => {
  const page = await open();
  for (const [call, message] of [
    ["window.Stripe('sk_test_123')", 'should not use your secret key'],
    ["window.Stripe('pk_live_123')", 'publishable test keys only'],
    ["window.Stripe('pk_test_1', { stripeAccount: 'acct_1' })", 'does not honour the option stripeAccount'],
    ["stripe.confirmKlarnaPayment('pi_1_secret_1')", 'is not offered by the Stripe sandbox'],
    ["stripe.elements({ clientSecret: 'nonsense' })", 'value should be a client_secret string'],
    ["stripe.retrievePaymentIntent('seti_1_secret_1')", 'of a PaymentIntent'],
  ]) {
    await expect(inShop(page, call as string)).rejects.toThrow(message);
  }
  expect(await inShop(page, "stripe.retrievePaymentIntent('pi_unknown_secret_x')")).toMatchObject({
    error: { type: 'invalid_request_error', code: 'resource_missing' },
  });
});

test('Elements follow a change of the intent and of their options', async () => {
  const intent = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const page = await open({ secret: intent.client_secret ?? '' });
  await untilEvent(page, 'ready');
  const terms = frameOf(page).getByText('to charge this card for future payments');
  expect(await terms.isVisible()).toBe(false);
  await sandbox.stripe.paymentIntents.update(intent.id, { setup_future_usage: 'off_session' });
  expect(await inShop(page, 'elements.fetchUpdates()')).toEqual({});
  expect(await terms.isVisible()).toBe(true);

  await frameOf(page).getByLabel('Card number').fill('4242424242424242');
  await inShop(page, "elements.update({ appearance: { variables: { colorBackground: 'rgb(9, 8, 7)' } } })");
  const ground = frameOf(page).locator('#number');
  expect(
    await ground.evaluate((input) => input.ownerDocument.defaultView?.getComputedStyle(input).backgroundColor),
  ).toBe('rgb(9, 8, 7)');
  await inShop(page, "{ elements.getElement('payment').update({ readOnly: true }); }");
  await expect.poll(() => frameOf(page).getByLabel('Card number').isDisabled()).toBe(true);
  expect(await frameOf(page).getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  await expect(inShop(page, "elements.update({ clientSecret: 'pi_1_secret_1' })")).rejects.toThrow('cannot be changed');
});

test('the form is filled in and sent by keyboard alone', async () => {
  const page = await paymentPage();
  const frame = frameOf(page);
  await frame.getByLabel('Card number').focus();
  await page.keyboard.type('4242424242424242');
  for (const text of ['1234', '123', '', '94107']) {
    await page.keyboard.press('Tab');
    if (text) await page.keyboard.type(text);
  }
  expect(await frame.getByLabel('Expiration date').inputValue()).toBe('12 / 34');
  await page.keyboard.press('Enter');
  expect(await resultOf(page)).toMatchObject({ paymentIntent: { status: 'succeeded' } });
});
