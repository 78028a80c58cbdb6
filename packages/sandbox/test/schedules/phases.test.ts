import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
let schedules: Stripe['subscriptionSchedules'];
let customer: Stripe.Customer;
beforeEach(async () => {
  await sandbox?.close();
  // A month of 30 days follows: half of it is 15 days.
  sandbox = await startTestSandbox({ now: Date.UTC(2027, 3, 1) / 1000 });
  stripe = sandbox.stripe;
  schedules = stripe.subscriptionSchedules;
  customer = await customerWithCard(stripe);
});
afterAll(() => sandbox.close());

type PhaseParams = Stripe.SubscriptionScheduleCreateParams.Phase;
const months = (interval_count: number) => ({ interval: 'month' as const, interval_count });
const days = (interval_count: number) => ({ interval: 'day' as const, interval_count });
const until = (seconds: number) => sandbox.advance(seconds - sandbox.now());
const startWith = (phases: PhaseParams[], more: Partial<Stripe.SubscriptionScheduleCreateParams> = {}) =>
  schedules.create({ customer: customer.id, start_date: 'now', phases, ...more });
const startOf = ({ phases }: Stripe.SubscriptionSchedule, at: number) => phases[at]?.start_date as number;

/** 2028 has a leap day before these dates. */
const yearAfter = (seconds: number) => seconds + 366 * DAY;

async function subscriptionOf({ id }: Stripe.SubscriptionSchedule) {
  const { subscription } = await schedules.retrieve(id, { expand: ['subscription.latest_invoice'] });
  return subscription as Stripe.Subscription;
}
const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount).sort((a, b) => a - b);
const itemsOf = ({ items }: Stripe.Subscription) => items.data.map(({ price, quantity }) => [price.id, quantity]);
const invoicesOf = async ({ id }: Stripe.Subscription) =>
  (await stripe.invoices.list({ subscription: id })).data.map(({ total }) => total).reverse();

describe('a phase that begins in the middle of a period', () => {
  /** From 10.00 to 30.00 after 15 of 30 days: 5.00 back, 15.00 more. */
  async function upgraded(proration_behavior?: PhaseParams['proration_behavior']) {
    const small = await monthlyPrice(stripe, 1000);
    const large = await monthlyPrice(stripe, 3000);
    const schedule = await startWith([
      { items: [{ price: small.id }], duration: days(15) },
      {
        items: [{ price: large.id }],
        end_date: sandbox.now() + 90 * DAY,
        ...(proration_behavior && { proration_behavior }),
      },
    ]);
    await until(startOf(schedule, 1));
    const subscription = await subscriptionOf(schedule);
    expect(itemsOf(subscription)).toEqual([[large.id, 1]]);
    return { schedule, subscription };
  }

  test('leaves prorations for the next invoice', async () => {
    const { subscription } = await upgraded();
    const pending = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
    expect(pending.data.map(({ amount }) => amount).sort()).toEqual([-500, 1500]);
    await sandbox.advance(15 * DAY);
    expect(await invoicesOf(subscription)).toEqual([1000, 4000]);
  });

  test('bills them with an invoice of its own, a draft for an hour', async () => {
    const { schedule, subscription } = await upgraded('always_invoice');
    const invoice = invoiceOf(subscription);
    expect(amounts(invoice)).toEqual([-500, 1500]);
    expect(invoice).toMatchObject({ status: 'draft', billing_reason: 'subscription_update', total: 1000 });
    await sandbox.advance(3600);
    expect(invoiceOf(await subscriptionOf(schedule))).toMatchObject({ status: 'paid', amount_paid: 1000 });
    await sandbox.advance(15 * DAY);
    expect(await invoicesOf(subscription)).toEqual([1000, 1000, 3000]);
  });

  test('owes nothing', async () => {
    const { subscription } = await upgraded('none');
    await sandbox.advance(15 * DAY);
    expect(await invoicesOf(subscription)).toEqual([1000, 3000]);
  });

  test('can begin a new billing cycle, which is billed at once', async () => {
    const month = await monthlyPrice(stripe, 1000);
    const year = await monthlyPrice(stripe, 30_000, { recurring: { interval: 'year' } });
    const schedule = await startWith([
      { items: [{ price: month.id }], duration: days(15) },
      { items: [{ price: year.id }], billing_cycle_anchor: 'phase_start' },
    ]);
    const start = startOf(schedule, 1);
    expect(schedule.phases[1]?.end_date).toBe(yearAfter(start));
    await until(start);
    const subscription = await subscriptionOf(schedule);
    expect(subscription.billing_cycle_anchor).toBe(start);
    expect(amounts(invoiceOf(subscription))).toEqual([-500, 30_000]);
    expect(subscription.items.data[0]).toMatchObject({
      current_period_start: start,
      current_period_end: schedule.phases[1]?.end_date,
    });
  });
});

