import type Stripe from 'stripe';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
const APRIL = Date.UTC(2026, 3, 1) / 1000;
let sandbox: TestSandbox;
let stripe: Stripe;
beforeEach(async () => {
  await sandbox?.close();
  sandbox = await startTestSandbox({ now: APRIL });
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function started() {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 3000);
  return stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
}
const invoicesOf = async ({ id }: Stripe.Subscription) => (await stripe.invoices.list({ subscription: id })).data;

test.each([
  ['keep_as_draft', 'draft'],
  ['mark_uncollectible', 'uncollectible'],
  ['void', 'void'],
] as const)(
  'collection paused with %s: renewals come and are %s, the subscription stays active',
  async (behavior, status) => {
    const subscription = await started();
    const paused = await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior } });
    expect(paused).toMatchObject({ status: 'active', pause_collection: { behavior, resumes_at: null } });
    await sandbox.advance(31 * DAY);
    expect((await invoicesOf(subscription)).map((invoice) => invoice.status)).toEqual([status, 'paid']);
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
    expect(sandbox.events('customer.subscription.paused')).toEqual([]);
    await stripe.subscriptions.update(subscription.id, { pause_collection: '' });
    await sandbox.advance(31 * DAY);
    expect((await invoicesOf(subscription)).map((invoice) => invoice.status)).toEqual(['paid', status, 'paid']);
  },
);

test('a change that would be billed now is withheld too', async () => {
  const subscription = await started();
  await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void' } });
  const [item] = subscription.items.data;
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item?.id as string, quantity: 2 }],
    proration_behavior: 'always_invoice',
    expand: ['latest_invoice'],
  });
  expect(invoiceOf(changed).status).toBe('void');
  expect(changed).toMatchObject({ status: 'active', items: { data: [{ quantity: 2 }] } });
});

test('collection begins again at resumes_at, which must be in the future', async () => {
  const subscription = await started();
  const resumes_at = APRIL + 10 * DAY;
  await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void', resumes_at } });
  await sandbox.advance(10 * DAY);
  const resumed = await stripe.subscriptions.retrieve(subscription.id);
  expect(resumed.pause_collection).toBeNull();
  const [, event] = sandbox.events('customer.subscription.updated');
  expect(event?.data.previous_attributes).toMatchObject({ pause_collection: { behavior: 'void', resumes_at } });
  await sandbox.advance(21 * DAY);
  expect((await invoicesOf(subscription)).map(({ status }) => status)).toEqual(['paid', 'paid']);
  await expect(
    stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void', resumes_at: APRIL } }),
  ).rejects.toMatchObject({ param: 'pause_collection[resumes_at]' });
});
