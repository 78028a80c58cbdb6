import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function emptyDraft() {
  const customer = await stripe.customers.create();
  return { customer, draft: await stripe.invoices.create({ customer: customer.id }) };
}
const amounts = ({ lines }: Stripe.Invoice) => lines.data.map(({ amount }) => amount);

test('lines are added with an amount, a price, price data or a pending item', async () => {
  const { customer, draft } = await emptyDraft();
  const product = await stripe.products.create({ name: 'Setup' });
  const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 300 });
  const item = await stripe.invoiceItems.create({ customer: customer.id, amount: 55, currency: 'usd' });
  const before = sandbox.events().length;
  const invoice = await stripe.invoices.addLines(draft.id, {
    lines: [
      { amount: 1000, description: 'Work', period: { start: 1_700_000_000, end: 1_700_086_400 } },
      { pricing: { price: price.id }, quantity: 3, metadata: { a: '1' } },
      { price_data: { currency: 'usd', product_data: { name: 'Parts' }, unit_amount: 40 }, quantity: 2 },
      { invoice_item: item.id, description: 'Postage' },
      { amount: -100, description: 'Sorry' },
    ],
    invoice_metadata: { order: '7' },
  });
  expect(amounts(invoice)).toEqual([1000, 900, 80, 55, -100]);
  expect(invoice).toMatchObject({ subtotal: 1935, total: 1935, amount_due: 1935, metadata: { order: '7' } });
  expect(invoice.lines.data).toMatchObject([
    { description: 'Work', discountable: true, period: { start: 1_700_000_000, end: 1_700_086_400 } },
    { description: 'Setup', quantity: 3, metadata: { a: '1' }, pricing: { price_details: { price: price.id } } },
    { description: 'Parts', quantity: 2 },
    { description: 'Postage', parent: { invoice_item_details: { invoice_item: item.id } } },
    { discountable: false },
  ]);
  const types = sandbox
    .events()
    .slice(before)
    .map(({ type }) => type);
  expect(types.filter((type) => type === 'invoiceitem.created')).toHaveLength(4);
  expect(types.filter((type) => type === 'invoice.updated')).toHaveLength(1);
  const listed = await stripe.prices.list({ product: product.id });
  expect(listed.data.map(({ id }) => id)).toEqual([price.id]);
});

test('one line changes with its item; the answer is the line', async () => {
  const { draft } = await emptyDraft();
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const { lines } = await stripe.invoices.addLines(draft.id, {
    lines: [
      { amount: 1000, description: 'Work', metadata: { a: '1' } },
      { amount: 500, description: 'More' },
    ],
  });
  const [line] = lines.data;
  const changed = await stripe.invoices.updateLineItem(draft.id, line?.id as string, {
    amount: 1200,
    description: 'Good work',
    discounts: [{ coupon: coupon.id }],
    metadata: { b: '2' },
  });
  expect(changed).toMatchObject({
    object: 'line_item',
    id: line?.id,
    amount: 1200,
    subtotal: 1200,
    description: 'Good work',
    discount_amounts: [{ amount: 600 }],
    metadata: { a: '1', b: '2' },
  });
  const item = line?.parent?.invoice_item_details?.invoice_item as string;
  expect(await stripe.invoiceItems.retrieve(item)).toMatchObject({ amount: 1200, description: 'Good work' });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ subtotal: 1700, total: 1100 });
  await expect(stripe.invoices.updateLineItem(draft.id, 'il_none', { amount: 1 })).rejects.toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

test('several lines change or go at once, or none of them', async () => {
  const { customer, draft } = await emptyDraft();
  const { lines } = await stripe.invoices.addLines(draft.id, {
    lines: [{ amount: 100 }, { amount: 200 }, { amount: 300 }],
  });
  const [a, b, c] = lines.data.map(({ id }) => id) as [string, string, string];
  const half = stripe.invoices.updateLines(draft.id, {
    lines: [
      { id: a, amount: 1 },
      { id: 'il_none', amount: 2 },
    ],
  });
  await expect(half).rejects.toMatchObject({ param: 'lines[1][id]' });
  expect(amounts(await stripe.invoices.retrieve(draft.id))).toEqual([100, 200, 300]);
  const updated = await stripe.invoices.updateLines(draft.id, {
    lines: [
      { id: a, quantity_decimal: Stripe.Decimal.from('1.5') },
      { id: b, amount: 250 },
    ],
  });
  expect(amounts(updated)).toEqual([150, 250, 300]);
  await expect(stripe.invoices.addLines(draft.id, { lines: [{ amount: 1, quantity: 2 }] })).rejects.toMatchObject({
    message: 'You may only specify one of these parameters: amount, quantity.',
    param: 'lines[0][amount]',
  });
  const left = await stripe.invoices.removeLines(draft.id, {
    lines: [
      { id: a, behavior: 'delete' },
      { id: c, behavior: 'unassign' },
    ],
  });
  expect(amounts(left)).toEqual([250]);
  expect(left.total).toBe(250);
  const pending = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
  expect(pending.data.map(({ amount }) => amount)).toEqual([300]);
  const again = await stripe.invoices.addLines(draft.id, { lines: [{ invoice_item: pending.data[0]?.id as string }] });
  expect(amounts(again)).toEqual([250, 300]);
});