describe('a phase that begins with a period', () => {
  test('adds and removes items in the renewal, for whole periods', async () => {
    const print = await monthlyPrice(stripe, 1000, { name: 'Print' });
    const digital = await monthlyPrice(stripe, 700, { name: 'Digital' });
    const schedule = await startWith([
      { items: [{ price: print.id }], duration: months(1) },
      { items: [{ price: print.id, quantity: 2 }, { price: digital.id }], duration: months(1) },
      { items: [{ price: digital.id }], duration: months(1) },
    ]);
    const first = await subscriptionOf(schedule);
    const kept = first.items.data[0]?.id;
    await until(startOf(schedule, 1) + 1);
    const second = await subscriptionOf(schedule);
    expect(itemsOf(second)).toEqual([
      [print.id, 2],
      [digital.id, 1],
    ]);
    expect(second.items.data[0]?.id).toBe(kept);
    expect(amounts(invoiceOf(second))).toEqual([700, 2000]);
    await until(startOf(schedule, 2) + 1);
    const third = await subscriptionOf(schedule);
    expect(itemsOf(third)).toEqual([[digital.id, 1]]);
    expect(amounts(invoiceOf(third))).toEqual([700]);
    expect(await invoicesOf(first)).toEqual([1000, 2700, 700]);
    const ends = third.items.data.map(({ current_period_end }) => current_period_end);
    expect(ends).toEqual([schedule.phases[2]?.end_date]);
  });

  test('and bills another interval has a cycle from there', async () => {
    const month = await monthlyPrice(stripe, 1000);
    const year = await monthlyPrice(stripe, 10_000, { recurring: { interval: 'year' } });
    const schedule = await startWith([
      { items: [{ price: month.id }], duration: months(1) },
      { items: [{ price: year.id }], duration: { interval: 'year', interval_count: 1 } },
    ]);
    const start = startOf(schedule, 1);
    await until(start + 1);
    const subscription = await subscriptionOf(schedule);
    expect(subscription.items.data[0]).toMatchObject({
      current_period_start: start,
      current_period_end: yearAfter(start),
    });
    expect(amounts(invoiceOf(subscription))).toEqual([10_000]);
  });

  test('brings one-time charges onto the renewal', async () => {
    const price = await monthlyPrice(stripe, 1000);
    const setup = await stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'Setup' } });
    const schedule = await startWith([
      { items: [{ price: price.id }], add_invoice_items: [{ price: setup.id }], duration: months(1) },
      {
        items: [{ price: price.id }],
        add_invoice_items: [
          {
            price_data: { currency: 'usd', product: setup.product as string, unit_amount: 250 },
            quantity: 2,
            period: { start: { type: 'phase_start' }, end: { type: 'phase_end' } },
          },
        ],
        duration: months(1),
      },
    ]);
    const first = invoiceOf(await subscriptionOf(schedule));
    expect(amounts(first)).toEqual([500, 1000]);
    await until(startOf(schedule, 1) + 1);
    const second = invoiceOf(await subscriptionOf(schedule));
    expect(amounts(second)).toEqual([500, 1000]);
    const extra = second.lines.data.find(({ amount }) => amount === 500);
    expect(extra?.period).toEqual({ start: startOf(schedule, 1), end: schedule.phases[1]?.end_date });
  });

  test('bills what a metered item counted until then, once', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const recurring = { interval: 'month' as const, usage_type: 'metered' as const, meter: meter.id };
    const calls = await monthlyPrice(stripe, 3, { recurring });
    const dearer = await monthlyPrice(stripe, 5, { recurring });
    const base = await monthlyPrice(stripe, 1000);
    const schedule = await startWith([
      { items: [{ price: base.id }, { price: calls.id }], duration: months(1) },
      { items: [{ price: base.id }, { price: dearer.id }], duration: months(2) },
    ]);
    const use = (value: string) =>
      stripe.billing.meterEvents.create({
        event_name: 'calls',
        payload: { stripe_customer_id: customer.id, value },
      });
    await sandbox.advance(DAY);
    await use('100');
    await until(startOf(schedule, 1) + 1);
    const subscription = await subscriptionOf(schedule);
    expect(invoiceOf(subscription).total).toBe(1300);
    await use('10');
    await sandbox.advance(31 * DAY);
    expect(await invoicesOf(subscription)).toEqual([1000, 1300, 1050]);
  });
});

