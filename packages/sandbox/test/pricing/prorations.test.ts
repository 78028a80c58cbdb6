import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

interface Choice {
  amount: number;
  quantity?: number;
  interval?: 'day' | 'week' | 'month' | 'year';
  interval_count?: number;
}
interface Change {
  /** Days (or seconds) into the period at which the change counts. */
  days?: number;
  seconds?: number;
  /** The clock is really moved there; otherwise `proration_date` says so. */
  wait?: true;
  /** What becomes of the first item. */
  to?: Choice;
  add?: Choice;
  /** The first item goes. */
  remove?: true;
  anchor?: 'now';
  trial_end?: 'now';
  /** The invoice's lines, newest first: charge, credit; then whole periods. None: there is no invoice. */
  lines: number[];
}
interface Row {
  name: string;
  /** UTC day on which the subscription starts; in the order of time, which only moves forward. */
  start: string;
  currency?: string;
  coupon?: Omit<Stripe.CouponCreateParams, 'currency'>;
  trial_days?: number;
  from: Choice;
  and?: Choice;
  changes: Change[];
}

/**
 * Computed by hand, never with the code: amount × time left ÷ length of the period, to the second, each line rounded to
 * the nearest minor unit, halves away from zero. https://docs.stripe.com/billing/subscriptions/prorations
 */
