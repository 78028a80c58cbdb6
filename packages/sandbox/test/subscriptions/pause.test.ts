import type Stripe from 'stripe';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
/** 1 April 2026: a month of thirty days. */
const APRIL = Date.UTC(2026, 3, 1) / 1000;
/** Stripe seconds, give or take the seconds that a slow machine takes. */
const about = (seconds: number) => expect.closeTo(seconds, -2);
let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function started(more: Partial<Stripe.SubscriptionCreateParams> = {}, card = 'pm_card_visa') {
  const customer = await customerWithCard(stripe, card);
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }], ...more });
}

/** Paused on the eleventh: twenty of thirty days are unused. */
async function paused(params: Stripe.SubscriptionPauseParams = {}) {
  const { id } = await started();
  await sandbox.advance(10 * DAY);
  return stripe.subscriptions.pause(id, params);
}

const itemOf = (subscription: Stripe.Subscription) => {
  const [item] = subscription.items.data;
  if (!item) throw new Error('no item');
  return item;
};
const pendingOf = async (subscription: Stripe.Subscription) =>
  (await stripe.invoiceItems.list({ customer: subscription.customer as string, pending: true })).data;
const failNextCharges = async (subscription: Stripe.Subscription) => {
  const customer = subscription.customer as string;
  const { id } = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
};

