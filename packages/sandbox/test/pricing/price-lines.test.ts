import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { money } from '../../src/billing/wording.js';
import { customerWithCard, invoiceOf } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const decimal = (text: string) => Stripe.Decimal.from(text);
type Charging = Omit<Stripe.PriceCreateParams, 'currency' | 'product'> & { currency?: string };

const monthly = { interval: 'month' } as const;
async function priceOf({ currency = 'usd', ...charging }: Charging): Promise<Stripe.Price> {
  return stripe.prices.create({ currency, recurring: monthly, product_data: { name: 'Seat' }, ...charging });
}
const GRADUATED: Charging = {
  billing_scheme: 'tiered',
  tiers_mode: 'graduated',
  tiers: [
    { up_to: 5, unit_amount: 500, flat_amount: 1000 },
    { up_to: 10, unit_amount: 400 },
    { up_to: 'inf', unit_amount_decimal: decimal('0.4'), flat_amount: 300 },
  ],
};
const VOLUME: Charging = { ...GRADUATED, tiers_mode: 'volume' };

/** What a first invoice of the quantity says: each line's amount, quantity and unit amount. */
async function firstLines(charging: Charging, quantity: number, currency?: string) {
  const price = await priceOf(charging);
  const customer = await customerWithCard(stripe);
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity }],
    ...(currency && { currency }),
    expand: ['latest_invoice'],
  });
  const { lines, subtotal } = invoiceOf(subscription);
  const shown = lines.data.map((line) => [
    line.amount,
    line.quantity,
    String(line.pricing?.unit_amount_decimal),
    line.description,
  ]);
  expect(lines.data.reduce((sum, { amount }) => sum + amount, 0)).toBe(subtotal);
  return shown;
}