const TABLE: Row[] = [
  // 30 of 31 days left: 1999 × 30/31 = 1934.5…; 999 × 30/31 = 966.7…
  {
    name: '31 days: a price up',
    start: '2035-01-01',
    from: { amount: 999 },
    changes: [{ days: 1, to: { amount: 1999 }, lines: [1935, -967] }],
  },
  // 31 Jan to 28 Feb are 28 days, 21 left: 4200 = 5600 × 3/4
  {
    name: 'a first period that a short February cuts off',
    start: '2035-01-31',
    from: { amount: 2800 },
    changes: [{ days: 7, to: { amount: 5600 }, lines: [4200, -2100] }],
  },
  // 21 of 28 left
  {
    name: '28 days: a price up',
    start: '2035-02-01',
    from: { amount: 2800 },
    changes: [{ days: 7, to: { amount: 5600 }, lines: [4200, -2100] }],
  },
  // a year of 366 days, as it holds 29 Feb 2036; 266 left
  {
    name: 'a year across a leap day',
    start: '2035-03-01',
    from: { amount: 36_600, interval: 'year' },
    changes: [{ days: 100, to: { amount: 73_200, interval: 'year' }, lines: [53_200, -26_600] }],
  },
  // 15 of 30
  {
    name: '30 days: a price up in the middle',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [{ days: 15, to: { amount: 6000 }, lines: [3000, -1500] }],
  },
  // at the very start the whole is left
  {
    name: 'at the first second of the period',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [{ days: 0, to: { amount: 6000 }, lines: [6000, -3000] }],
  },
  // 2,591,999 of 2,592,000 s left: 20,000,000 − 7.7…; 10,000,000 − 3.8…
  {
    name: 'one second in',
    start: '2035-04-01',
    from: { amount: 10_000_000 },
    changes: [{ seconds: 1, to: { amount: 20_000_000 }, lines: [19_999_992, -9_999_996] }],
  },
  // 1 of 2,592,000 s left: 20,000,000/2,592,000 = 7.7…; 10,000,000/2,592,000 = 3.8…
  {
    name: 'one second before the end',
    start: '2035-04-01',
    from: { amount: 10_000_000 },
    changes: [{ seconds: 30 * DAY - 1, to: { amount: 20_000_000 }, lines: [8, -4] }],
  },
  // 2003/2 = 1001.5; 1001/2 = 500.5
  {
    name: 'halves go away from zero',
    start: '2035-04-01',
    from: { amount: 1001 },
    changes: [{ days: 15, to: { amount: 2003 }, lines: [1002, -501] }],
  },
  // 20 of 30: 5 × 1000 × 2/3 = 3333.3…; 3 × 1000 × 2/3
  {
    name: 'seats up',
    start: '2035-04-01',
    from: { amount: 1000, quantity: 3 },
    changes: [{ days: 10, to: { amount: 1000, quantity: 5 }, lines: [3333, -2000] }],
  },
  // 2 × 1000 × 2/3 = 1333.3…; 5 × 1000 × 2/3 = 3333.3…; the difference becomes credit
  {
    name: 'seats down',
    start: '2035-04-01',
    from: { amount: 1000, quantity: 5 },
    changes: [{ days: 10, to: { amount: 1000, quantity: 2 }, lines: [1333, -3333] }],
  },
  // the unit is not rounded by itself: 7 × 333 × 20/30 = 1554; 1 × 333 × 20/30 = 222
  {
    name: 'seats are multiplied before anything is rounded',
    start: '2035-04-01',
    from: { amount: 333 },
    changes: [{ days: 10, to: { amount: 333, quantity: 7 }, lines: [1554, -222] }],
  },
  // 0 × 1000; 3000 × 20/30
  {
    name: 'quantity to 0, and from 0 to 2',
    start: '2035-04-01',
    from: { amount: 1000, quantity: 3 },
    changes: [
      { days: 10, to: { amount: 1000, quantity: 0 }, lines: [0, -2000] },
      { days: 15, to: { amount: 1000, quantity: 2 }, lines: [1000, 0] },
    ],
  },
  // 20 of 30: 6000 × 2/3, 3000 × 2/3; then 10 of 30: 9000/3, 6000/3
  {
    name: 'two changes in one period',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [
      { days: 10, to: { amount: 6000 }, lines: [4000, -2000] },
      { days: 20, to: { amount: 9000 }, lines: [3000, -2000] },
    ],
  },
  // 24/30 of 6000 and 3000; 15/30 of 3 × 6000 and 6000; 6/30 of 3000 and 18,000
  {
    name: 'up, more seats, and back again',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [
      { days: 6, to: { amount: 6000 }, lines: [4800, -2400] },
      { days: 15, to: { amount: 6000, quantity: 3 }, lines: [9000, -3000] },
      { days: 24, to: { amount: 3000 }, lines: [600, -3600] },
    ],
  },
  // 15 of 30 days of 600: nothing is credited for what stays
  {
    name: 'an item more',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [{ days: 15, add: { amount: 600 }, lines: [300] }],
  },
  // 15 of 30 days of 3000
  {
    name: 'an item less',
    start: '2035-04-01',
    from: { amount: 3000 },
    and: { amount: 600 },
    changes: [{ days: 15, remove: true, lines: [-1500] }],
  },
  // 20 of 30: 2401 × 2/3 = 1600.6…; 1200 × 2/3
  {
    name: 'a currency without minor units',
    start: '2035-04-01',
    currency: 'jpy',
    from: { amount: 1200 },
    changes: [{ days: 10, to: { amount: 2401 }, lines: [1601, -800] }],
  },
  // 20 of 30: 20.010 × 2/3 = 13.340; 10.005 × 2/3 = 6.670
  {
    name: 'a currency with three decimals',
    start: '2035-04-01',
    currency: 'kwd',
    from: { amount: 10_005 },
    changes: [{ days: 10, to: { amount: 20_010 }, lines: [13_340, -6670] }],
  },
  // 15 of 30: 8000 × 3/4 / 2; 4000 × 3/4 / 2
  {
    name: 'a coupon of 25 percent',
    start: '2035-04-01',
    coupon: { duration: 'forever', percent_off: 25 },
    from: { amount: 4000 },
    changes: [{ days: 15, to: { amount: 8000 }, lines: [3000, -1500] }],
  },
  // 15 of 30: (8000 − 500)/2; (4000 − 500)/2
  {
    name: 'a coupon of a fixed amount',
    start: '2035-04-01',
    coupon: { duration: 'forever', amount_off: 500 },
    from: { amount: 4000 },
    changes: [{ days: 15, to: { amount: 8000 }, lines: [3750, -1750] }],
  },
  // the coupon is spent: 8000/2 in full; only the 2000 that were paid are credited: 2000/2
  {
    name: 'a coupon for one payment',
    start: '2035-04-01',
    coupon: { duration: 'once', percent_off: 50 },
    from: { amount: 4000 },
    changes: [{ days: 15, to: { amount: 8000 }, lines: [4000, -1000] }],
  },
  // the year from 1 Apr 2035 has 366 days, 356 left; 20 of 30 days of 3000
  {
    name: 'a month to a year of 366 days',
    start: '2035-04-01',
    from: { amount: 3000 },
    changes: [{ days: 10, to: { amount: 36_600, interval: 'year' }, lines: [35_600, -2000] }],
  },
  // 1 Apr to 1 Jul are 91 days, 81 left: 9100 × 81/91 = 8100
  {
    name: 'every three months',
    start: '2035-04-01',
    from: { amount: 9100, interval_count: 3 },
    changes: [{ days: 10, to: { amount: 18_200, interval_count: 3 }, lines: [16_200, -8100] }],
  },
  // 5 of 7 days: 1400 × 5/7, 700 × 5/7
  {
    name: 'a week',
    start: '2035-04-02',
    from: { amount: 700, interval: 'week' },
    changes: [{ days: 2, to: { amount: 1400, interval: 'week' }, lines: [1000, -500] }],
  },
  // 21,600 of 86,400 s: 800/4, 400/4
  {
    name: 'a day',
    start: '2035-04-02',
    from: { amount: 400, interval: 'day' },
    changes: [{ seconds: 64_800, to: { amount: 800, interval: 'day' }, lines: [200, -100] }],
  },
  // nothing was paid for the trial, nothing is owed for the rest of it
  {
    name: 'a price up in a trial',
    start: '2035-04-02',
    trial_days: 14,
    from: { amount: 3000 },
    changes: [{ days: 7, to: { amount: 6000 }, lines: [] }],
  },
  // no credit for the trial; a whole period begins now
  {
    name: 'the trial ends now',
    start: '2035-04-02',
    trial_days: 14,
    from: { amount: 3000 },
    changes: [{ days: 7, wait: true, trial_end: 'now', lines: [3000] }],
  },
  // 1 May to 1 Jun are 31 days, 21 left: 3100 × 21/31; then a whole period
  {
    name: 'a new anchor now',
    start: '2035-05-01',
    from: { amount: 3100 },
    changes: [{ days: 10, wait: true, anchor: 'now', lines: [-2100, 3100] }],
  },
  // the same with another plan: 3100 × 15/31 = 1500; the new one is whole
  {
    name: 'another plan with a new anchor now',
    start: '2035-07-01',
    from: { amount: 3100 },
    changes: [{ days: 16, wait: true, anchor: 'now', to: { amount: 6200, quantity: 2 }, lines: [-1500, 12_400] }],
  },
  // 19 of 29: 1450 × 19/29, 2900 × 19/29
  {
    name: 'a leap February: a price down',
    start: '2036-02-01',
    from: { amount: 2900 },
    changes: [{ days: 10, to: { amount: 1450 }, lines: [950, -1900] }],
  },
  // 29 Feb to 29 Mar are 29 days, 28 left: 5800 × 28/29, 2900 × 28/29
  {
    name: 'begun on a leap day',
    start: '2036-02-29',
    from: { amount: 2900 },
    changes: [{ days: 1, to: { amount: 5800 }, lines: [5600, -2800] }],
  },
  // 265 of 365: 73,000 × 265/365, 36,500 × 265/365
  {
    name: 'a year of 365 days',
    start: '2037-01-01',
    from: { amount: 36_500, interval: 'year' },
    changes: [{ days: 100, to: { amount: 73_000, interval: 'year' }, lines: [53_000, -26_500] }],
  },
  // day 100 is 11 Apr: 20 of the 30 days of the month that the anchor counts; 36,500 × 265/365
  {
    name: 'a year to a month',
    start: '2037-01-01',
    from: { amount: 36_500, interval: 'year' },
    changes: [{ days: 100, wait: true, to: { amount: 3000 }, lines: [2000, -26_500] }],
  },
];

