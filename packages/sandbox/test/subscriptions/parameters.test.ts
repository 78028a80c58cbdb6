import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const at = (month: number, day: number, hour = 0) => Date.UTC(2026, month - 1, day, hour) / 1000;
/** Stripe seconds, give or take the seconds that a slow machine takes. */
const about = (seconds: number) => expect.closeTo(seconds, -2);
let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: at(4, 1) });
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const itemOf = (subscription: Stripe.Subscription) => {
  const [item] = subscription.items.data;
  if (!item) throw new Error('no item');
  return item;
};
async function started(more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    expand: ['latest_invoice'],
    ...more,
  });
}
const amountsOf = (subscription: Stripe.Subscription) => invoiceOf(subscription).lines.data.map(({ amount }) => amount);

describe('price_data', () => {
  test('makes a price for this one subscription, which no list shows and nothing else can use', async () => {
    const product = await stripe.products.create({ name: 'Made to measure' });
    const price_data = {
      currency: 'usd',
      product: product.id,
      recurring: { interval: 'month' },
      unit_amount: 1234,
    } as const;
    const subscription = await started({ items: [{ price_data, quantity: 2 }] });
    expect(invoiceOf(subscription)).toMatchObject({ total: 2468, status: 'paid' });
    const { price } = itemOf(subscription);
    expect(price).toMatchObject({ active: false, product: product.id, unit_amount: 1234, type: 'recurring' });
    expect((await stripe.prices.list({ product: product.id })).data).toEqual([]);
    expect((await stripe.prices.retrieve(price.id)).id).toBe(price.id);
    await expect(started({ items: [{ price: price.id }] })).rejects.toMatchObject({ param: 'items[0][price]' });
  });

  test('sets another price on an item, and adds an item of its own', async () => {
    const subscription = await started();
    const product = await stripe.products.create({ name: 'Support' });
    const price_data = {
      currency: 'usd',
      product: product.id,
      recurring: { interval: 'month' },
      unit_amount: 700,
    } as const;
    const item = await stripe.subscriptionItems.create({ subscription: subscription.id, price_data });
    expect(item.price.unit_amount).toBe(700);
    const changed = await stripe.subscriptionItems.update(item.id, { price_data: { ...price_data, unit_amount: 900 } });
    expect(changed.price.unit_amount).toBe(900);
    const both = await stripe.subscriptions.retrieve(subscription.id);
    expect(both.items.data.map(({ price }) => price.unit_amount)).toEqual([3000, 900]);
  });

  test('in a preview leaves no price behind', async () => {
    const subscription = await started();
    const product = await stripe.products.create({ name: 'Support' });
    const price_data = {
      currency: 'usd',
      product: product.id,
      recurring: { interval: 'month' },
      unit_amount: 700,
    } as const;
    const prices = sandbox.events('price.created').length;
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { items: [{ price_data }], proration_behavior: 'none' },
    });
    expect(preview.total).toBe(3700);
    const first = await stripe.invoices.createPreview({
      customer: subscription.customer as string,
      subscription_details: { items: [{ price_data }] },
    });
    expect(first.total).toBe(700);
    expect(sandbox.events('price.created')).toHaveLength(prices);
  });

  test('names the parameter that is wrong', async () => {
    const data = { currency: 'usd', product: 'prod_none', recurring: { interval: 'month' }, unit_amount: 1 } as const;
    await expect(started({ items: [{ price_data: data }] })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'items[0][price_data][product]',
    });
    const product = await stripe.products.create({ name: 'Team' });
    const { unit_amount: _, ...without } = { ...data, product: product.id };
    await expect(started({ items: [{ price_data: without }] })).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'items[0][price_data][unit_amount]',
    });
    const price = await monthlyPrice(stripe, 100);
    await expect(
      started({ items: [{ price: price.id, price_data: { ...data, product: product.id } }] }),
    ).rejects.toMatchObject({ param: 'items[0][price]' });
    await expect(started({ items: [{ quantity: 1 }] })).rejects.toMatchObject({ code: 'parameter_missing' });
  });
});