describe('pausing', () => {
  test('ends the period now, credits the unused time as a pending item, and says why', async () => {
    const subscription = await paused();
    const now = about(APRIL + 10 * DAY);
    expect(subscription).toMatchObject({
      status: 'paused',
      status_details: {
        paused: { type: 'subscription', subscription: { type: 'pause_requested' }, transitioned_at: now },
      },
    });
    expect(itemOf(subscription)).toMatchObject({ current_period_start: about(APRIL), current_period_end: now });
    expect(await pendingOf(subscription)).toMatchObject([{ amount: -2000, proration: true, discountable: false }]);
    expect(sandbox.events('customer.subscription.paused')).toMatchObject([
      { data: { object: { id: subscription.id, status: 'paused' } } },
    ]);
    expect(sandbox.events('customer.subscription.updated')).toMatchObject([
      { data: { previous_attributes: { status: 'active' } } },
    ]);
  });

  test('stops renewals, announcements and events for as long as it lasts', async () => {
    const subscription = await paused();
    const before = sandbox.events().length;
    await sandbox.advance(19 * DAY);
    expect(sandbox.events()).toHaveLength(before);
    await sandbox.advance(100 * DAY);
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('paused');
  });

  test.each([
    ['item_current_period_start', [-3000]],
    ['now', [-2000]],
    ['none', []],
  ] as const)('credits time from %s', async (type, amounts) => {
    const subscription = await paused({ bill_for: { unused_time_from: { type } } });
    expect((await pendingOf(subscription)).map(({ amount }) => amount)).toEqual(amounts);
  });

  test('invoices what it owes at once if asked: the credit goes to the customer', async () => {
    const subscription = await paused({ invoicing_behavior: 'invoice' });
    const invoice = await stripe.invoices.retrieve(subscription.latest_invoice as string);
    expect(invoice).toMatchObject({ status: 'paid', total: -2000, amount_due: 0, ending_balance: -2000 });
    expect(await stripe.customers.retrieve(subscription.customer as string)).toMatchObject({ balance: -2000 });
    expect(subscription.status).toBe('paused');
  });

  test('bills the units used so far, or not', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const price = await monthlyPrice(stripe, 5, {
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    const pausedWith = async (type: 'now' | 'none') => {
      const subscription = await started({ items: [{ price: price.id }] });
      const payload = { stripe_customer_id: subscription.customer as string, value: '40' };
      await stripe.billing.meterEvents.create({ event_name: 'calls', payload });
      await sandbox.advance(60);
      return stripe.subscriptions.pause(subscription.id, { bill_for: { outstanding_usage_through: { type } } });
    };
    const billed = await pausedWith('now');
    expect(await pendingOf(billed)).toMatchObject([{ amount: 200, quantity: 40, proration: false }]);
    expect(await pendingOf(await pausedWith('none'))).toEqual([]);
    // The pause has billed the units: ending it does not bill them once more.
    await stripe.subscriptions.cancel(billed.id, { invoice_now: true });
    const [last] = (await stripe.invoices.list({ subscription: billed.id })).data;
    expect(last).toMatchObject({ total: 200, lines: { data: [{ amount: 200 }] } });
  });

  test('is refused for what cannot be paused', async () => {
    const refused = (id: string, message: RegExp) =>
      expect(stripe.subscriptions.pause(id)).rejects.toMatchObject({
        statusCode: 400,
        type: 'StripeInvalidRequestError',
        message: expect.stringMatching(message),
      });
    const trialing = await started({ trial_period_days: 7 });
    await refused(trialing.id, /trialing/);
    const sent = await started({ collection_method: 'send_invoice', days_until_due: 7 });
    await refused(sent.id, /charge_automatically/);
    const incomplete = await started({ payment_behavior: 'default_incomplete' });
    await refused(incomplete.id, /incomplete/);
    const subscription = await paused();
    await refused(subscription.id, /paused/);
    const canceled = await stripe.subscriptions.cancel(subscription.id);
    await refused(canceled.id, /canceled/);
    await expect(stripe.subscriptions.pause('sub_none')).rejects.toMatchObject({ statusCode: 404 });
  });

  test('gives up a change that waited for its payment', async () => {
    const subscription = await started();
    await failNextCharges(subscription);
    const waiting = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: itemOf(subscription).id, quantity: 3 }],
      payment_behavior: 'pending_if_incomplete',
      proration_behavior: 'always_invoice',
    });
    expect(waiting.pending_update).not.toBeNull();
    const after = await stripe.subscriptions.pause(subscription.id);
    expect(after).toMatchObject({ status: 'paused', pending_update: null });
    expect((await stripe.invoices.retrieve(waiting.latest_invoice as string)).status).toBe('void');
  });

  test('leaves invoices that exist to themselves: paid or given up, the subscription stays paused', async () => {
    const subscription = await started();
    await failNextCharges(subscription);
    await sandbox.advance(30 * DAY + 3600);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    const late = await stripe.subscriptions.pause(subscription.id, {
      bill_for: { unused_time_from: { type: 'none' } },
    });
    expect(late.status).toBe('paused');
    await sandbox.advance(20 * DAY);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('paused');
    await stripe.invoices.pay(late.latest_invoice as string, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('paused');
  });

  test('changes to items while paused are neither credited nor charged', async () => {
    const subscription = await paused({ bill_for: { unused_time_from: { type: 'none' } } });
    const [item] = subscription.items.data;
    const changed = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id as string, quantity: 4 }],
    });
    expect(changed).toMatchObject({ status: 'paused', items: { data: [{ quantity: 4 }] } });
    expect(await pendingOf(subscription)).toEqual([]);
    await expect(
      stripe.subscriptions.update(subscription.id, { billing_cycle_anchor: { type: 'now' } }),
    ).rejects.toMatchObject({ param: 'billing_cycle_anchor' });
  });

  test('a date set for the cancellation holds', async () => {
    const subscription = await paused();
    await stripe.subscriptions.update(subscription.id, { cancel_at: APRIL + 50 * DAY });
    await sandbox.advance(60 * DAY);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: APRIL + 50 * DAY,
    });
  });

  test('is previewed when it invoices something, and nothing happens', async () => {
    const subscription = await started();
    await sandbox.advance(10 * DAY);
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { pause: { invoicing_behavior: 'invoice' } },
    });
    expect(preview).toMatchObject({ total: -2000, lines: { data: [{ amount: -2000 }] } });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    for (const pause of [
      { invoicing_behavior: 'pending_invoice_item' as const },
      { invoicing_behavior: 'invoice' as const, bill_for: { unused_time_from: { type: 'none' as const } } },
    ]) {
      await expect(
        stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: { pause } }),
      ).rejects.toMatchObject({ statusCode: 404, code: 'invoice_upcoming_none' });
    }
  });
});