const priceOf = ({ amount, interval = 'month', interval_count = 1 }: Choice, currency = 'usd') =>
  monthlyPrice(stripe, amount, { currency, recurring: { interval, interval_count } });

const isSame = (a: Choice, b: Choice) =>
  a.amount === b.amount && a.interval === b.interval && a.interval_count === b.interval_count;

async function start(row: Row) {
  const wait = Date.parse(`${row.start}T00:00:00Z`) / 1000 - sandbox.now();
  if (wait > 0) await sandbox.advance(wait);
  const customer = await customerWithCard(stripe);
  const coupon =
    row.coupon &&
    (await stripe.coupons.create({ ...row.coupon, ...(row.coupon.amount_off && { currency: row.currency ?? 'usd' }) }));
  const price = await priceOf(row.from, row.currency);
  const items = [{ price: price.id, quantity: row.from.quantity ?? 1 }];
  if (row.and) items.push({ price: (await priceOf(row.and, row.currency)).id, quantity: 1 });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items,
    ...(row.trial_days && { trial_period_days: row.trial_days }),
    ...(coupon && { discounts: [{ coupon: coupon.id }] }),
  });
  return { subscription, price: price.id };
}

const shown = ({ total, amount_due, currency, lines }: Stripe.Invoice) => ({
  total,
  amount_due,
  currency,
  lines: lines.data.map(({ amount, description, period, quantity }) => ({ amount, description, period, quantity })),
});
const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