describe('items', () => {
  test('take a plan for a price; a list finds the subscription by it', async () => {
    const price = await monthlyPrice(stripe, 3000);
    const subscription = await started({ items: [{ plan: price.id }] as Stripe.SubscriptionCreateParams.Item[] });
    expect(itemOf(subscription).price.id).toBe(price.id);
    await started();
    const found = await stripe.subscriptions.list({ plan: price.id });
    expect(found.data.map(({ id }) => id)).toEqual([subscription.id]);
  });

  test('of another price count one, unless a quantity is given', async () => {
    const [team, scale] = [await monthlyPrice(stripe, 1000), await monthlyPrice(stripe, 2000)];
    const subscription = await started({ items: [{ price: team.id, quantity: 5 }] });
    const { id } = itemOf(subscription);
    const same = await stripe.subscriptions.update(subscription.id, { items: [{ id, price: team.id }] });
    expect(itemOf(same).quantity).toBe(5);
    const other = await stripe.subscriptions.update(subscription.id, { items: [{ id, price: scale.id }] });
    expect(itemOf(other).quantity).toBe(1);
  });
});

describe('add_invoice_items', () => {
  test('bill once, with discounts, a period and prices of their own', async () => {
    const product = await stripe.products.create({ name: 'Setup' });
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const subscription = await started({
      discounts: [{ coupon: coupon.id }],
      add_invoice_items: [
        {
          price_data: { currency: 'usd', product: product.id, unit_amount: 1000 },
          quantity: 2,
          metadata: { kind: 'setup' },
        },
        { price_data: { currency: 'usd', product: product.id, unit_amount: -300 }, discountable: false },
        {
          price_data: { currency: 'usd', product: product.id, unit_amount: 400 },
          discountable: false,
          period: { start: { type: 'now' }, end: { type: 'timestamp', timestamp: at(7, 1) } },
        },
      ],
    });
    const invoice = invoiceOf(subscription);
    const lines = invoice.lines.data.map(({ amount, discount_amounts, period, metadata }) => ({
      amount,
      off: discount_amounts?.[0]?.amount ?? 0,
      end: period.end,
      metadata,
    }));
    const { current_period_end } = itemOf(subscription);
    expect(lines).toHaveLength(4);
    const expected = [
      { amount: 400, off: 0, end: at(7, 1), metadata: {} },
      { amount: -300, off: 0, end: current_period_end, metadata: {} },
      { amount: 2000, off: 1000, end: current_period_end, metadata: { kind: 'setup' } },
      { amount: 3000, off: 1500, end: current_period_end, metadata: {} },
    ];
    expect(lines).toEqual(expect.arrayContaining(expected));
    expect(invoice).toMatchObject({ status: 'paid', total: 2600 });
  });

  test('have a coupon of their own', async () => {
    const coupon = await stripe.coupons.create({ amount_off: 400, currency: 'usd', duration: 'once' });
    const product = await stripe.products.create({ name: 'Setup' });
    const price_data = { currency: 'usd', product: product.id, unit_amount: 1000 };
    const subscription = await started({ add_invoice_items: [{ price_data, discounts: [{ coupon: coupon.id }] }] });
    expect(invoiceOf(subscription)).toMatchObject({ subtotal: 4000, total: 3600 });
  });

  test('refuse prices that recur and periods that end before they start', async () => {
    const recurring = await monthlyPrice(stripe, 100);
    await expect(started({ add_invoice_items: [{ price: recurring.id }] })).rejects.toMatchObject({
      param: 'add_invoice_items[0][price]',
    });
    const product = await stripe.products.create({ name: 'Setup' });
    const period = {
      start: { type: 'timestamp', timestamp: at(5, 1) },
      end: { type: 'timestamp', timestamp: at(4, 1) },
    } as const;
    await expect(
      started({
        add_invoice_items: [{ price_data: { currency: 'usd', product: product.id, unit_amount: 1 }, period }],
      }),
    ).rejects.toMatchObject({ param: 'add_invoice_items[0][period][end][timestamp]' });
  });
});

