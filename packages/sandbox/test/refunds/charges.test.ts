import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function authorize(capture_method: 'automatic' | 'manual' = 'manual'): Promise<string> {
  const { latest_charge } = await stripe.paymentIntents.create({
    amount: 2000,
    capture_method,
    confirm: true,
    currency: 'usd',
    payment_method: 'pm_card_visa',
  });
  return latest_charge as string;
}

test('what describes a charge can be changed', async () => {
  const charge = await authorize('automatic');
  const customer = await stripe.customers.create({ email: 'alice@example.com' });
  const updated = await stripe.charges.update(charge, {
    customer: customer.id,
    description: 'Team, November',
    fraud_details: { user_report: 'safe' },
    metadata: { order: '7' },
    receipt_email: 'alice@example.com',
    shipping: { name: 'Alice Example', address: { line1: 'Torstraße 1', country: 'DE' } },
    transfer_group: 'group_7',
  });
  expect(updated).toMatchObject({
    customer: customer.id,
    description: 'Team, November',
    fraud_details: { user_report: 'safe' },
    metadata: { order: '7' },
    receipt_email: 'alice@example.com',
    shipping: { name: 'Alice Example', address: { line1: 'Torstraße 1', country: 'DE', city: null } },
  });
  expect((await stripe.charges.list({ transfer_group: 'group_7' })).data.map(({ id }) => id)).toEqual([charge]);
  expect(sandbox.events('charge.updated').at(-1)?.data.previous_attributes).toMatchObject({ description: null });
  const other = await stripe.customers.create({});
  await expect(stripe.charges.update(charge, { customer: other.id })).rejects.toMatchObject({ param: 'customer' });
});

test('an authorized charge is captured, in part, once', async () => {
  const charge = await authorize();
  expect(await stripe.charges.capture(charge, { amount: 1500 })).toMatchObject({
    amount_captured: 1500,
    captured: true,
  });
  const [intent] = sandbox.events('payment_intent.succeeded').slice(-1);
  expect(intent?.data.object).toMatchObject({ latest_charge: charge, amount_received: 1500 });
  expect(sandbox.events('charge.captured').at(-1)?.data.object).toMatchObject({ id: charge });
  await expect(stripe.charges.capture(charge)).rejects.toMatchObject({ code: 'charge_already_captured' });
  expect((await stripe.refunds.create({ charge })).amount).toBe(1500);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ refunded: true });
});

test('more than was authorized cannot be captured', async () => {
  const charge = await authorize();
  await expect(stripe.charges.capture(charge, { amount: 2001 })).rejects.toMatchObject({ param: 'amount' });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ captured: false });
});
