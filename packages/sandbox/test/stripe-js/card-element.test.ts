import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { bankOf, frameOf, inShop, untilEvent } from './payment-frame.js';
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

const CARD_FRAME = 'Secure card payment input frame';

async function typeLine(page: Page, number: string): Promise<void> {
  const frame = frameOf(page, CARD_FRAME);
  await frame.getByLabel('Credit or debit card number').fill(number);
  await frame.getByLabel('Credit or debit card expiration date').fill('12/34');
  await frame.getByLabel('Credit or debit card CVC/CVV').fill('123');
  await frame.getByLabel('ZIP').fill('94107');
}

async function cardElement(): Promise<Page> {
  const page = await open();
  await inShop(
    page,
    `{
      const card = elements.create('card');
      for (const type of ['ready', 'change']) card.on(type, (event) => events.push({ type, event }));
      card.mount('#a');
    }`,
  );
  await untilEvent(page, 'ready');
  return page;
}

test('the Card Element makes a payment method, and pays by confirmCardPayment', async () => {
  const page = await cardElement();
  expect(await inShop(page, "stripe.createPaymentMethod({ type: 'card', card: elements.getElement('card') })")).toEqual(
    {
      error: { type: 'validation_error', code: 'incomplete_number', message: 'Your card number is incomplete.' },
    },
  );
  await typeLine(page, '5555555555554444');
  const made = await inShop(
    page,
    `stripe.createPaymentMethod({
      type: 'card', card: elements.getElement('card'), billing_details: { name: 'Alice Example' },
    })`,
  );
  expect(made).toMatchObject({
    paymentMethod: {
      card: { brand: 'mastercard', last4: '4444' },
      billing_details: { name: 'Alice Example', address: { postal_code: '94107' } },
    },
  });
  const last = await inShop<{ event: object }>(page, "events.filter(({ type }) => type === 'change').at(-1)");
  expect(last.event).toMatchObject({
    elementType: 'card',
    complete: true,
    brand: 'mastercard',
    value: { postalCode: '94107' },
  });
  expect(await page.locator('#a').getAttribute('class')).toContain('StripeElement--complete');

  const { client_secret } = await sandbox.stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const paid = await inShop(
    page,
    `stripe.confirmCardPayment('${client_secret}', { payment_method: { card: elements.getElement('card') } })`,
  );
  expect(paid).toMatchObject({ paymentIntent: { status: 'succeeded' } });
});

test('confirmCardSetup saves a card of a Card Element after the bank was asked', async () => {
  const page = await cardElement();
  await typeLine(page, '4000002500003155');
  const { client_secret } = await sandbox.stripe.setupIntents.create({});
  const done = inShop(
    page,
    `stripe.confirmCardSetup('${client_secret}', { payment_method: { card: elements.getElement('card') } })`,
  );
  await bankOf(page).getByRole('button', { name: 'Approve' }).click();
  expect(await done).toMatchObject({ setupIntent: { status: 'succeeded' } });
});

test('number, date and code in frames of their own make one card', async () => {
  const page = await open();
  await inShop(
    page,
    `{
      for (const [type, place] of [['cardNumber', '#a'], ['cardExpiry', '#b'], ['cardCvc', '#c']]) {
        const element = elements.create(type);
        element.on('ready', () => events.push({ type: 'ready ' + type }));
        element.mount(place);
      }
    }`,
  );
  for (const type of ['cardNumber', 'cardExpiry', 'cardCvc']) await untilEvent(page, `ready ${type}`);
  const create = "stripe.createPaymentMethod({ type: 'card', card: elements.getElement('cardNumber') })";
  await frameOf(page, 'Secure card number input frame').getByRole('textbox').fill('378282246310005');
  expect(await inShop(page, create)).toMatchObject({ error: { code: 'incomplete_expiry' } });
  await frameOf(page, 'Secure expiration date input frame').getByRole('textbox').fill('11/33');
  await frameOf(page, 'Secure CVC input frame').getByRole('textbox').fill('123');
  expect(await inShop(page, create)).toMatchObject({ error: { code: 'incomplete_cvc' } });
  await frameOf(page, 'Secure CVC input frame').getByRole('textbox').fill('1234');
  expect(await inShop(page, create)).toMatchObject({
    paymentMethod: { card: { brand: 'amex', last4: '0005', exp_month: 11, exp_year: 2033 } },
  });
});

test('Elements are unmounted, put elsewhere, destroyed and made anew', async () => {
  const page = await cardElement();
  await typeLine(page, '4242424242424242');
  await inShop(page, "{ const card = elements.getElement('card'); card.unmount(); card.mount('#b'); }");
  await frameOf(page, CARD_FRAME).getByLabel('Credit or debit card number').waitFor();
  expect(await page.locator('#a iframe').count()).toBe(0);
  await expect(inShop(page, "elements.create('card')")).rejects.toThrow('Can only create one Element of type card');
  await inShop(page, "{ elements.getElement('card').destroy(); elements.create('card').mount('#c'); }");
  expect(await page.locator('#c iframe').count()).toBe(1);
  await expect(inShop(page, "elements.create('cardNumber').mount('#nowhere')")).rejects.toThrow(
    'applies to no DOM elements',
  );
});
