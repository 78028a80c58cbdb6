import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/subscription-schedules/use-cases#downgrading-subscriptions
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(Date.UTC(2027, 2, 1) / 1000);
});
afterAll(() => shop.close());

test('a downgrade waits for the end of what was paid, and costs nothing before it', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { subscriptions, subscriptionSchedules, invoices } = shop.stripe;
  const { id } = await subscriptions.create({ customer, items: [{ price: 'price_scale_monthly' }] });
  await shop.timePasses({ days: 10 });

  const schedule = await subscriptionSchedules.create({ from_subscription: id });
  const [running] = schedule.phases;
  await subscriptionSchedules.update(schedule.id, {
    end_behavior: 'release',
    phases: [
      {
        start_date: running?.start_date as number,
        end_date: running?.end_date as number,
        items: [{ price: 'price_scale_monthly', quantity: 1 }],
      },
      { items: [{ price: 'price_starter_monthly', quantity: 1 }], duration: { interval: 'month', interval_count: 1 } },
    ],
  });
  await shop.hears('subscription_schedule.updated', { id: schedule.id });
  expect((await subscriptions.retrieve(id)).items.data[0]?.price.id).toBe('price_scale_monthly');

  await shop.timePasses({ days: 21, hours: 2 });
  await shop.hears('invoice.paid', { customer, billing_reason: 'subscription_cycle', amount_paid: 900 });
  expect((await subscriptions.retrieve(id)).items.data[0]?.price.id).toBe('price_starter_monthly');
  const { data } = await invoices.list({ customer });
  expect(data.map(({ amount_paid }) => amount_paid)).toEqual([900, 9900]);

  await shop.timePasses({ days: 31 });
  await shop.hears('subscription_schedule.released', { id: schedule.id });
  expect(await subscriptions.retrieve(id)).toMatchObject({ status: 'active', schedule: null });
});

test('a downgrade that was scheduled can be taken back', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { subscriptions, subscriptionSchedules } = shop.stripe;
  const { id } = await subscriptions.create({ customer, items: [{ price: 'price_scale_monthly' }] });
  const schedule = await subscriptionSchedules.create({ from_subscription: id });
  await subscriptionSchedules.release(schedule.id);
  await shop.timePasses({ days: 31, hours: 2 });
  await shop.hears('invoice.paid', { customer, billing_reason: 'subscription_cycle', amount_paid: 9900 });
});
