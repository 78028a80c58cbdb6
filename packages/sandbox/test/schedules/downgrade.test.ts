import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

test('a downgrade at the end of the period bills the new price at the renewal, in one invoice without prorations', async () => {
  const customer = await customerWithCard(stripe);
  const large = await monthlyPrice(stripe, 5000);
  const small = await monthlyPrice(stripe, 1000);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: large.id }],
    metadata: { org: 'org_acme' },
  });
  const [item] = subscription.items.data;
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
  expect(schedule).toMatchObject({
    status: 'active',
    subscription: subscription.id,
    end_behavior: 'release',
    current_phase: { start_date: item?.current_period_start, end_date: item?.current_period_end },
  });
  const [phase] = schedule.phases as [Stripe.SubscriptionSchedule.Phase];
  const updated = await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [
      {
        items: [{ price: large.id, quantity: 1 }],
        start_date: phase.start_date,
        end_date: phase.end_date,
      },
      { items: [{ price: small.id, quantity: 1 }], metadata: { plan: 'small' } },
    ],
  });
  expect(updated.phases.map(({ start_date }) => start_date)).toEqual([phase.start_date, phase.end_date]);
  const unchanged = await stripe.subscriptions.retrieve(subscription.id);
  expect(unchanged).toMatchObject({
    schedule: schedule.id,
    cancel_at: null,
    latest_invoice: subscription.latest_invoice,
  });

  await sandbox.advance(phase.end_date - sandbox.now() + 60);
  // The week's notice, then the phase and the renewal as one change.
  const happened = sandbox.events().filter(({ created }) => created > phase.end_date - 8 * 86_400);
  expect(happened.map(({ type }) => type)).toEqual([
    'invoice.upcoming',
    'subscription_schedule.updated',
    'invoice.created',
    'customer.subscription.updated',
  ]);
  const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(renewed.items.data.map(({ price, quantity }) => [price.id, quantity])).toEqual([[small.id, 1]]);
  expect(renewed.metadata).toEqual({ org: 'org_acme', plan: 'small' });
  expect(invoiceOf(renewed)).toMatchObject({
    billing_reason: 'subscription_cycle',
    status: 'draft',
    total: 1000,
    period_start: phase.start_date,
    period_end: phase.end_date,
  });
  expect(invoiceOf(renewed).lines.data.map(({ amount, period }) => [amount, period.start])).toEqual([
    [1000, phase.end_date],
  ]);
  await sandbox.advance(3600);
  const invoices = await stripe.invoices.list({ subscription: subscription.id });
  expect(invoices.data.map(({ status, amount_paid }) => [status, amount_paid])).toEqual([
    ['paid', 1000],
    ['paid', 5000],
  ]);
  expect((await stripe.invoiceItems.list({ customer: customer.id })).data).toEqual([]);

  await sandbox.advance((updated.phases[1]?.end_date ?? 0) - sandbox.now() + 1);
  expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
    status: 'released',
    subscription: null,
    released_subscription: subscription.id,
    released_at: updated.phases[1]?.end_date,
    current_phase: null,
  });
  expect((await stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull();
});
