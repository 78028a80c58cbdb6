import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const APRIL = Date.UTC(2026, 3, 1) / 1000;
const MAY = APRIL + 30 * DAY;
let sandbox: TestSandbox;
let stripe: Stripe;
let clock: Stripe.TestHelpers.TestClock;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
  clock = await stripe.testHelpers.testClocks.create({ frozen_time: APRIL });
});
afterAll(() => sandbox.close());

async function trialOf(days: number, more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const card = 'pm_card_visa';
  const customer = await stripe.customers.create({
    test_clock: clock.id,
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    trial_period_days: days,
    trial_settings: { end_behavior: { billing_cycle_anchor: 'unchanged' } },
    ...more,
  });
}
async function advanceTo(frozen_time: number) {
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
  await expect.poll(async () => (await stripe.testHelpers.testClocks.retrieve(clock.id)).status).toBe('ready');
}

test('a trial that leaves the anchor: its end bills the rest of the running month, then whole months', async () => {
  const trial = await trialOf(10);
  expect(trial).toMatchObject({ status: 'trialing', billing_cycle_anchor: APRIL, trial_end: APRIL + 10 * DAY });
  await advanceTo(APRIL + 10 * DAY + 3600);
  const active = await stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
  expect(active).toMatchObject({ status: 'active', billing_cycle_anchor: APRIL });
  expect(active.items.data[0]).toMatchObject({ current_period_start: APRIL + 10 * DAY, current_period_end: MAY });
  expect(invoiceOf(active)).toMatchObject({ status: 'paid', total: 2000 });
  await advanceTo(MAY + 3600);
  const renewed = await stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
  expect(invoiceOf(renewed)).toMatchObject({ status: 'paid', total: 3000 });
});

test('a trial that leaves the anchor and is ended now bills the rest of the running month', async () => {
  const trial = await trialOf(20);
  await advanceTo(APRIL + 5 * DAY);
  const active = await stripe.subscriptions.update(trial.id, { trial_end: 'now', expand: ['latest_invoice'] });
  expect(active).toMatchObject({ status: 'active', billing_cycle_anchor: APRIL });
  expect(invoiceOf(active)).toMatchObject({ status: 'paid', total: 2500 });
});

test('otherwise the end of the trial is the anchor', async () => {
  const trial = await trialOf(10, { trial_settings: { end_behavior: { missing_payment_method: 'cancel' } } });
  expect(trial.billing_cycle_anchor).toBe(APRIL + 10 * DAY);
  await advanceTo(APRIL + 10 * DAY + 3600);
  const active = await stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
  expect(invoiceOf(active)).toMatchObject({ status: 'paid', total: 3000 });
});

test('who is sent invoices is asked for no card during a trial', async () => {
  const customer = await stripe.customers.create({ email: 'alice@example.com', test_clock: clock.id });
  const sent = { customer: customer.id, collection_method: 'send_invoice', days_until_due: 14 } as const;
  expect((await trialOf(10, sent)).pending_setup_intent).toBeNull();
  expect((await trialOf(10, { customer: customer.id })).pending_setup_intent).toMatch(/^seti_/);
});