describe('resuming', () => {
  test('on success: takes the money for a new period that begins now', async () => {
    const subscription = await paused();
    await sandbox.advance(40 * DAY);
    const now = about(sandbox.now());
    const resumed = await stripe.subscriptions.resume(subscription.id, {
      payment_behavior: 'resume_on_payment_success',
      expand: ['latest_invoice'],
    });
    expect(resumed).toMatchObject({ status: 'active', billing_cycle_anchor: now, pending_update: null });
    expect(resumed.status_details).toBeUndefined();
    expect(itemOf(resumed)).toMatchObject({
      current_period_start: now,
      current_period_end: about(Date.UTC(2026, 5, 21) / 1000),
    });
    // The credit of the pause is used up by it.
    expect(invoiceOf(resumed)).toMatchObject({ status: 'paid', total: 1000, amount_paid: 1000 });
    expect(invoiceOf(resumed).lines.data.map(({ amount }) => amount)).toEqual([-2000, 3000]);
    expect(sandbox.events('customer.subscription.resumed')).toHaveLength(1);
    // 21 May to 21 June, and the hour of the draft.
    await sandbox.advance(31 * DAY + 3600);
    const renewed = await stripe.invoices.list({ subscription: subscription.id, limit: 1 });
    expect(renewed.data[0]).toMatchObject({ billing_reason: 'subscription_cycle', status: 'paid', total: 3000 });
  });

  test('on success: a failure leaves it paused, and the payment is tried again', async () => {
    const subscription = await paused();
    await failNextCharges(subscription);
    const waiting = await stripe.subscriptions.resume(subscription.id, {
      payment_behavior: 'resume_on_payment_success',
      expand: ['latest_invoice'],
    });
    expect(waiting.status).toBe('paused');
    expect(waiting.pending_update).toMatchObject({
      billing_cycle_anchor: about(sandbox.now()),
      expires_at: about(Date.UTC(2027, 3, 11) / 1000),
    });
    expect(invoiceOf(waiting)).toMatchObject({ status: 'open', attempt_count: 1 });
    expect(sandbox.events('customer.subscription.resumed')).toEqual([]);
    const customer = waiting.customer as string;
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: good.id } });
    await sandbox.advance(3 * DAY);
    const resumed = await stripe.subscriptions.retrieve(subscription.id);
    expect(resumed).toMatchObject({
      status: 'active',
      pending_update: null,
      billing_cycle_anchor: about(APRIL + 10 * DAY),
    });
    expect(sandbox.events('customer.subscription.resumed')).toHaveLength(1);
  });

  test('on success: is refused when nobody could pay', async () => {
    const subscription = await paused();
    await stripe.customers.update(subscription.customer as string, {
      invoice_settings: { default_payment_method: '' },
    });
    await expect(
      stripe.subscriptions.resume(subscription.id, { payment_behavior: 'resume_on_payment_success' }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ pending_update: null });
  });

  test('on an attempt: leaves the invoice to be paid, and is active once it is', async () => {
    const subscription = await paused();
    const waiting = await stripe.subscriptions.resume(subscription.id, { expand: ['latest_invoice'] });
    expect(waiting).toMatchObject({
      status: 'paused',
      pending_update: { expires_at: about(sandbox.now() + 23 * 3600) },
    });
    const invoice = invoiceOf(waiting);
    expect(invoice).toMatchObject({ status: 'open', attempted: false, auto_advance: false, amount_due: 1000 });
    await stripe.invoices.pay(invoice.id as string);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'active',
      pending_update: null,
      billing_cycle_anchor: about(APRIL + 10 * DAY),
    });
  });

  test('on an attempt: a failed one makes it past due, and nothing is tried by itself', async () => {
    const subscription = await paused();
    await failNextCharges(subscription);
    const waiting = await stripe.subscriptions.resume(subscription.id);
    await expect(stripe.invoices.pay(waiting.latest_invoice as string)).rejects.toMatchObject({ statusCode: 402 });
    const late = await stripe.subscriptions.retrieve(subscription.id);
    expect(late).toMatchObject({
      status: 'past_due',
      pending_update: null,
      billing_cycle_anchor: about(APRIL + 10 * DAY),
    });
    expect(sandbox.events('customer.subscription.resumed')).toHaveLength(1);
    expect(sandbox.events('invoice.payment_failed')).toHaveLength(1);
    await sandbox.advance(20 * DAY);
    expect(sandbox.events('invoice.payment_failed')).toHaveLength(1);
    await stripe.invoices.pay(waiting.latest_invoice as string, { payment_method: 'pm_card_visa' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  test('on an attempt that is never made: after 23 hours the invoice is void and the pause goes on', async () => {
    const subscription = await paused();
    const { latest_invoice } = await stripe.subscriptions.resume(subscription.id);
    await sandbox.advance(23 * 3600 - 60);
    expect((await stripe.invoices.retrieve(latest_invoice as string)).status).toBe('open');
    await sandbox.advance(60);
    expect((await stripe.invoices.retrieve(latest_invoice as string)).status).toBe('void');
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'paused',
      pending_update: null,
    });
  });

  test('a voided invoice leaves it paused, one marked uncollectible resumes it', async () => {
    const first = await paused();
    const { latest_invoice } = await stripe.subscriptions.resume(first.id);
    await stripe.invoices.voidInvoice(latest_invoice as string);
    expect(await stripe.subscriptions.retrieve(first.id)).toMatchObject({ status: 'paused', pending_update: null });
    const again = await stripe.subscriptions.resume(first.id);
    await stripe.invoices.markUncollectible(again.latest_invoice as string);
    expect(await stripe.subscriptions.retrieve(first.id)).toMatchObject({ status: 'active', pending_update: null });
  });

  test('with the anchor unchanged joins the running period and owes the rest of it with the next invoice', async () => {
    const subscription = await paused();
    await sandbox.advance(10 * DAY);
    const resumed = await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'unchanged' } });
    expect(resumed).toMatchObject({ status: 'active', billing_cycle_anchor: about(APRIL) });
    expect(itemOf(resumed).current_period_end).toEqual(about(APRIL + 30 * DAY));
    expect((await pendingOf(resumed)).map(({ amount }) => amount)).toEqual([1000, -2000]);
    expect(sandbox.events('customer.subscription.resumed')).toHaveLength(1);
    await sandbox.advance(10 * DAY + 3600);
    const [renewal] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    expect(renewal).toMatchObject({ status: 'paid', total: 2000 });
  });

  test('with the anchor unchanged bills the rest now, or nothing, as asked; by the date that was previewed', async () => {
    const subscription = await paused({ bill_for: { unused_time_from: { type: 'none' } } });
    await sandbox.advance(10 * DAY);
    const details = {
      billing_cycle_anchor: { type: 'unchanged' },
      proration_behavior: 'always_invoice',
      proration_date: sandbox.now() - 5 * DAY,
    } as const;
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { resume_at: 'now', ...details },
    });
    expect(preview).toMatchObject({ total: 1500 });
    const waiting = await stripe.subscriptions.resume(subscription.id, { ...details, expand: ['latest_invoice'] });
    expect(invoiceOf(waiting)).toMatchObject({ status: 'open', total: 1500 });
    await stripe.invoices.voidInvoice(invoiceOf(waiting).id as string);
    const free = await stripe.subscriptions.resume(subscription.id, { ...details, proration_behavior: 'none' });
    expect(free.status).toBe('active');
    expect(await pendingOf(free)).toEqual([]);
    await expect(
      stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: { resume_at: 'now' } }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is refused for a date outside the running period and for what is not paused', async () => {
    const subscription = await paused();
    await expect(
      stripe.subscriptions.resume(subscription.id, {
        billing_cycle_anchor: { type: 'unchanged' },
        proration_date: APRIL - 1,
      }),
    ).rejects.toMatchObject({ param: 'proration_date' });
    const running = await started();
    await expect(stripe.subscriptions.resume(running.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('units used during the pause are not billed', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const price = await monthlyPrice(stripe, 5, {
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    const subscription = await started({ items: [{ price: price.id }] });
    const use = async () => {
      const payload = { stripe_customer_id: subscription.customer as string, value: '10' };
      await stripe.billing.meterEvents.create({ event_name: 'calls', payload });
      await sandbox.advance(60);
    };
    await use();
    await stripe.subscriptions.pause(subscription.id);
    await use();
    const resumed = await stripe.subscriptions.resume(subscription.id, { billing_cycle_anchor: { type: 'unchanged' } });
    expect(resumed.status).toBe('active');
    await use();
    await sandbox.advance(APRIL + 30 * DAY + 3660 - sandbox.now());
    const [renewal] = (await stripe.invoices.list({ subscription: subscription.id, limit: 1 })).data;
    expect(renewal?.lines.data.map(({ quantity }) => quantity)).toEqual([10, 10]);
  });
});

describe('billing modes', () => {
  test('a classic subscription cannot pause until it has migrated, which is for good', async () => {
    const classic = await started({ billing_mode: { type: 'classic' } });
    expect(classic.billing_mode).toEqual({ type: 'classic', flexible: null });
    await expect(stripe.subscriptions.pause(classic.id)).rejects.toMatchObject({ statusCode: 400 });
    const migrated = await stripe.subscriptions.migrate(classic.id, { billing_mode: { type: 'flexible' } });
    expect(migrated.billing_mode).toEqual({
      type: 'flexible',
      flexible: { proration_discounts: 'included' },
      updated_at: about(sandbox.now()),
    });
    expect(sandbox.events('customer.subscription.updated')).toMatchObject([
      { data: { previous_attributes: { billing_mode: { type: 'classic' } } } },
    ]);
    await expect(
      stripe.subscriptions.migrate(classic.id, { billing_mode: { type: 'flexible' } }),
    ).rejects.toMatchObject({ param: 'billing_mode' });
    expect((await stripe.subscriptions.pause(classic.id)).status).toBe('paused');
  });

  test('one coupon for one payment is credited as paid in flexible mode, at today’s price in classic mode', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const creditIn = async (type: 'classic' | 'flexible') => {
      const subscription = await started({ billing_mode: { type }, discounts: [{ coupon: coupon.id }] });
      const canceled = await stripe.subscriptions.cancel(subscription.id, { prorate: true });
      return (await pendingOf(canceled)).map(({ amount }) => amount);
    };
    expect(await creditIn('flexible')).toEqual([-1500]);
    expect(await creditIn('classic')).toEqual([-3000]);
  });
});