describe('the billing cycle', () => {
  test('is anchored to the next such day, and months without it end on their last', async () => {
    await sandbox.advance(9 * DAY);
    const subscription = await started({
      billing_cycle_anchor_config: { day_of_month: 31, hour: 6, minute: 0, second: 0 },
    });
    expect(subscription).toMatchObject({
      billing_cycle_anchor: at(5, 31, 6),
      billing_cycle_anchor_config: { day_of_month: 31, hour: 6, minute: 0, second: 0, month: null },
    });
    expect(itemOf(subscription).current_period_end).toBe(at(4, 30, 6));
    // 10 April to 30 April 6:00 of a period that began 31 March 6:00: 20.25 of 30 days.
    expect(amountsOf(subscription)).toEqual([2025]);
    await sandbox.advance(21 * DAY);
    expect(itemOf(await stripe.subscriptions.retrieve(subscription.id)).current_period_end).toBe(at(5, 31, 6));
  });

  test('of a year begins in the month that is named', async () => {
    const price = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Yearly' },
      recurring: { interval: 'year' },
      unit_amount: 36_500,
    });
    const subscription = await started({
      items: [{ price: price.id }],
      billing_cycle_anchor_config: { day_of_month: 1, month: 1, hour: 0, minute: 0, second: 0 },
    });
    expect(itemOf(subscription).current_period_end).toBe(Date.UTC(2027, 0, 1) / 1000);
    // 1 April to the end of a year of 365 days: 275 days.
    expect(amountsOf(subscription)).toEqual([27_500]);
    await expect(
      started({ billing_cycle_anchor: at(6, 1), billing_cycle_anchor_config: { day_of_month: 1 } }),
    ).rejects.toMatchObject({ param: 'billing_cycle_anchor_config' });
    const weekly = await monthlyPrice(stripe, 100, { recurring: { interval: 'week' } });
    await expect(
      started({ items: [{ price: weekly.id }], billing_cycle_anchor_config: { day_of_month: 1 } }),
    ).rejects.toMatchObject({ param: 'billing_cycle_anchor_config' });
  });

  test('of a backdated subscription begins now, and the time before is billed with it', async () => {
    const subscription = await started({ backdate_start_date: at(2, 15) });
    expect(subscription).toMatchObject({ start_date: at(2, 15), billing_cycle_anchor: about(at(4, 1)) });
    // One month back to 1 March, and 14 of the 28 days from 1 February.
    expect(amountsOf(subscription)).toEqual([4500, 3000]);
    expect(invoiceOf(subscription).lines.data[0]?.period).toEqual({ start: at(2, 15), end: about(at(4, 1)) });
    const free = await started({ backdate_start_date: at(2, 15), proration_behavior: 'none' });
    expect(amountsOf(free)).toEqual([3000]);
    await expect(started({ backdate_start_date: at(5, 1) })).rejects.toMatchObject({ param: 'backdate_start_date' });
  });

  test('takes the trial that its prices bring along, if asked', async () => {
    const product = await stripe.products.create({ name: 'Team' });
    const price = await stripe.prices.create({
      currency: 'usd',
      product: product.id,
      recurring: { interval: 'month', trial_period_days: 10 },
      unit_amount: 3000,
    });
    const items = [{ price: price.id }];
    expect((await started({ items })).status).toBe('active');
    const trial = await started({ items, trial_from_plan: true });
    expect(trial).toMatchObject({ status: 'trialing', trial_end: about(at(4, 11)) });
    await expect(started({ items, trial_from_plan: true, trial_end: at(5, 1) })).rejects.toMatchObject({
      param: 'trial_from_plan',
    });
    const running = await started();
    const changed = await stripe.subscriptions.update(running.id, {
      items: [{ id: itemOf(running).id, price: price.id }],
      trial_from_plan: true,
    });
    expect(changed).toMatchObject({ status: 'trialing', trial_end: about(at(4, 11)) });
  });
});