describe('a trial', () => {
  test('of a whole phase costs nothing; the next phase bills when it begins', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const schedule = await startWith([
      { items: [{ price: price.id }], trial: true, duration: days(14) },
      { items: [{ price: price.id }], duration: months(1) },
    ]);
    const end = startOf(schedule, 1);
    expect(schedule.phases[0]?.trial_end).toBe(end);
    expect(await subscriptionOf(schedule)).toMatchObject({
      status: 'trialing',
      trial_end: end,
      billing_cycle_anchor: end,
    });
    await until(end - 2 * DAY);
    expect(sandbox.events('customer.subscription.trial_will_end')).toHaveLength(1);
    await until(end + 3700);
    const begun = await subscriptionOf(schedule);
    expect(begun.status).toBe('active');
    expect(invoiceOf(begun)).toMatchObject({ created: end, amount_paid: 2900, status: 'paid' });
    expect(await invoicesOf(begun)).toEqual([0, 2900]);
  });

  test('of a part of a phase moves the cycle', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const trial_end = sandbox.now() + 7 * DAY;
    const schedule = await startWith([{ items: [{ price: price.id }], trial_end, duration: months(2) }]);
    await until(trial_end + 1);
    const subscription = await subscriptionOf(schedule);
    expect(subscription).toMatchObject({ status: 'active', billing_cycle_anchor: trial_end });
    expect(await invoicesOf(subscription)).toEqual([0, 2900]);
  });

  test('can begin with a later phase', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const item = { items: [{ price: price.id }] };
    const schedule = await startWith([
      { ...item, duration: months(1) },
      { ...item, trial: true, duration: days(10) },
      { ...item, duration: months(1) },
    ]);
    await until(startOf(schedule, 1) + 1);
    const trialing = await subscriptionOf(schedule);
    expect(trialing).toMatchObject({ status: 'trialing', trial_end: startOf(schedule, 2) });
    expect(await invoicesOf(trialing)).toEqual([2900]);
    await until(startOf(schedule, 2) + 1);
    expect(await invoicesOf(trialing)).toEqual([2900, 2900]);
  });
});

