import { expect, test } from 'vitest';
import { enterCard } from '../support/card-form.js';
import { useCheckout } from './checkout-stage.js';

const stage = useCheckout();
const sessions = () => stage.sandbox.stripe.checkout.sessions;
const adjustable = () => ({
  line_items: [{ price: stage.team.id, quantity: 3, adjustable_quantity: { enabled: true, minimum: 2, maximum: 5 } }],
});

test('the buyer chooses the quantity; what was typed stays, limits hold', async () => {
  const session = await stage.createSession({ ...adjustable(), expand: ['line_items'] });
  expect(session.line_items?.data).toMatchObject([
    { adjustable_quantity: { enabled: true, minimum: 2, maximum: 5 }, quantity: 3 },
  ]);
  const page = await stage.open(session);
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  const quantity = page.getByLabel('Quantity of Team', { exact: true });
  await quantity.fill('5');
  await quantity.press('Enter');
  await page.locator('.totals .due').getByText('$60.00').waitFor();
  expect(await page.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
  const { id, lineItem } = { id: session.id, lineItem: session.line_items?.data[0]?.id as string };
  const beyond = await fetch(`${stage.sandbox.url}/c/pay/${id}/quantity`, {
    method: 'POST',
    body: new URLSearchParams({ item: lineItem, quantity: '6' }),
  });
  expect(await beyond.text()).toContain('Choose a quantity from 2 to 5.');
  await stage.finish(page, 'Subscribe');
  const done = await sessions().retrieve(id, { expand: ['line_items', 'subscription'] });
  expect(done).toMatchObject({
    amount_total: 6000,
    line_items: { data: [{ quantity: 5 }] },
    subscription: { items: { data: [{ quantity: 5 }] } },
  });
});

test('quantity and promotion code work without scripts, and a code can be taken away again', async () => {
  const coupon = await stage.sandbox.stripe.coupons.create({ percent_off: 50, duration: 'once' });
  await stage.sandbox.stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'HALF',
    restrictions: { minimum_amount: 4000, minimum_amount_currency: 'usd' },
  });
  const session = await stage.createSession({ ...adjustable(), allow_promotion_codes: true });
  const page = await stage.open(session, { javaScriptEnabled: false });
  await page.getByLabel('Promotion code').fill('half');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('This code is invalid.').waitFor();
  expect(await page.getByLabel('Promotion code').inputValue()).toBe('half');
  await page.getByLabel('Quantity of Team', { exact: true }).fill('4');
  await page.getByRole('button', { name: 'Update the quantity of Team' }).click();
  await page.getByLabel('Promotion code').fill('half');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('−$24.00').waitFor();
  await page.getByRole('button', { name: 'Remove code' }).click();
  await page.locator('.totals .due').getByText('$48.00').waitFor();
  expect((await sessions().retrieve(session.id)).discounts).toEqual([]);
});

test('an optional item is added to the order and taken away again', async () => {
  const session = await stage.createSession({ optional_items: [{ price: stage.once.id, quantity: 1 }] });
  const page = await stage.open(session);
  await page.getByRole('button', { name: 'Add Setup' }).click();
  await page.locator('.totals .due').getByText('$62.00').waitFor();
  await page.getByRole('button', { name: 'Remove Setup' }).click();
  await page.locator('.totals .due').getByText('$12.00').waitFor();
  await page.getByRole('button', { name: 'Add Setup' }).click();
  await page.locator('.totals .due').getByText('$62.00').waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  expect(await sessions().retrieve(session.id, { expand: ['invoice'] })).toMatchObject({
    invoice: { amount_paid: 6200 },
  });
});

test('prices are made on the spot, for this session only', async () => {
  const session = await stage.createSession({
    line_items: [
      {
        price_data: {
          currency: 'usd',
          product_data: { name: 'Custom', description: 'Made for you' },
          recurring: { interval: 'year' },
          unit_amount: 9900,
        },
        quantity: 1,
      },
    ],
    expand: ['line_items'],
  });
  expect(session.line_items?.data).toMatchObject([
    { description: 'Custom', amount_total: 9900, price: { active: false, recurring: { interval: 'year' } } },
  ]);
  const page = await stage.open(session);
  await page.getByText('Billed yearly').waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  expect(await sessions().retrieve(session.id)).toMatchObject({ payment_status: 'paid', amount_total: 9900 });
  await expect(
    stage.createSession({ line_items: [{ price_data: { currency: 'usd', unit_amount: 1 }, quantity: 1 }] }),
  ).rejects.toMatchObject({ param: 'line_items[0][price_data][product]' });
});

test('a first period cut short by its anchor costs its part, as the subscription then bills', async () => {
  const anchor = stage.sandbox.now() + 10 * 86_400;
  const session = await stage.createSession({ subscription_data: { billing_cycle_anchor: anchor } });
  expect(session.amount_total).toBeGreaterThan(300);
  expect(session.amount_total).toBeLessThan(420);
  const page = await stage.open(session);
  await page.getByText('Then $12.00 per month').waitFor();
  await page.getByLabel('Email').fill('alice@example.com');
  await enterCard(page, '4242424242424242');
  await stage.finish(page, 'Subscribe');
  const done = await sessions().retrieve(session.id, { expand: ['subscription', 'invoice'] });
  expect(done).toMatchObject({ subscription: { billing_cycle_anchor: anchor }, payment_status: 'paid' });
  const free = await stage.createSession({
    subscription_data: { billing_cycle_anchor: anchor, proration_behavior: 'none' },
  });
  expect(free.amount_total).toBe(0);
});

test('the merchant changes the lines of an open session', async () => {
  const session = await stage.createSession({ ...adjustable(), expand: ['line_items'] });
  const [line] = session.line_items?.data ?? [];
  const changed = await sessions().update(session.id, {
    line_items: [
      { id: line?.id as string, quantity: 4 },
      { price: stage.once.id, quantity: 1 },
    ],
    expand: ['line_items'],
  });
  expect(changed).toMatchObject({ amount_total: 9800, line_items: { data: [{ id: line?.id, quantity: 4 }, {}] } });
  await sessions().expire(session.id);
  await expect(sessions().update(session.id, { line_items: [{ id: line?.id as string }] })).rejects.toThrow(
    'This Checkout Session has a status of expired.',
  );
});

test('an expired session is recovered by its link, with promotion codes if that was offered', async () => {
  const session = await stage.createSession({
    after_expiration: { recovery: { enabled: true, allow_promotion_codes: true } },
    metadata: { cart: '9' },
  });
  const expired = await sessions().expire(session.id);
  const url = expired.after_expiration?.recovery?.url as string;
  expect(url).toContain('/c/recover/');
  const page = await stage.open({ ...session, url });
  await page.getByLabel('Promotion code').waitFor();
  const { data } = await sessions().list({ status: 'open' });
  const recovered = data.find(({ recovered_from }) => recovered_from === session.id);
  expect(recovered).toMatchObject({ amount_total: 1200, metadata: { cart: '9' }, allow_promotion_codes: true });
  expect(page.url()).toBe(recovered?.url);
  await stage.sandbox.advance(31 * 86_400);
  await page.goto(url);
  await page.getByRole('heading', { name: 'This link has expired' }).waitFor();
});
