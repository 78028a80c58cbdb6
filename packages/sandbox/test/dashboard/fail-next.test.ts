import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { subscriber } from './dashboard-sandbox.js';

let sandbox: TestSandbox;
const control = () => controlOf(sandbox.url);

beforeEach(async () => {
  sandbox = await startTestSandbox({ seed: true });
});
afterEach(() => sandbox.close());

const MONTH = 32 * 24 * 3600;

test('a renewal that is made to fail declines like a declining card, and its retries go on', async () => {
  const { customer, subscription } = await subscriber(sandbox.stripe);
  const answer = await control().post('payments/fail_next', { customer: customer.id, code: 'expired_card', times: 2 });
  expect(answer.body).toMatchObject({ fail_next: [{ customer: customer.id, code: 'expired_card', times: 2 }] });
  await sandbox.advance(MONTH);
  const [charge] = (await sandbox.stripe.charges.list({ customer: customer.id, limit: 1 })).data;
  expect(charge).toMatchObject({ status: 'failed', failure_code: 'expired_card' });
  expect(await sandbox.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'past_due' });
  expect((await control().get('payments/fail_next')).body).toMatchObject({ fail_next: [{ times: 1 }] });
  await sandbox.advance(4 * 24 * 3600);
  expect(sandbox.events('charge.failed')).toHaveLength(2);
  expect((await control().get('payments/fail_next')).body).toEqual({ fail_next: [] });
  await sandbox.advance(6 * 24 * 3600);
  expect(await sandbox.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
});

test('an off-session payment answers 402 with the decline code, one with the person there goes through', async () => {
  const { customer } = await subscriber(sandbox.stripe);
  const [method] = (await sandbox.stripe.customers.listPaymentMethods(customer.id)).data;
  await control().post('payments/fail_next', { code: 'insufficient_funds' });
  const pay = (off_session: boolean) =>
    sandbox.stripe.paymentIntents.create({
      amount: 1200,
      currency: 'usd',
      customer: customer.id,
      payment_method: method?.id as string,
      confirm: true,
      off_session,
      return_url: 'http://127.0.0.1/',
    });
  expect(await pay(false)).toMatchObject({ status: 'succeeded' });
  await expect(pay(true)).rejects.toMatchObject({
    statusCode: 402,
    code: 'card_declined',
    decline_code: 'insufficient_funds',
  });
  expect(await pay(true)).toMatchObject({ status: 'succeeded' });
});

test('only the customer it names is hit, and its own failure comes before the general one', async () => {
  const alice = await subscriber(sandbox.stripe);
  const bob = await subscriber(sandbox.stripe, { email: 'bob@example.com' });
  await control().post('payments/fail_next', { customer: alice.customer.id, code: 'lost_card' });
  await sandbox.advance(MONTH);
  const failed = sandbox.events('charge.failed').map(({ data }) => data.object);
  expect(failed).toMatchObject([{ customer: alice.customer.id, outcome: { reason: 'lost_card' } }]);
  expect(await sandbox.stripe.subscriptions.retrieve(bob.subscription.id)).toMatchObject({ status: 'active' });
});

test('it survives a restart, is taken back by id or all at once, and forgotten by a reset', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const first = await startTestSandbox({ dataDir });
  await controlOf(first.url).post('payments/fail_next', { code: 'do_not_honor', times: 5 });
  await first.close();
  const second = await startTestSandbox({ dataDir });
  const again = controlOf(second.url);
  const kept = (await again.get('payments/fail_next')).body.fail_next as { id: string }[];
  expect(kept).toMatchObject([{ code: 'do_not_honor', times: 5, customer: null }]);
  await again.post('payments/fail_next');
  await again.delete(`payments/fail_next/${kept[0]?.id}`);
  expect((await again.get('payments/fail_next')).body.fail_next).toMatchObject([{ code: 'generic_decline', times: 1 }]);
  expect(await again.delete(`payments/fail_next/${kept[0]?.id}`)).toMatchObject({ status: 400 });
  expect((await again.delete('payments/fail_next')).body).toEqual({ fail_next: [] });
  await again.post('payments/fail_next');
  await again.post('reset');
  expect((await again.get('payments/fail_next')).body).toEqual({ fail_next: [] });
  await second.close();
  rmSync(dataDir, { recursive: true });
});

test.each([[{ code: 'no_such_code' }], [{ customer: 'cus_none' }], [{ times: 0 }], [{ time: 1 }]])(
  '%j is refused',
  async (body) => {
    expect(await control().post('payments/fail_next', body)).toMatchObject({ status: 400 });
    expect((await control().get('payments/fail_next')).body).toEqual({ fail_next: [] });
  },
);