test('the lines of a renewal change while it is a draft, and only there', async () => {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 1000);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity: 2 }],
    metadata: { org: 'org_acme' },
  });
  const end = subscription.items.data[0]?.current_period_end as number;
  await sandbox.advance(end - sandbox.now() + 1);
  const invoice = (await stripe.subscriptions.retrieve(subscription.id)).latest_invoice as string;
  const [line] = (await stripe.invoices.listLineItems(invoice)).data;
  const changed = await stripe.invoices.updateLineItem(invoice, line?.id as string, {
    quantity: 3,
    metadata: { note: 'once' },
  });
  expect(changed).toMatchObject({ amount: 3000, quantity: 3, metadata: { note: 'once' } });
  await expect(
    stripe.invoices.removeLines(invoice, { lines: [{ id: line?.id as string, behavior: 'unassign' }] }),
  ).rejects.toMatchObject({ param: 'lines[0][behavior]' });
  await sandbox.advance(3600);
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'paid', amount_paid: 3000 });
  expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]?.quantity).toBe(2);
});

describe('invoice items', () => {
  test('cost a unit amount, price data or a price, times a quantity that may be a fraction', async () => {
    const { customer } = await emptyDraft();
    const product = await stripe.products.create({ name: 'Hour' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 10_000,
      currency_options: { eur: { unit_amount: 9000 } },
    });
    const create = (params: Partial<Stripe.InvoiceItemCreateParams>) =>
      stripe.invoiceItems.create({ customer: customer.id, ...params });
    const decimal = (text: string) => Stripe.Decimal.from(text);
    // 0.5 cents × 3 = 1.5 → 2
    const small = await create({ currency: 'usd', unit_amount_decimal: decimal('0.5'), quantity: 3 });
    expect(small).toMatchObject({ amount: 2, quantity: 3 });
    expect(String(small.pricing?.unit_amount_decimal)).toBe('0.5');
    // $100 × 1.75 hours = $175
    const hours = await create({ pricing: { price: price.id }, quantity_decimal: decimal('1.75') });
    expect(hours).toMatchObject({ amount: 17_500, quantity: 1, description: 'Hour', currency: 'usd' });
    expect(String(hours.quantity_decimal)).toBe('1.75');
    expect(await create({ pricing: { price: price.id }, currency: 'eur', quantity: 2 })).toMatchObject({
      amount: 18_000,
      currency: 'eur',
    });
    const inline = await create({
      price_data: { currency: 'usd', product: product.id, unit_amount: 700 },
      quantity: 2,
    });
    expect(inline).toMatchObject({ amount: 1400, pricing: { price_details: { product: product.id } } });
    const credit = await create({ amount: -300, currency: 'usd' });
    expect(credit).toMatchObject({ amount: -300, discountable: false });
    await expect(create({})).rejects.toMatchObject({ param: 'amount' });
    await expect(create({ amount: 5, currency: 'usd', quantity: 2 })).rejects.toMatchObject({ param: 'amount' });
    await expect(create({ amount: 5 })).rejects.toMatchObject({ code: 'parameter_missing', param: 'currency' });
    await expect(create({ pricing: { price: price.id }, currency: 'gbp' })).rejects.toMatchObject({
      param: 'currency',
    });
    const monthly = await monthlyPrice(stripe, 100);
    await expect(create({ pricing: { price: monthly.id } })).rejects.toThrow(/type=one_time/);
  });

  test('change in all of it until they are billed, without an event', async () => {
    const { customer } = await emptyDraft();
    const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'once' });
    const item = await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'usd' });
    const before = sandbox.events().length;
    const changed = await stripe.invoiceItems.update(item.id, {
      unit_amount_decimal: Stripe.Decimal.from('250'),
      quantity: 4,
      description: 'Four',
      discounts: [{ coupon: coupon.id }],
      period: { start: 1_700_000_000, end: 1_700_000_000 },
    });
    expect(changed).toMatchObject({ amount: 1000, quantity: 4, description: 'Four' });
    expect(await stripe.invoiceItems.update(item.id, { quantity: 2 })).toMatchObject({ amount: 500, quantity: 2 });
    expect(
      sandbox
        .events()
        .slice(before)
        .map(({ type }) => type),
    ).not.toContain('invoiceitem.updated');
    await expect(
      stripe.invoiceItems.update(item.id, { period: { start: 2_000_000_000, end: 1_000_000_000 } }),
    ).rejects.toMatchObject({ param: 'period[end]' });
    const invoice = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
      expand: ['lines.data.discounts'],
    });
    expect(invoice).toMatchObject({ subtotal: 500, total: 400 });
    expect(invoice.lines.data[0]?.discounts).toMatchObject([{ invoice_item: item.id, invoice: null }]);
    await stripe.invoices.finalizeInvoice(invoice.id);
    await expect(stripe.invoiceItems.update(item.id, { amount: 1 })).rejects.toMatchObject({
      code: 'invoice_not_editable',
    });
  });

  test('go onto a draft at once when it is named, in its currency', async () => {
    const { customer, draft } = await emptyDraft();
    const item = await stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, amount: 900 });
    expect(item).toMatchObject({ invoice: draft.id, currency: 'usd' });
    await stripe.invoiceItems.update(item.id, { amount: 950 });
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ total: 950 });
    const line = (await stripe.invoices.listLineItems(draft.id)).data[0]?.id;
    await stripe.invoiceItems.update(item.id, { amount: 960 });
    expect((await stripe.invoices.listLineItems(draft.id)).data[0]?.id).toBe(line);
    await stripe.invoiceItems.del(item.id);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ total: 0 });
    await expect(
      stripe.invoiceItems.create({ customer: customer.id, invoice: draft.id, amount: 5, currency: 'eur' }),
    ).rejects.toMatchObject({ param: 'currency' });
    const found = await stripe.invoiceItems.list({ created: { gte: sandbox.now() + 1 } });
    expect(found.data).toEqual([]);
  });
});
