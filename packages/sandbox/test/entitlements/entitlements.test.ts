import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard } from '../support/billing-fixtures.js';
import { controlOf } from '../support/control.js';
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

test('what is past due still entitles, what is unpaid or paused does not, until it is paid or resumed', async () => {
  const control = controlOf(box.url);
  await control.post('dunning', { retryDays: [3], finalAction: 'unpaid' });
  const { id: customer } = await customerWithCard(box.stripe);
  const count = async () => (await box.stripe.entitlements.activeEntitlements.list({ customer })).data.length;
  const { id, items } = await box.stripe.subscriptions.create({
    customer,
    items: [{ price: 'price_starter_monthly' }],
  });
  const cardBecomes = async (card: string) => {
    const method = await box.stripe.paymentMethods.attach(card, { customer });
    await box.stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  };
  await cardBecomes('pm_card_chargeCustomerFail');
  await box.advance((items.data[0]?.current_period_end as number) - box.now() + 7200);
  const state = async () => [(await box.stripe.subscriptions.retrieve(id)).status, await count()];
  expect(await state()).toEqual(['past_due', 2]);
  await box.advance(3 * 86_400);
  expect(await state()).toEqual(['unpaid', 0]);
  await cardBecomes('pm_card_visa');
  const [latest] = (await box.stripe.invoices.list({ subscription: id, status: 'open' })).data;
  await box.stripe.invoices.pay(latest?.id as string);
  expect(await state()).toEqual(['active', 2]);
  await box.stripe.subscriptions.pause(id);
  expect(await state()).toEqual(['paused', 0]);
  await box.stripe.subscriptions.resume(id, { payment_behavior: 'resume_on_payment_success' });
  expect(await state()).toEqual(['active', 2]);
});