test.each(TABLE)('$name', async (row) => {
  const { subscription, price: first } = await start(row);
  const [item] = subscription.items.data;
  if (!item) throw new Error('no item');
  let price = first;
  let choice = row.from;
  for (const { days = 0, seconds = 0, wait, to, add, remove, anchor, trial_end, lines } of row.changes) {
    const at = item.current_period_start + days * DAY + seconds;
    if (wait) await sandbox.advance(at - sandbox.now());
    if (to && !isSame(to, choice)) price = (await priceOf(to, row.currency)).id;
    if (to) choice = to;
    const change = {
      ...(to && { items: [{ id: item.id, price, quantity: to.quantity ?? 1 }] }),
      ...(add && { items: [{ price: (await priceOf(add, row.currency)).id }] }),
      ...(remove && { items: [{ id: item.id, deleted: true }] }),
      ...(anchor && { billing_cycle_anchor: { type: anchor } }),
      ...(trial_end && { trial_end }),
      ...(!wait && { proration_date: at }),
      proration_behavior: 'always_invoice' as const,
    };
    const before = await stripe.subscriptions.retrieve(subscription.id);
    const preview =
      lines.length > 0 &&
      (await stripe.invoices.createPreview({ subscription: subscription.id, subscription_details: change }));
    const updated = await stripe.subscriptions.update(subscription.id, { ...change, expand: ['latest_invoice'] });
    const invoice = invoiceOf(updated);
    if (!preview) {
      expect(invoice.id).toBe(before.latest_invoice);
      continue;
    }
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual(lines);
    expect(invoice).toMatchObject({ subtotal: sum(lines), total: sum(lines), status: 'paid' });
    // A clock that runs may tick between the two.
    if (wait) expect(preview.total).toBe(invoice.total);
    else expect(shown(preview)).toEqual(shown(invoice));
    for (const line of invoice.lines.data) {
      if (!line.parent?.subscription_item_details?.proration) continue;
      expect(line).toMatchObject({
        discountable: false,
        discount_amounts: [],
        ...(!wait && { period: { start: at } }),
      });
    }
  }
  // The clock goes on without it.
  await stripe.subscriptions.cancel(subscription.id);
});
