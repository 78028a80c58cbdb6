import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, intentIdOf, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const periodOf = (subscription: Stripe.Subscription) => {
  const [item] = subscription.items.data;
  if (!item) throw new Error('no item');
  return { start: item.current_period_start, end: item.current_period_end };
};
const untilEnd = (subscription: Stripe.Subscription) => periodOf(subscription).end - sandbox.now();

async function start(customer: Stripe.Customer, price: Stripe.Price) {
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
}

async function failFutureCharges(customer: Stripe.Customer) {
  const method = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

describe('a renewal', () => {
  test('is a draft for an hour, then paid; the item has its next period', async () => {
    const customer = await customerWithCard(stripe);
    const subscription = await start(customer, await monthlyPrice(stripe, 2900));
    const first = periodOf(subscription);
    await sandbox.advance(untilEnd(subscription) - 6 * DAY);
    const [announced] = sandbox.events('invoice.upcoming');
    expect(announced).toMatchObject({ created: first.end - 7 * DAY, data: { object: { total: 2900 } } });
    expect(announced?.data.object).not.toHaveProperty('id');
    await sandbox.advance(untilEnd(subscription) + 60);
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(renewed.status).toBe('active');
    expect(periodOf(renewed).start).toBe(first.end);
    expect(invoiceOf(renewed)).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
      amount_due: 2900,
      created: first.end,
      period_start: first.start,
      period_end: first.end,
      automatically_finalizes_at: first.end + 3600,
      number: null,
    });
    expect(invoiceOf(renewed).lines.data[0]?.period).toEqual(periodOf(renewed));
    const before = sandbox.events().length;
    await sandbox.advance(3600);
    const paid = await stripe.invoices.retrieve(invoiceOf(renewed).id as string, { expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 2900, attempt_count: 1, next_payment_attempt: null });
    expect(paid.payments?.data).toHaveLength(1);
    expect(
      sandbox
        .events()
        .slice(before)
        .map(({ type }) => type),
    ).toEqual([
      'payment_intent.created',
      'invoice.finalized',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
  });

  test('that fails makes past_due, is tried again after 3, 5 and 7 days, then ends the subscription', async () => {
    const customer = await customerWithCard(stripe);
    const subscription = await start(customer, await monthlyPrice(stripe, 2900));
    await failFutureCharges(customer);
    await sandbox.advance(untilEnd(subscription) + 3600);
    const overdue = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(overdue.status).toBe('past_due');
    expect(invoiceOf(overdue)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
    expect(invoiceOf(overdue).next_payment_attempt).toBe(periodOf(subscription).end + 3600 + 3 * DAY);
    expect(sandbox.events('invoice.payment_failed')).toHaveLength(1);
    const turned = sandbox.events('customer.subscription.updated').at(-1);
    expect(turned?.data).toMatchObject({ object: { status: 'past_due' }, previous_attributes: { status: 'active' } });
    await sandbox.advance(3 * DAY);
    await sandbox.advance(5 * DAY);
    const id = invoiceOf(overdue).id as string;
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ attempt_count: 3 });
    await sandbox.advance(7 * DAY);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempt_count: 4 });
    const ended = await stripe.subscriptions.retrieve(subscription.id);
    expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
    expect(sandbox.events('customer.subscription.deleted')).toHaveLength(1);
  });

  test('that failed is recovered by paying with another card, once', async () => {
    const customer = await customerWithCard(stripe);
    const subscription = await start(customer, await monthlyPrice(stripe, 2900));
    await failFutureCharges(customer);
    await sandbox.advance(untilEnd(subscription) + 3600);
    const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id);
    const invoice = latest_invoice as string;
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    expect(await stripe.invoices.pay(invoice, { payment_method: card.id })).toMatchObject({ status: 'paid' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    await expect(stripe.invoices.pay(invoice)).rejects.toThrow('Invoice is already paid');
    await sandbox.advance(4 * DAY);
    expect((await stripe.charges.list({ customer: customer.id })).data.filter(({ paid }) => paid)).toHaveLength(2);
  });

  test('that needs the person waits with an action required; confirming it recovers', async () => {
    const customer = await customerWithCard(stripe);
    const subscription = await start(customer, await monthlyPrice(stripe, 2900));
    const method = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer: customer.id });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: method.id });
    await sandbox.advance(untilEnd(subscription) + 3600);
    const waiting = await stripe.subscriptions.retrieve(subscription.id, {
      expand: ['latest_invoice.confirmation_secret'],
    });
    expect(waiting.status).toBe('past_due');
    expect(sandbox.events('invoice.payment_action_required', 'invoice.payment_failed')).toHaveLength(2);
    const intent = intentIdOf(invoiceOf(waiting).confirmation_secret?.client_secret);
    expect((await stripe.paymentIntents.retrieve(intent)).status).toBe('requires_action');
    await fetch(`${sandbox.url}/3ds/${intent}`, { method: 'POST', body: new URLSearchParams({ answer: 'approve' }) });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test('on the 31st falls on the last day of shorter months and returns', async () => {
    const customer = await customerWithCard(stripe);
    const target = Date.UTC(2035, 0, 31, 12) / 1000;
    await sandbox.advance(target - sandbox.now());
    const subscription = await start(customer, await monthlyPrice(stripe, 1000));
    const ends: string[] = [];
    for (let month = 0; month < 3; month += 1) {
      const { end } = periodOf(await stripe.subscriptions.retrieve(subscription.id));
      ends.push(new Date(end * 1000).toISOString().slice(0, 10));
      await sandbox.advance(end - sandbox.now() + 2 * 3600);
    }
    expect(ends).toEqual(['2035-02-28', '2035-03-31', '2035-04-30']);
    const invoices = await stripe.invoices.list({ subscription: subscription.id, status: 'paid' });
    expect(invoices.data).toHaveLength(4);
  });

  test('in one step equals the same in many', async () => {
    const run = async (steps: number) => {
      const customer = await customerWithCard(stripe);
      const subscription = await start(customer, await monthlyPrice(stripe, 700));
      for (let step = 0; step < steps; step += 1) await sandbox.advance((90 * DAY) / steps);
      const invoices = await stripe.invoices.list({ subscription: subscription.id });
      const base = subscription.created;
      return invoices.data.map(({ created, status, total }) => ({
        day: Math.floor((created - base) / DAY),
        status,
        total,
      }));
    };
    const other = startTestSandbox();
    const inOne = await run(1);
    const first = sandbox;
    sandbox = await other;
    stripe = sandbox.stripe;
    const inMany = await run(90);
    await first.close();
    expect(inMany.length).toBe(inOne.length);
    expect(inMany.map(({ status, total }) => ({ status, total }))).toEqual(
      inOne.map(({ status, total }) => ({ status, total })),
    );
  });
});

