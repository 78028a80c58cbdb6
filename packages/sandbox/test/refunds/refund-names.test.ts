import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

const paid = (key?: string) =>
  box.stripe.paymentIntents.create(
    { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true, return_url: 'http://localhost/' },
    key ? { idempotencyKey: key } : {},
  );

test('a refund that names a charge and the payment of another is refused', async () => {
  const [one, other] = [await paid(), await paid()];
  await expect(
    box.stripe.refunds.create({ charge: one.latest_charge as string, payment_intent: other.id }),
  ).rejects.toMatchObject({ statusCode: 400, param: 'payment_intent' });
  expect((await box.stripe.refunds.list()).data).toEqual([]);
});

test('an idempotency key of one endpoint is refused at another, naming both', async () => {
  const { id } = await paid('once');
  await expect(box.stripe.refunds.create({ payment_intent: id }, { idempotencyKey: 'once' })).rejects.toMatchObject({
    type: 'StripeIdempotencyError',
    message: expect.stringContaining("('/v1/refunds' vs '/v1/payment_intents')"),
  });
});
