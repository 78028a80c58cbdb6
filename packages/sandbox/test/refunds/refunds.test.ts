import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function pay(payment_method = 'pm_card_visa', amount = 2000): Promise<{ intent: string; charge: string }> {
  const intent = await stripe.paymentIntents.create({ amount, currency: 'usd', confirm: true, payment_method });
  return { intent: intent.id, charge: intent.latest_charge as string };
}
const eventsOf = (id: string) =>
  sandbox
    .events()
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type);

test('a charge is refunded as a whole, and everybody is told', async () => {
  const { intent, charge } = await pay();
  const refund = await stripe.refunds.create({ charge, reason: 'requested_by_customer', metadata: { ticket: '7' } });
  expect(refund).toMatchObject({
    amount: 2000,
    charge,
    currency: 'usd',
    metadata: { ticket: '7' },
    payment_intent: intent,
    reason: 'requested_by_customer',
    status: 'succeeded',
  });
  expect(refund.id).toMatch(/^re_/);
  expect(await stripe.charges.retrieve(charge, { expand: ['refunds'] })).toMatchObject({
    amount: 2000,
    amount_refunded: 2000,
    refunded: true,
    refunds: { data: [{ id: refund.id }] },
  });
  expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({ status: 'succeeded', amount_received: 2000 });
  expect(eventsOf(refund.id)).toEqual(['refund.created']);
  expect(sandbox.events('charge.refunded').at(-1)?.data.object).toMatchObject({
    id: charge,
    amount_refunded: 2000,
    refunded: true,
  });
});

test('a charge is refunded in parts, by its payment intent, until nothing is left', async () => {
  const { intent, charge } = await pay();
  await stripe.refunds.create({ payment_intent: intent, amount: 500 });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 500, refunded: false });
  const rest = await stripe.refunds.create({ payment_intent: intent });
  expect(rest.amount).toBe(1500);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2000, refunded: true });
  expect((await stripe.refunds.list({ payment_intent: intent })).data.map(({ amount }) => amount)).toEqual([1500, 500]);
  expect((await stripe.refunds.list({ charge, limit: 1 })).data).toHaveLength(1);
});

describe('a refund is refused', () => {
  test('of more than is left, with both amounts in the message', async () => {
    const { charge } = await pay();
    await stripe.refunds.create({ charge, amount: 1500 });
    await expect(stripe.refunds.create({ charge, amount: 501 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount ($5.01) is greater than unrefunded amount on charge ($5.00)',
    });
  });

  test('of a charge that has been refunded already', async () => {
    const { charge } = await pay();
    await stripe.refunds.create({ charge });
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({
      code: 'charge_already_refunded',
      message: `Charge ${charge} has already been refunded.`,
    });
  });

  test('of a payment that never succeeded, and without a payment', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd' });
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({
      message: `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
    });
    await expect(stripe.refunds.create({})).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.refunds.create({ charge: 'ch_unknown' })).rejects.toMatchObject({
      code: 'resource_missing',
      param: 'charge',
      statusCode: 400,
    });
    const { charge } = await pay();
    await expect(stripe.refunds.create({ charge, payment_intent: intent.id })).rejects.toMatchObject({
      param: 'payment_intent',
    });
  });

  test('of money that was only authorized', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 2000,
      capture_method: 'manual',
      confirm: true,
      currency: 'usd',
      payment_method: 'pm_card_visa',
    });
    await expect(stripe.refunds.create({ charge: intent.latest_charge as string })).rejects.toMatchObject({
      code: 'charge_not_refundable',
    });
  });

  test('of a charge that the cardholder took back', async () => {
    const { charge } = await pay('pm_card_createDispute');
    await expect.poll(async () => (await stripe.charges.retrieve(charge)).disputed).toBe(true);
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({
      code: 'charge_disputed',
      message: `Charge ${charge} has been charged back; cannot issue a refund.`,
    });
  });
});

test('many refunds at once give the money back once', async () => {
  const { charge } = await pay();
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => stripe.refunds.create({ charge })));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const parts = await pay();
  const halves = await Promise.allSettled(
    Array.from({ length: 8 }, () => stripe.refunds.create({ charge: parts.charge, amount: 900 })),
  );
  expect(halves.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await stripe.charges.retrieve(parts.charge)).toMatchObject({ amount_refunded: 1800 });
});

test('the same idempotency key refunds once', async () => {
  const { charge } = await pay();
  const keyed = () => stripe.refunds.create({ charge, amount: 500 }, { idempotencyKey: `refund ${charge}` });
  const [first, second] = [await keyed(), await keyed()];
  expect(second.id).toBe(first.id);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 500 });
});

test('a refund that the bank still works on is pending, then succeeds', async () => {
  const { charge } = await pay('pm_card_pendingRefund');
  const refund = await stripe.refunds.create({ charge });
  expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 2000, refunded: true });
  await sandbox.advance(10);
  const after = await stripe.refunds.retrieve(refund.id);
  expect(after.status).toBe('succeeded');
  expect(after.pending_reason).toBeUndefined();
  expect(eventsOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated']);
  expect(sandbox.events('refund.updated').at(-1)?.data.previous_attributes).toEqual({
    pending_reason: 'processing',
    status: 'pending',
  });
});

test('a refund that fails later leaves the money with the merchant, to be refunded anew', async () => {
  const { charge } = await pay('pm_card_refundFail');
  const refund = await stripe.refunds.create({ charge });
  expect(refund.status).toBe('succeeded');
  await sandbox.advance(10);
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
  });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
  expect(eventsOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated', 'refund.failed']);
  expect((await stripe.refunds.create({ charge })).amount).toBe(2000);
});

test('only the metadata of a refund changes, and a card refund cannot be canceled', async () => {
  const { charge } = await pay();
  const refund = await stripe.refunds.create({ charge, metadata: { a: '1', b: '2' } });
  const updated = await stripe.refunds.update(refund.id, { metadata: { a: '', c: '3' } });
  expect(updated.metadata).toEqual({ b: '2', c: '3' });
  expect(eventsOf(refund.id)).toEqual(['refund.created', 'refund.updated']);
  await expect(stripe.refunds.cancel(refund.id)).rejects.toMatchObject({ statusCode: 400 });
  await expect(stripe.refunds.retrieve('re_unknown')).rejects.toMatchObject({ statusCode: 404, param: 'id' });
});

test('a refund for fraud marks its charge', async () => {
  const { charge } = await pay();
  await stripe.refunds.create({ charge, reason: 'fraudulent' });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ fraud_details: { user_report: 'fraudulent' } });
});