describe('the lines of a price', () => {
  const rows: [name: string, charging: Charging, quantity: number, lines: unknown[][]][] = [
    ['one unit amount: 3 × 700', { unit_amount: 700 }, 3, [[2100, 3, '700', '3 × Seat (at $7.00 / month)']]],
    [
      'part of a cent: 1255 × 0.4 = 502.0',
      { unit_amount_decimal: decimal('0.4') },
      1255,
      [[502, 1255, '0.4', '1255 × Seat (at $0.004 / month)']],
    ],
    [
      'part of a cent, rounded once, half up: 3 × 0.5 = 1.5',
      { unit_amount_decimal: decimal('0.5') },
      3,
      [[2, 3, '0.5', '3 × Seat (at $0.005 / month)']],
    ],
    [
      'twelve places: 7 × 0.000000000001 is nothing',
      { unit_amount_decimal: decimal('0.000000000001') },
      7,
      [[0, 7, '0.000000000001', '7 × Seat (at $0.00000000000001 / month)']],
    ],
    [
      'packages of ten, a begun one counts: 11 → 2 × 900',
      { unit_amount: 900, transform_quantity: { divide_by: 10, round: 'up' } },
      11,
      [[1800, 11, '900', '11 × Seat (at $9.00 per 10 / month)']],
    ],
    [
      'packages of ten, a begun one does not count: 19 → 1 × 900',
      { unit_amount: 900, transform_quantity: { divide_by: 10, round: 'down' } },
      19,
      [[900, 19, '900', '19 × Seat (at $9.00 per 10 / month)']],
    ],
    [
      'packages, exactly two: 20 → 2 × 900',
      { unit_amount: 900, transform_quantity: { divide_by: 10, round: 'up' } },
      20,
      [[1800, 20, '900', '20 × Seat (at $9.00 per 10 / month)']],
    ],
    [
      'graduated, the first tier only: 3 × 500, and its flat 1000',
      GRADUATED,
      3,
      [
        [1500, 3, '500', '3 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
      ],
    ],
    [
      'graduated, at the limit of a tier: 5 × 500 + 1000',
      GRADUATED,
      5,
      [
        [2500, 5, '500', '5 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
      ],
    ],
    [
      'graduated, one beyond it: 5 × 500 + 1000, 1 × 400',
      GRADUATED,
      6,
      [
        [2500, 5, '500', '5 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
        [400, 1, '400', '1 × Seat (Tier 2 at $4.00 / month)'],
      ],
    ],
    [
      'graduated, all tiers: 13 − 10 = 3 × 0.4 = 1.2 → 1, flat 300',
      GRADUATED,
      13,
      [
        [2500, 5, '500', '5 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
        [2000, 5, '400', '5 × Seat (Tier 2 at $4.00 / month)'],
        [1, 3, '0.4', '3 × Seat (Tier 3 at $0.004 / month)'],
        [300, 1, '300', 'Seat (Tier 3 flat fee at $3.00 / month)'],
      ],
    ],
    [
      'graduated, nothing: the first flat amount is due all the same',
      GRADUATED,
      0,
      [
        [0, 0, '500', '0 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
      ],
    ],
    [
      'volume: all 6 units at the second tier, 6 × 400',
      VOLUME,
      6,
      [[2400, 6, '400', '6 × Seat (Tier 2 at $4.00 / month)']],
    ],
    [
      'volume at the limit: 5 × 500 + 1000',
      VOLUME,
      5,
      [
        [2500, 5, '500', '5 × Seat (Tier 1 at $5.00 / month)'],
        [1000, 1, '1000', 'Seat (Tier 1 flat fee at $10.00 / month)'],
      ],
    ],
    [
      'volume, the last tier: 1000 × 0.4 = 400, flat 300',
      VOLUME,
      1000,
      [
        [400, 1000, '0.4', '1000 × Seat (Tier 3 at $0.004 / month)'],
        [300, 1, '300', 'Seat (Tier 3 flat fee at $3.00 / month)'],
      ],
    ],
    [
      'a tier that is only a flat amount has one line',
      { billing_scheme: 'tiered', tiers_mode: 'volume', tiers: [{ up_to: 'inf', flat_amount: 4900 }] },
      42,
      [[4900, 1, '4900', 'Seat (Tier 1 flat fee at $49.00 / month)']],
    ],
    [
      'yen have no smaller unit: 3 × 1200',
      { currency: 'jpy', unit_amount: 1200 },
      3,
      [[3600, 3, '1200', '3 × Seat (at ¥1,200 / month)']],
    ],
    [
      'dinars have three places: 2 × 1.250',
      { currency: 'kwd', unit_amount: 1250 },
      2,
      [[2500, 2, '1250', '2 × Seat (at KWD 1.250 / month)']],
    ],
    [
      'amounts in króna count hundredths, though nobody pays any: 2 × 500.00',
      { currency: 'isk', unit_amount: 50_000 },
      2,
      [[100_000, 2, '50000', '2 × Seat (at ISK 500 / month)']],
    ],
  ];
  test.each(rows)('%s', async (_, charging, quantity, lines) => {
    const shown = await firstLines(charging, quantity);
    expect(
      shown.map((line) => line.map((part) => (typeof part === 'string' ? part.replace(/\u00a0/g, ' ') : part))),
    ).toEqual(lines);
  });

  test('in another of its currencies are charged by its own tiers', async () => {
    const charging: Charging = {
      ...GRADUATED,
      currency_options: {
        eur: {
          tiers: [
            { up_to: 2, unit_amount: 450 },
            { up_to: 'inf', unit_amount: 350 },
          ],
        },
      },
    };
    expect(await firstLines(charging, 3, 'eur')).toEqual([
      [900, 2, '450', '2 × Seat (Tier 1 at €4.50 / month)'],
      [350, 1, '350', '1 × Seat (Tier 2 at €3.50 / month)'],
    ]);
  });
});

describe('a metered price', () => {
  test('has a line for each tier that its meter reached, after the period', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    });
    const price = await priceOf({
      ...GRADUATED,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    const customer = await customerWithCard(stripe);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    for (const value of ['4', '4']) {
      await stripe.billing.meterEvents.create({
        event_name: 'calls',
        payload: { stripe_customer_id: customer.id, value },
      });
    }
    const end = subscription.items.data[0]?.current_period_end as number;
    await sandbox.advance(end - sandbox.now() + 3601);
    const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    const invoice = latest_invoice as Stripe.Invoice;
    // 5 × 500 + 1000, 3 × 400
    expect(invoice.lines.data.map(({ amount, quantity }) => [amount, quantity])).toEqual([
      [2500, 5],
      [1000, 1],
      [1200, 3],
    ]);
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 4700 });
    for (const line of invoice.lines.data) {
      expect(line.pricing?.price_details?.price).toBe(price.id);
      expect(line.parent?.subscription_item_details?.subscription_item).toBe(subscription.items.data[0]?.id);
      expect(line.period).toEqual({ start: subscription.items.data[0]?.current_period_start, end });
    }
  });
});

test('a change of a tiered item credits what all its tiers charged', async () => {
  const price = await priceOf(GRADUATED);
  const customer = await customerWithCard(stripe);
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity: 6 }],
    discounts: [{ coupon: coupon.id }],
  });
  const [item] = subscription.items.data;
  const { lines } = await stripe.invoices.createPreview({
    subscription: subscription.id,
    subscription_details: {
      items: [{ id: item?.id as string, quantity: 5 }],
      proration_behavior: 'always_invoice',
      proration_date: item?.current_period_start as number,
    },
  });
  // The whole period: 2500 + 1000 + 400 = 3900, half of it paid; then 5 × 500 + 1000 without a coupon.
  expect(lines.data.map(({ amount }) => amount).sort((a, b) => a - b)).toEqual([-1950, 3500]);
});

test.each([
  [1234, 'usd', '$12.34'],
  [0.05, 'usd', '$0.0005'],
  [1234, 'jpy', '¥1,234'],
  [1234, 'kwd', 'KWD 1.234'],
  [123_400, 'isk', 'ISK 1,234'],
  [123_400, 'ugx', 'UGX 1,234'],
  [1234, 'huf', 'HUF 12.34'],
  [1234, 'mga', 'MGA 1,234'],
  [-500, 'eur', '-€5.00'],
])('%d in %s is shown as %s', (amount, currency, text) => {
  expect(money(amount, currency).replace(/\u00a0/g, ' ')).toBe(text);
});