describe('a trial', () => {
  test('ends in a paid period, announced three days before', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 2900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 14,
    });
    expect(subscription).toMatchObject({ status: 'trialing', pending_setup_intent: null });
    expect(periodOf(subscription).end).toBe(subscription.trial_end);
    await sandbox.advance(11 * DAY);
    expect(sandbox.events('customer.subscription.trial_will_end')).toHaveLength(1);
    await sandbox.advance(3 * DAY + 3600);
    const active = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(active).toMatchObject({ status: 'active', billing_cycle_anchor: subscription.trial_end });
    expect(invoiceOf(active)).toMatchObject({ status: 'paid', amount_paid: 2900 });
  });

  test.each([
    ['cancel', 'canceled', 'customer.subscription.deleted'],
    ['pause', 'paused', 'customer.subscription.paused'],
    ['create_invoice', 'past_due', 'invoice.payment_failed'],
  ] as const)('without a payment method at its end: %s', async (missing_payment_method, status, event) => {
    const customer = await stripe.customers.create();
    const price = await monthlyPrice(stripe, 2900);
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 2,
      trial_settings: { end_behavior: { missing_payment_method } },
    });
    expect(sandbox.events('customer.subscription.trial_will_end')).toHaveLength(1);
    await sandbox.advance(2 * DAY + 3600);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe(status);
    expect(sandbox.events(event)).toHaveLength(1);
  });

  test('is ended now by trial_end=now: the new period is billed at once', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 2900);
    const params = { customer: customer.id, items: [{ price: price.id }], trial_period_days: 14 };
    const { id } = await stripe.subscriptions.create(params);
    const active = await stripe.subscriptions.update(id, { trial_end: 'now', expand: ['latest_invoice'] });
    expect(active.status).toBe('active');
    expect(invoiceOf(active)).toMatchObject({ status: 'paid', total: 2900, billing_reason: 'subscription_update' });
  });
});

