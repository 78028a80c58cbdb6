import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthlyPrice } from '../support/billing-fixtures.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
let control: ReturnType<typeof controlOf>;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  control = controlOf(sandbox.url);
});
afterAll(() => sandbox.close());

const DAY = 86_400;
async function billed() {
  const customer = await stripe.customers.create({ email: 'alice@example.com' });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: (await monthlyPrice(stripe, 2900)).id }],
    collection_method: 'send_invoice',
    days_until_due: 10,
  });
  const statusOf = async () => (await stripe.subscriptions.retrieve(subscription.id)).status;
  await sandbox.advance(10 * DAY + 2 * 3600);
  expect(await statusOf()).toBe('past_due');
  return { statusOf, invoice: subscription.latest_invoice as string };
}

test('an invoice that stays overdue leaves its subscription past due, unless the settings say how long', async () => {
  const { statusOf } = await billed();
  await sandbox.advance(40 * DAY);
  expect(await statusOf()).toBe('past_due');
});

test.each([
  ['cancel', 'canceled'],
  ['unpaid', 'unpaid'],
  ['past_due', 'past_due'],
])('the final action, %s, comes when the invoice is overdue for that long', async (finalAction, status) => {
  const set = await control.post('dunning', { overdueDays: 30, finalAction });
  expect(set.body).toMatchObject({ overdueDays: 30, finalAction });
  const { statusOf } = await billed();
  await sandbox.advance(29 * DAY);
  expect(await statusOf()).toBe('past_due');
  await sandbox.advance(DAY);
  expect(await statusOf()).toBe(status);
});

test('a paid invoice gives nothing up, and the setting can be taken back', async () => {
  await control.post('dunning', { overdueDays: 30, finalAction: 'cancel' });
  const paid = await billed();
  await stripe.invoices.pay(paid.invoice, { paid_out_of_band: true });
  expect(await paid.statusOf()).toBe('active');
  expect((await control.post('dunning', { overdueDays: null })).body).not.toHaveProperty('overdueDays');
  const left = await billed();
  await sandbox.advance(31 * DAY);
  expect(await left.statusOf()).toBe('past_due');
  expect((await control.post('dunning', { overdueDays: -1 })).status).toBe(400);
});
