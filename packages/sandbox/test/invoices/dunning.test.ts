import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterEach(() => dunning({ retryDays: [3, 5, 7], finalAction: 'cancel' }));
afterAll(() => sandbox.close());

const DAY = 86_400;
async function dunning(settings: { retryDays: number[]; finalAction: string }) {
  const answer = await fetch(`${sandbox.url}/_sandbox/dunning`, { method: 'POST', body: JSON.stringify(settings) });
  expect(answer.status).toBe(200);
}

/** A subscription whose renewal was just declined for the first time. */
async function declined() {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 2900);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: bad.id } });
  const end = subscription.items.data[0]?.current_period_end as number;
  await sandbox.advance(end - sandbox.now() + 3600);
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id);
  const invoice = latest_invoice as string;
  const { finalized_at } = (await stripe.invoices.retrieve(invoice)).status_transitions;
  return { customer, subscription: subscription.id, invoice, at: finalized_at as number };
}

describe('a renewal that is declined', () => {
  test.each([
    ['cancel', 'canceled', 'customer.subscription.deleted'],
    ['unpaid', 'unpaid', 'customer.subscription.updated'],
    ['past_due', 'past_due', undefined],
  ])('is tried again on each day of the schedule; then the final action is %s', async (finalAction, status, event) => {
    await dunning({ retryDays: [2, 4], finalAction });
    const { customer, subscription, invoice, at } = await declined();
    const state = async () => {
      const { attempt_count, next_payment_attempt, status } = await stripe.invoices.retrieve(invoice);
      return { attempt_count, next_payment_attempt, status };
    };
    expect(await state()).toEqual({ attempt_count: 1, next_payment_attempt: at + 2 * DAY, status: 'open' });
    await sandbox.advance(2 * DAY - 600);
    expect((await state()).attempt_count).toBe(1);
    await sandbox.advance(600);
    expect(await state()).toEqual({ attempt_count: 2, next_payment_attempt: at + 6 * DAY, status: 'open' });
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('past_due');
    const before = sandbox.events().length;
    await sandbox.advance(4 * DAY);
    expect(await state()).toEqual({ attempt_count: 3, next_payment_attempt: null, status: 'open' });
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe(status);
    const last = sandbox
      .events()
      .slice(before)
      .filter(({ type }) => type.startsWith('customer.subscription.'))
      .map(({ type }) => type);
    expect(last).toEqual(event ? [event] : []);
    expect(sandbox.events('invoice.payment_failed').filter(({ data }) => idOf(data) === invoice)).toHaveLength(3);
    const payments = await stripe.invoicePayments.list({ invoice });
    expect(payments.data).toMatchObject([{ status: 'open', is_default: true, amount_requested: 2900 }]);
    const charges = await stripe.charges.list({ customer: customer.id });
    expect(charges.data.map((charge) => charge.status)).toEqual(['failed', 'failed', 'failed', 'succeeded']);
    await sandbox.advance(10 * DAY);
    expect((await state()).attempt_count).toBe(3);
  });

  test('is paid by the next attempt once there is a good card; attempts by hand do not count', async () => {
    await dunning({ retryDays: [2, 4], finalAction: 'cancel' });
    const { customer, subscription, invoice } = await declined();
    await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ code: 'card_declined' });
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ attempt_count: 1 });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: good.id } });
    await sandbox.advance(2 * DAY);
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({
      status: 'paid',
      attempt_count: 2,
      amount_paid: 2900,
      next_payment_attempt: null,
    });
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('active');
    const paid = await stripe.invoicePayments.list({ invoice, status: 'paid' });
    expect(paid.data).toMatchObject([{ amount_paid: 2900 }]);
  });

  test('is not tried again once it does not advance by itself', async () => {
    const { invoice } = await declined();
    await stripe.invoices.update(invoice, { auto_advance: false });
    await sandbox.advance(20 * DAY);
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'open', attempt_count: 1 });
  });

  test('with no schedule ends at the first attempt', async () => {
    await dunning({ retryDays: [], finalAction: 'unpaid' });
    const { subscription, invoice } = await declined();
    expect((await stripe.subscriptions.retrieve(subscription)).status).toBe('unpaid');
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ attempt_count: 1, next_payment_attempt: null });
  });
});

test('an invoice by hand that is declined is tried again, too, and stays open in the end', async () => {
  await dunning({ retryDays: [1], finalAction: 'cancel' });
  const customer = await customerWithCard(stripe, 'pm_card_chargeCustomerFail');
  const draft = await stripe.invoices.create({ customer: customer.id, auto_advance: true });
  await stripe.invoices.addLines(draft.id, { lines: [{ amount: 900, description: 'Work' }] });
  await sandbox.advance(3600 + DAY);
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
    status: 'open',
    attempt_count: 2,
    next_payment_attempt: null,
  });
});

const idOf = ({ object }: Stripe.Event.Data) => (object as { id?: string }).id;