describe('what a phase sets', () => {
  test('metadata: keys are added, replaced and, when empty, removed', async () => {
    const price = await monthlyPrice(stripe, 1000);
    const items = [{ price: price.id, metadata: { seat: 'first' } }];
    const schedule = await startWith([
      { items, metadata: { channel: 'self-serve', region: 'apac', upsell: 'alpha' }, duration: months(1) },
      {
        items: [{ price: price.id, metadata: { seat: '', desk: '2' } }],
        metadata: { channel: 'sales', risk: 'high', upsell: '' },
        duration: months(1),
      },
    ]);
    expect(await subscriptionOf(schedule)).toMatchObject({
      metadata: { channel: 'self-serve', region: 'apac', upsell: 'alpha' },
      items: { data: [{ metadata: { seat: 'first' } }] },
    });
    await until(startOf(schedule, 1) + 1);
    const second = await subscriptionOf(schedule);
    expect(second.metadata).toEqual({ channel: 'sales', region: 'apac', risk: 'high' });
    expect(second.items.data[0]?.metadata).toEqual({ desk: '2' });
    expect(schedule.phases[1]?.metadata).toEqual({ channel: 'sales', risk: 'high', upsell: '' });
  });

  test('discounts: the same one goes on, without one it ends', async () => {
    const half = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const price = await monthlyPrice(stripe, 1000);
    const phase = { items: [{ price: price.id }], discounts: [{ coupon: half.id }], duration: months(1) };
    const schedule = await startWith([phase, phase, { items: [{ price: price.id }], duration: months(1) }]);
    const [discount] = (await subscriptionOf(schedule)).discounts;
    await until(startOf(schedule, 1) + 1);
    expect((await subscriptionOf(schedule)).discounts).toEqual([discount]);
    await until(startOf(schedule, 2) + 1);
    const last = await subscriptionOf(schedule);
    expect(last.discounts).toEqual([]);
    expect(await invoicesOf(last)).toEqual([500, 500, 1000]);
    expect(sandbox.events('customer.discount.deleted')).toHaveLength(1);
    expect((await stripe.coupons.retrieve(half.id)).times_redeemed).toBe(1);
  });

  test('how it is collected: the phase before the defaults', async () => {
    const price = await monthlyPrice(stripe, 1000);
    const other = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const items = [{ price: price.id }];
    const schedule = await startWith(
      [
        { items, duration: months(1) },
        {
          items,
          collection_method: 'charge_automatically',
          default_payment_method: other.id,
          description: 'Charged',
          duration: months(1),
        },
      ],
      {
        default_settings: {
          collection_method: 'send_invoice',
          description: 'Sent',
          invoice_settings: { days_until_due: 20, footer: 'Thank you' },
        },
      },
    );
    const first = await subscriptionOf(schedule);
    expect(first).toMatchObject({
      collection_method: 'send_invoice',
      days_until_due: 20,
      description: 'Sent',
      invoice_settings: { footer: 'Thank you' },
    });
    expect(invoiceOf(first)).toMatchObject({ collection_method: 'send_invoice', status: 'draft' });
    await until(startOf(schedule, 1) + 1);
    expect(await subscriptionOf(schedule)).toMatchObject({
      collection_method: 'charge_automatically',
      days_until_due: null,
      default_payment_method: other.id,
      description: 'Charged',
    });
  });

  test('price_data makes a price for the phase alone', async () => {
    const product = await stripe.products.create({ name: 'Team' });
    const schedule = await startWith([
      {
        items: [
          {
            price_data: { currency: 'usd', product: product.id, recurring: { interval: 'month' }, unit_amount: 1234 },
          },
        ],
      },
    ]);
    expect(invoiceOf(await subscriptionOf(schedule)).total).toBe(1234);
    const start_date = schedule.phases[0]?.start_date as number;
    const price = schedule.phases[0]?.items[0]?.price as string;
    const updated = await schedules.update(schedule.id, { phases: [{ items: [{ price, quantity: 2 }], start_date }] });
    expect(updated.phases[0]?.items).toMatchObject([{ price, quantity: 2 }]);
  });
});

test('a start in the past bills the time since then and a whole period from now', async () => {
  const price = await monthlyPrice(stripe, 3000);
  const start_date = sandbox.now() - 31 * DAY;
  const schedule = await startWith([{ items: [{ price: price.id }], duration: months(3) }], { start_date });
  expect(schedule).toMatchObject({ status: 'active', current_phase: { start_date } });
  const subscription = await subscriptionOf(schedule);
  expect(subscription).toMatchObject({ start_date, created: schedule.created });
  expect(amounts(invoiceOf(subscription))).toEqual([3000, 3000]);
});