describe('metered prices', () => {
  test('bill the used units of the period that ended', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'API calls',
      event_name: 'api_calls',
      default_aggregation: { formula: 'sum' },
    });
    const base = await monthlyPrice(stripe, 5000, { name: 'Scale' });
    const calls = await stripe.prices.create({
      currency: 'usd',
      product: base.product as string,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      unit_amount_decimal: (await import('stripe')).default.Decimal.from('0.4'),
    });
    const customer = await customerWithCard(stripe);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: base.id }, { price: calls.id }],
      expand: ['latest_invoice'],
    });
    expect(invoiceOf(subscription).total).toBe(5000);
    expect(subscription.items.data[1]).not.toHaveProperty('quantity');
    await sandbox.advance(DAY);
    for (const value of ['700', '555']) {
      await stripe.billing.meterEvents.create({
        event_name: 'api_calls',
        payload: { stripe_customer_id: customer.id, value },
      });
    }
    await sandbox.advance(untilEnd(subscription) + 3600);
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    const lines = invoiceOf(renewed).lines.data;
    expect(lines.map(({ amount, quantity }) => ({ amount, quantity }))).toEqual([
      { amount: 5000, quantity: 1 },
      { amount: 502, quantity: 1255 },
    ]);
    expect(lines[1]?.period).toEqual(periodOf(subscription));
    expect(invoiceOf(renewed)).toMatchObject({ status: 'paid', amount_paid: 5502 });
  });
});

describe('coupons', () => {
  test.each([
    ['once', { duration: 'once', percent_off: 10 }, [2610, 2900, 2900]],
    [
      'repeating',
      { duration: 'repeating', duration_in_months: 2, amount_off: 400, currency: 'usd' },
      [2500, 2500, 2900],
    ],
    ['forever', { duration: 'forever', percent_off: 33.3 }, [1934, 1934, 1934]],
  ] as const)('%s', async (_name, params, totals) => {
    const coupon = await stripe.coupons.create(params);
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 2900);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      discounts: [{ coupon: coupon.id }],
      expand: ['latest_invoice'],
    });
    const first = invoiceOf(subscription);
    expect(first.lines.data[0]).toMatchObject({ amount: 2900, discount_amounts: [{ amount: 2900 - totals[0] }] });
    expect(first.total_discount_amounts).toMatchObject([{ amount: 2900 - totals[0] }]);
    for (let month = 0; month < 2; month += 1) {
      const { end } = periodOf(await stripe.subscriptions.retrieve(subscription.id));
      await sandbox.advance(end - sandbox.now() + 3600);
    }
    const invoices = await stripe.invoices.list({ subscription: subscription.id });
    expect(invoices.data.map(({ total }) => total).reverse()).toEqual(totals);
    expect(invoices.data.every(({ status, amount_paid, total }) => status === 'paid' && amount_paid === total)).toBe(
      true,
    );
  });

  test('by promotion code, which counts its redemptions', async () => {
    const coupon = await stripe.coupons.create({ duration: 'forever', percent_off: 50 });
    const code = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      code: 'HALF',
      max_redemptions: 1,
    });
    const price = await monthlyPrice(stripe, 2900);
    const params = { items: [{ price: price.id }], discounts: [{ promotion_code: code.id }] };
    const first = await customerWithCard(stripe);
    const subscription = await stripe.subscriptions.create({ ...params, customer: first.id, expand: ['discounts'] });
    expect(subscription.discounts).toMatchObject([{ promotion_code: code.id, source: { coupon: coupon.id } }]);
    const second = await customerWithCard(stripe);
    await expect(stripe.subscriptions.create({ ...params, customer: second.id })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});
