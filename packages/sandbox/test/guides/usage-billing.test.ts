import { afterAll, beforeAll, expect, test } from 'vitest';
import { Shop } from './shop.js';

// https://docs.stripe.com/billing/subscriptions/usage-based/implementation-guide
const START = Date.UTC(2027, 6, 1) / 1000;
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(START);
});
afterAll(() => shop.close());

test('what is used in a month is counted once each, summed up, and billed at its end', async () => {
  const customer = await shop.customer('pm_card_visa');
  const { billing, subscriptions } = shop.stripe;
  await subscriptions.create({
    customer,
    items: [{ price: 'price_scale_monthly' }, { price: 'price_scale_usage_monthly' }],
  });
  await shop.hears('invoice.paid', { customer, amount_paid: 9900 });
  await shop.timePasses({ days: 9 });
  const calls = (value: string, identifier: string, day: number) =>
    billing.meterEvents.create({
      event_name: 'api_calls',
      identifier,
      timestamp: START + day * 86_400,
      payload: { stripe_customer_id: customer, value },
    });
  await calls('90000', 'batch_1', 3);
  await calls('35000', 'batch_2', 8);
  await expect(calls('35000', 'batch_2', 8)).rejects.toThrow(/batch_2/);

  const { data: meters } = await billing.meters.list();
  const { data: summaries } = await billing.meters.listEventSummaries(meters[0]?.id as string, {
    customer,
    start_time: START,
    end_time: START + 10 * 86_400,
  });
  expect(summaries[0]?.aggregated_value).toBe(125_000);

  await shop.timePasses({ days: 22, hours: 2 });
  // 100,000 calls are included; each one beyond is 0.04 cents.
  await shop.hears('invoice.paid', { customer, billing_reason: 'subscription_cycle', amount_paid: 9900 + 1000 });
});
