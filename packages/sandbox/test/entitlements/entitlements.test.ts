import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox({ seed: true });
});
afterAll(() => box.close());

test('a customer has the features of its subscriptions, once each, until they end', async () => {
  const { id: customer } = await customerWithCard(box.stripe);
  const keys = async () => {
    const { data } = await box.stripe.entitlements.activeEntitlements.list({ customer });
    return data.map(({ lookup_key }) => lookup_key).sort();
  };
  expect(await keys()).toEqual([]);
  const starter = await box.stripe.subscriptions.create({ customer, items: [{ price: 'price_starter_monthly' }] });
  expect(await keys()).toEqual(['api_calls', 'projects']);
  const team = await box.stripe.subscriptions.create({ customer, items: [{ price: 'price_team_monthly' }] });
  expect(await keys()).toEqual(['api_calls', 'projects', 'team_members']);
  const [first] = (await box.stripe.entitlements.activeEntitlements.list({ customer, expand: ['data.feature'] })).data;
  expect(first?.feature).toMatchObject({ object: 'entitlements.feature', lookup_key: first?.lookup_key });
  await box.stripe.subscriptions.cancel(team.id);
  await box.stripe.subscriptions.cancel(starter.id);
  expect(await keys()).toEqual([]);
  const summaries = box.events('entitlements.active_entitlement_summary.updated');
  expect(
    summaries.map(
      ({ data }) => (data.object as unknown as Stripe.Entitlements.ActiveEntitlementSummary).entitlements.data.length,
    ),
  ).toEqual([2, 3, 2, 0]);
  expect(summaries[0]?.data.object).toMatchObject({ customer });
  expect(summaries[0]?.data.object).not.toHaveProperty('id');
});

test('an incomplete subscription entitles to nothing', async () => {
  const customer = await box.stripe.customers.create({});
  await box.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: 'price_starter_monthly' }],
    payment_behavior: 'default_incomplete',
  });
  expect((await box.stripe.entitlements.activeEntitlements.list({ customer: customer.id })).data).toEqual([]);
});