describe('settings', () => {
  test('of invoices are on each invoice', async () => {
    const invoice_settings = {
      custom_fields: [{ name: 'PO', value: '42' }],
      description: 'Thank you',
      footer: 'Acme Inc.',
      issuer: { type: 'self' },
    } as const;
    const subscription = await started({
      invoice_settings: { ...invoice_settings, custom_fields: [...invoice_settings.custom_fields] },
    });
    expect(subscription.invoice_settings).toMatchObject(invoice_settings);
    expect(invoiceOf(subscription)).toMatchObject({
      custom_fields: [{ name: 'PO', value: '42' }],
      description: 'Thank you',
      footer: 'Acme Inc.',
    });
    const changed = await stripe.subscriptions.update(subscription.id, { invoice_settings: { footer: '' } });
    expect(changed.invoice_settings).toMatchObject({ description: 'Thank you', footer: null });
  });

  test('bill pending items every week, between the renewals', async () => {
    const subscription = await started({ pending_invoice_item_interval: { interval: 'week' } });
    const customer = subscription.customer as string;
    expect(subscription).toMatchObject({
      pending_invoice_item_interval: { interval: 'week', interval_count: 1 },
      next_pending_invoice_item_invoice: about(at(4, 8)),
    });
    await stripe.invoiceItems.create({ customer, amount: 500, currency: 'usd', subscription: subscription.id });
    await sandbox.advance(7 * DAY + 3660);
    const [invoice] = (await stripe.invoices.list({ customer, limit: 1 })).data;
    expect(invoice).toMatchObject({ status: 'paid', total: 500 });
    const later = await stripe.subscriptions.retrieve(subscription.id);
    expect(later.next_pending_invoice_item_invoice).toEqual(about(at(4, 15)));
    await sandbox.advance(7 * DAY);
    expect((await stripe.invoices.list({ customer })).data).toHaveLength(2);
    const off = await stripe.subscriptions.update(subscription.id, { pending_invoice_item_interval: '' });
    expect(off).toMatchObject({ pending_invoice_item_interval: null, next_pending_invoice_item_invoice: null });
    await expect(
      started({ pending_invoice_item_interval: { interval: 'month', interval_count: 13 } }),
    ).rejects.toMatchObject({ param: 'pending_invoice_item_interval[interval_count]' });
  });

  test('of classic billing want one interval for all items', async () => {
    const yearly = await monthlyPrice(stripe, 100, { recurring: { interval: 'year' } });
    const monthly = await monthlyPrice(stripe, 100);
    const items = [{ price: yearly.id }, { price: monthly.id }];
    expect((await started({ items })).status).toBe('active');
    await expect(started({ items, billing_mode: { type: 'classic' } })).rejects.toMatchObject({ param: 'items' });
  });
});

describe('lists', () => {
  test('are filtered by automatic tax and by the periods of the items', async () => {
    const plain = await started();
    const customer = await customerWithCard(stripe);
    await stripe.customers.update(customer.id, {
      address: { country: 'US', postal_code: '94103', line1: '1 Main St' },
    });
    const taxed = await started({ customer: customer.id, automatic_tax: { enabled: true } });
    const ids = async (params: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list(params)).data.map(({ id }) => id);
    expect(await ids({ automatic_tax: { enabled: true } })).toEqual([taxed.id]);
    expect(await ids({ automatic_tax: { enabled: false } })).toEqual([plain.id]);
    expect(await ids({ current_period_end: { lt: at(4, 20) } })).toEqual([]);
    expect(await ids({ current_period_end: { lt: at(5, 2) } })).toEqual([taxed.id, plain.id]);
  });

  test('show subscriptions on test clocks only by their clock or customer', async () => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(4, 1) });
    const customer = await stripe.customers.create({ test_clock: clock.id, payment_method: 'pm_card_visa' });
    const subscription = await started({ customer: customer.id, payment_behavior: 'default_incomplete' });
    const count = async (params: Stripe.SubscriptionListParams) =>
      (await stripe.subscriptions.list({ status: 'all', ...params })).data.length;
    expect(await count({})).toBe(0);
    expect(await count({ customer: customer.id })).toBe(1);
    expect(await count({ test_clock: clock.id })).toBe(1);
    expect(subscription.test_clock).toBe(clock.id);
  });
});
