import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
let prices: Stripe.Price[];
let coupon: Stripe.Coupon;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  prices = [
    await monthlyPrice(stripe, 999),
    await monthlyPrice(stripe, 4900),
    await monthlyPrice(stripe, 49_001, { recurring: { interval: 'year' } }),
  ];
  coupon = await stripe.coupons.create({ duration: 'repeating', duration_in_months: 2, percent_off: 17 });
});
afterAll(() => sandbox.close());

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
/** https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses */
const NEXT: Record<string, string[]> = {
  trialing: ['active', 'past_due', 'canceled', 'paused'],
  active: ['past_due', 'canceled', 'unpaid'],
  past_due: ['active', 'canceled', 'unpaid'],
  unpaid: ['active', 'canceled'],
  incomplete: ['active', 'incomplete_expired'],
  canceled: [],
  incomplete_expired: [],
};

type Step =
  | { do: 'wait'; hours: number }
  | { do: 'card'; works: boolean }
  | {
      do: 'change';
      price: number;
      quantity: number;
      proration: 'always_invoice' | 'create_prorations' | 'none';
      behavior: 'allow_incomplete' | 'pending_if_incomplete' | 'error_if_incomplete';
      restart: boolean;
    }
  | { do: 'leave' | 'keep' | 'discount' | 'pay' | 'void' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ do: fc.constant('card' as const), works: fc.boolean() }),
  fc.record({
    do: fc.constant('change' as const),
    price: fc.nat(2),
    quantity: fc.integer({ min: 1, max: 9 }),
    proration: fc.constantFrom('always_invoice', 'create_prorations', 'none'),
    behavior: fc.constantFrom('allow_incomplete', 'pending_if_incomplete', 'error_if_incomplete'),
    restart: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('leave', 'keep', 'discount', 'pay', 'void') }),
);

async function take(step: Step, customer: string, id: string): Promise<void> {
  const subscription = await stripe.subscriptions.retrieve(id);
  switch (step.do) {
    case 'wait':
      return sandbox.advance(step.hours * 3600);
    case 'card': {
      const card = step.works ? 'pm_card_visa' : 'pm_card_chargeCustomerFail';
      const method = await stripe.paymentMethods.attach(card, { customer });
      await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
      return;
    }
    case 'change':
      await stripe.subscriptions.update(id, {
        items: [{ id: subscription.items.data[0]?.id, price: prices[step.price]?.id, quantity: step.quantity }],
        proration_behavior: step.proration,
        payment_behavior: step.behavior,
        ...(step.restart && { billing_cycle_anchor: { type: 'now' } }),
      } as Stripe.SubscriptionUpdateParams);
      return;
    case 'leave':
    case 'keep':
      await stripe.subscriptions.update(id, { cancel_at_period_end: step.do === 'leave' });
      return;
    case 'discount':
      await stripe.subscriptions.update(id, { discounts: [{ coupon: coupon.id }] });
      return;
    default: {
      const [open] = (await stripe.invoices.list({ subscription: id, status: 'open' })).data;
      if (!open?.id) return;
      if (step.do === 'pay') await stripe.invoices.pay(open.id);
      else await stripe.invoices.voidInvoice(open.id);
    }
  }
}

async function checkMoney(customer: string, id: string): Promise<void> {
  const invoices = await stripe.invoices
    .list({ customer, limit: 100, expand: ['data.payments'] })
    .autoPagingToArray({ limit: 500 });
  const charges = await stripe.charges.list({ customer }).autoPagingToArray({ limit: 500 });
  for (const invoice of invoices) {
    const { subtotal, total, starting_balance, ending_balance, amount_due, amount_paid, amount_remaining } = invoice;
    expect(sum(invoice.lines.data.map(({ amount }) => amount))).toBe(subtotal);
    const off = sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount));
    expect(sum(invoice.lines.data.flatMap((line) => line.discount_amounts ?? []).map(({ amount }) => amount))).toBe(
      off,
    );
    expect(total).toBe(subtotal - off);
    expect(amount_due).toBeGreaterThanOrEqual(0);
    if (invoice.status === 'draft') continue;
    expect(total + starting_balance).toBe(amount_due + (ending_balance ?? Number.NaN));
    if (invoice.status === 'paid')
      expect({ amount_paid, amount_remaining }).toEqual({ amount_paid: amount_due, amount_remaining: 0 });
    if (invoice.status === 'open')
      expect({ amount_paid, amount_remaining }).toEqual({ amount_paid: 0, amount_remaining: amount_due });
    const intents = (invoice.payments?.data ?? []).map(({ payment }) => payment.payment_intent);
    const taken = charges.filter(({ paid, payment_intent }) => paid && intents.includes(payment_intent as string));
    expect(sum(taken.map(({ amount }) => amount))).toBe(amount_paid);
    expect(taken.length).toBeLessThanOrEqual(1);
  }
  const counted = invoices.filter(({ status }) => status !== 'draft' && status !== 'void');
  const { balance } = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
  const moves = await stripe.customers.listBalanceTransactions(customer).autoPagingToArray({ limit: 500 });
  expect(sum(moves.map(({ amount }) => amount))).toBe(balance);
  const owed = sum(counted.filter(({ status }) => status !== 'paid').map(({ amount_remaining }) => amount_remaining));
  const received = sum(charges.filter(({ paid }) => paid).map(({ amount }) => amount));
  expect(sum(counted.map(({ total }) => total))).toBe(received + owed + balance);
  checkStatuses(id);
}

function checkStatuses(id: string): void {
  const states = sandbox
    .events()
    .filter(({ type }) => /^customer\.subscription\.(created|updated|deleted)$/.test(type))
    .map(({ data }) => data.object as Stripe.Subscription)
    .filter((subscription) => subscription.id === id)
    .map(({ status }) => status);
  states.forEach((status, at) => {
    const before = states[at - 1];
    if (before !== undefined && before !== status) expect(NEXT[before]).toContain(status);
  });
}

test('money is conserved and statuses follow their order, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 14 }), fc.boolean(), async (walk, trial) => {
      const customer = await customerWithCard(stripe);
      const { id } = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: prices[0]?.id as string, quantity: 2 }],
        ...(trial && { trial_period_days: 7 }),
      });
      for (const step of walk) {
        // Refusals are Stripe's business (a canceled subscription, a declined card); anything else is ours.
        await take(step, customer.id, id).catch((error: Stripe.errors.StripeError) => {
          if (error.statusCode !== 400 && error.statusCode !== 402 && error.statusCode !== 404) throw error;
        });
      }
      await checkMoney(customer.id, id);
    }),
    { numRuns: 40 },
  );
}, 180_000);
