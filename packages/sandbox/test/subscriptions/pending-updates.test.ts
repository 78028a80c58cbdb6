import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard, intentIdOf, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
let small: Stripe.Price;
let large: Stripe.Price;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  small = await monthlyPrice(stripe, 100_000, { name: 'Starter' });
  large = await monthlyPrice(stripe, 500_000, { name: 'Scale' });
});
afterAll(() => sandbox.close());

const HOUR = 3600;
const pay = {
  proration_behavior: 'always_invoice',
  payment_behavior: 'pending_if_incomplete',
  expand: ['latest_invoice.confirmation_secret'],
} satisfies Stripe.SubscriptionUpdateParams;

async function subscribed(more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const customer = await customerWithCard(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: small.id }],
    ...more,
  });
  return { customer: customer.id, subscription, id: subscription.id, item: itemOf(subscription) };
}

function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  return subscription.items.data[0] as Stripe.SubscriptionItem;
}

async function cardBecomes(customer: string, card: string): Promise<string> {
  const { id } = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  return id;
}

const advanceTo = (time: number) => sandbox.advance(time - sandbox.now());
const invoicesOf = async (id: string) =>
  (await stripe.invoices.list({ subscription: id })).data.map(({ billing_reason, status }) => [billing_reason, status]);

test('a change of several items that needs the person is applied as a whole once its intent succeeds', async () => {
  const seats = await monthlyPrice(stripe, 300);
  const support = await monthlyPrice(stripe, 700);
  const { customer, id, item, subscription } = await subscribed({
    items: [{ price: small.id }, { price: seats.id, quantity: 2 }],
  });
  await cardBecomes(customer, 'pm_card_authenticationRequired');
  const updated = await stripe.subscriptions.update(id, {
    items: [
      { id: item.id, price: large.id },
      { id: subscription.items.data[1]?.id as string, quantity: 5 },
      { price: support.id },
    ],
    ...pay,
  });
  const shown = (items: readonly Stripe.SubscriptionItem[] | null | undefined) =>
    items?.map(({ price, quantity }) => [price.id, quantity]);
  expect(shown(updated.items.data)).toEqual(shown(subscription.items.data));
  const wanted = [
    [large.id, 1],
    [seats.id, 5],
    [support.id, 1],
  ];
  expect(shown(updated.pending_update?.subscription_items)).toEqual(wanted);
  const intent = intentIdOf(invoiceOf(updated).confirmation_secret?.client_secret);
  await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
  const applied = await stripe.subscriptions.retrieve(id);
  expect(applied).toMatchObject({ status: 'active', pending_update: null });
  expect(shown(applied.items.data)).toEqual(wanted);
});

test('a change waits no longer than the period, and its expiry leaves the renewal alone', async () => {
  const { customer, id, item } = await subscribed();
  await advanceTo(item.current_period_end - 5 * HOUR);
  await cardBecomes(customer, 'pm_card_chargeCustomerFail');
  const updated = await stripe.subscriptions.update(id, { items: [{ id: item.id, price: large.id }], ...pay });
  expect(updated.pending_update?.expires_at).toBe(item.current_period_end);
  await advanceTo(item.current_period_end);
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active', pending_update: null });
  expect(sandbox.events('customer.subscription.pending_update_expired').at(-1)?.data.object).toMatchObject({ id });
  await cardBecomes(customer, 'pm_card_visa');
  await sandbox.advance(25 * HOUR);
  expect(await invoicesOf(id)).toEqual([
    ['subscription_cycle', 'paid'],
    ['subscription_update', 'void'],
    ['subscription_create', 'paid'],
  ]);
  expect(itemOf(await stripe.subscriptions.retrieve(id)).price.id).toBe(small.id);
});

test('a change that begins a new period in a trial waits no longer than the trial', async () => {
  const { customer, id, item } = await subscribed({ trial_end: sandbox.now() + 10 * HOUR });
  await cardBecomes(customer, 'pm_card_chargeCustomerFail');
  const updated = await stripe.subscriptions.update(id, { trial_end: 'now', ...pay });
  expect(updated).toMatchObject({ status: 'trialing', pending_update: { expires_at: item.current_period_end } });
  await advanceTo(item.current_period_end);
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'active', pending_update: null });
});

test('a subscription that is canceled takes the change that waits with it: its invoice is void', async () => {
  const { customer, id, item } = await subscribed();
  await cardBecomes(customer, 'pm_card_chargeCustomerFail');
  const updated = await stripe.subscriptions.update(id, { items: [{ id: item.id, price: large.id }], ...pay });
  expect(await stripe.subscriptions.cancel(id)).toMatchObject({ status: 'canceled', pending_update: null });
  expect((await stripe.invoices.retrieve(invoiceOf(updated).id)).status).toBe('void');
});

test('a change that waits owes nothing: what is past due stays so when it expires, and ends when the renewal is paid', async () => {
  const failing = await subscribed();
  await cardBecomes(failing.customer, 'pm_card_chargeCustomerFail');
  await advanceTo(failing.item.current_period_end + 2 * HOUR);
  const [renewal] = (await stripe.invoices.list({ subscription: failing.id, status: 'open' })).data;
  const change = { items: [{ id: failing.item.id, price: large.id }], ...pay };
  const waiting = await stripe.subscriptions.update(failing.id, change);
  expect(waiting).toMatchObject({ status: 'past_due', pending_update: { expires_at: expect.any(Number) } });
  await sandbox.advance(23 * HOUR);
  expect(await stripe.subscriptions.retrieve(failing.id)).toMatchObject({ status: 'past_due', pending_update: null });
  await stripe.invoices.pay(renewal?.id as string, {
    payment_method: await cardBecomes(failing.customer, 'pm_card_visa'),
  });
  expect((await stripe.subscriptions.retrieve(failing.id)).status).toBe('active');
});

test('paying the renewal is enough while a change still waits', async () => {
  const { customer, id, item } = await subscribed();
  await cardBecomes(customer, 'pm_card_chargeCustomerFail');
  await advanceTo(item.current_period_end + 2 * HOUR);
  const [renewal] = (await stripe.invoices.list({ subscription: id, status: 'open' })).data;
  await stripe.subscriptions.update(id, { items: [{ id: item.id, price: large.id }], ...pay });
  await stripe.invoices.pay(renewal?.id as string, { payment_method: await cardBecomes(customer, 'pm_card_visa') });
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'active',
    pending_update: { expires_at: expect.any(Number) },
  });
});

test('a new phase of its schedule overtakes a change that waits', async () => {
  const { customer, id, item } = await subscribed();
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
  const begun = schedule.phases[0]?.start_date as number;
  const turn = sandbox.now() + 10 * HOUR;
  await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [
      { items: [{ price: small.id }], start_date: begun, end_date: turn },
      { items: [{ price: small.id, quantity: 2 }], duration: { interval: 'month' } },
    ],
  });
  await cardBecomes(customer, 'pm_card_chargeCustomerFail');
  const updated = await stripe.subscriptions.update(id, { items: [{ id: item.id, price: large.id }], ...pay });
  expect(updated.pending_update).not.toBeNull();
  await advanceTo(turn);
  const turned = await stripe.subscriptions.retrieve(id);
  expect(turned.pending_update).toBeNull();
  expect(itemOf(turned)).toMatchObject({ price: { id: small.id }, quantity: 2 });
  expect((await stripe.invoices.retrieve(invoiceOf(updated).id)).status).toBe('void');
  expect(sandbox.events('customer.subscription.pending_update_expired').at(-1)?.data.object).toMatchObject({ id });
});
