import fc from 'fast-check';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function subscribed(amount = 1000) {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, amount);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  return { customer, price, subscription };
}
const amounts = ({ lines }: Stripe.Invoice) => lines.data.map(({ amount }) => amount);

describe('a preview takes for granted', () => {
  test('invoice items that are added or changed', async () => {
    const { customer, subscription } = await subscribed();
    const waiting = await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'usd' });
    const product = await stripe.products.create({ name: 'Setup' });
    const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 70 });
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      invoice_items: [
        { invoiceitem: waiting.id, amount: 600, description: 'More' },
        { price: price.id, quantity: 2, discounts: [{ coupon: coupon.id }] },
        { amount: -100, currency: 'usd' },
        { unit_amount: 5, quantity_decimal: Stripe.Decimal.from('2.5') },
      ],
    });
    // 5 × 2.5 = 12.5
    expect(amounts(preview)).toEqual([13, -100, 140, 600, 1000]);
    expect(preview).toMatchObject({ subtotal: 1653, total: 1583 });
    expect(await stripe.invoiceItems.retrieve(waiting.id)).toMatchObject({ amount: 500, description: null });
    expect((await stripe.invoiceItems.list({ customer: customer.id })).data).toHaveLength(1);
    await expect(
      stripe.invoices.createPreview({ subscription: subscription.id, invoice_items: [{ invoiceitem: 'ii_none' }] }),
    ).rejects.toMatchObject({ param: 'invoice_items[0][invoiceitem]' });
  });

  test('the customer as described, also one that does not exist', async () => {
    const { customer, price } = await subscribed();
    const details = {
      address: { country: 'DE', city: 'Berlin' },
      shipping: { name: 'Alice', address: { country: 'DE' } },
      tax_exempt: 'reverse' as const,
      tax_ids: [{ type: 'eu_vat' as const, value: 'DE123456789' }],
    };
    const shown = {
      customer_address: { country: 'DE', city: 'Berlin', line1: null },
      customer_shipping: { name: 'Alice' },
      customer_tax_exempt: 'reverse',
      customer_tax_ids: [{ type: 'eu_vat', value: 'DE123456789' }],
    };
    const known = await stripe.invoices.createPreview({ customer: customer.id, customer_details: details });
    expect(known).toMatchObject({ ...shown, customer: customer.id, total: 1000 });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ address: null, tax_exempt: 'none' });
    const before = sandbox.events().length;
    const nobody = await stripe.invoices.createPreview({
      customer_details: details,
      subscription_details: { items: [{ price: price.id, quantity: 3 }], metadata: { org: 'org_acme' } },
    });
    expect(nobody).toMatchObject({ ...shown, customer: null, total: 3000 });
    expect(nobody.lines.data[0]?.metadata).toEqual({ org: 'org_acme' });
    expect(sandbox.events()).toHaveLength(before);
  });

  test('metadata of the subscription', async () => {
    const { subscription } = await subscribed();
    const preview = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { metadata: { org: 'org_acme' } },
    });
    expect(preview.parent?.subscription_details?.metadata).toEqual({ org: 'org_acme' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).metadata).toEqual({});
  });
});

describe('of a customer alone', () => {
  test('it is the next invoice of the subscriptions, or of what waits', async () => {
    const customer = await customerWithCard(stripe);
    await expect(stripe.invoices.createPreview({ customer: customer.id })).rejects.toMatchObject({
      statusCode: 404,
      code: 'invoice_upcoming_none',
    });
    await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'usd' });
    const items = await stripe.invoices.createPreview({ customer: customer.id });
    expect(items).toMatchObject({ id: expect.stringMatching(/^upcoming_in/), total: 500, parent: null });
    const yearly = await monthlyPrice(stripe, 9000, { recurring: { interval: 'year' } });
    const monthly = await monthlyPrice(stripe, 1000);
    for (const price of [yearly, monthly]) {
      await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    }
    expect((await stripe.invoices.createPreview({ customer: customer.id })).total).toBe(1000);
  });
});

interface Step {
  prices: (number | null)[];
  quantity: number;
  proration: 'always_invoice' | 'create_prorations' | 'none';
  restart: boolean;
  coupon: boolean;
  days: number;
}
const steps: fc.Arbitrary<Step> = fc.record({
  // What the two items become: a price, or nothing.
  prices: fc.tuple(fc.nat(2), fc.option(fc.integer({ min: 3, max: 4 }))).map((both) => [...both]),
  quantity: fc.nat(6),
  proration: fc.constantFrom('always_invoice', 'create_prorations', 'none'),
  restart: fc.boolean(),
  coupon: fc.boolean(),
  days: fc.nat(40),
});

/** What a preview must foretell; ids and the invoice's own state are another matter. */
const foretold = (invoice: Stripe.Invoice) => ({
  subtotal: invoice.subtotal,
  total: invoice.total,
  amount_due: invoice.amount_due,
  starting_balance: invoice.starting_balance,
  currency: invoice.currency,
  customer: invoice.customer,
  period: [invoice.period_start, invoice.period_end],
  discounts: (invoice.total_discount_amounts ?? []).map(({ amount }) => amount),
  parent: invoice.parent?.subscription_details?.subscription,
  lines: invoice.lines.data.map((line) => ({
    amount: line.amount,
    description: line.description,
    discountable: line.discountable,
    off: (line.discount_amounts ?? []).map(({ amount }) => amount),
    period: line.period,
    price: line.pricing?.price_details?.price,
    proration: line.parent?.subscription_item_details?.proration,
    quantity: line.quantity,
  })),
});

test('a preview is the invoice that follows, whatever changes', async () => {
  const tiers = [
    { up_to: 2, unit_amount: 700 },
    { up_to: 'inf' as const, unit_amount: 333, flat_amount: 50 },
  ];
  const prices = [
    await monthlyPrice(stripe, 999),
    await monthlyPrice(stripe, 49_001, { recurring: { interval: 'year' } }),
    await stripe.prices.create({
      currency: 'usd',
      recurring: { interval: 'month' },
      product_data: { name: 'Tiers' },
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers,
    }),
    await monthlyPrice(stripe, 500, { name: 'Extra' }),
    await monthlyPrice(stripe, 1234, { name: 'More' }),
  ].map(({ id }) => id);
  const coupon = await stripe.coupons.create({ duration: 'repeating', duration_in_months: 2, percent_off: 17 });
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 4 }), async (walk) => {
      // A test clock stands still between the preview and the change, however slow the machine is.
      let now = sandbox.now();
      const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now });
      const advanceTo = async (frozen_time: number) => {
        if (frozen_time <= now) return;
        now = frozen_time;
        await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
        while ((await stripe.testHelpers.testClocks.retrieve(clock.id)).status !== 'ready');
      };
      const customer = await stripe.customers.create({
        payment_method: 'pm_card_visa',
        invoice_settings: { default_payment_method: 'pm_card_visa' },
        test_clock: clock.id,
      });
      const { id } = await stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: prices[0] as string, quantity: 2 }],
      });
      for (const step of walk) {
        const { items, latest_invoice } = await stripe.subscriptions.retrieve(id);
        const [first, second] = [items.data[0], items.data[1]];
        const [one, two] = step.prices;
        const change = {
          items: [
            { id: first?.id as string, price: prices[one ?? 0] as string, quantity: step.quantity },
            ...(two == null ? [] : [{ ...(second && { id: second.id }), price: prices[two] as string }]),
            ...(two == null && second ? [{ id: second.id, deleted: true }] : []),
          ],
          proration_behavior: step.proration,
          proration_date: now,
          ...(step.restart && { billing_cycle_anchor: { type: 'now' as const } }),
        };
        const discounts = step.coupon && { discounts: [{ coupon: coupon.id }] };
        const before = sandbox.events().length;
        const preview = await stripe.invoices.createPreview({
          subscription: id,
          subscription_details: change,
          ...discounts,
        });
        expect(sandbox.events()).toHaveLength(before);
        const updated = await stripe.subscriptions.update(id, { ...change, ...discounts });
        if (updated.latest_invoice === latest_invoice) {
          // Nothing is billed yet: it was the renewal that was shown.
          await advanceTo(Math.min(...updated.items.data.map((item) => item.current_period_end)));
        }
        const renewed = await stripe.subscriptions.retrieve(id);
        const invoice = await stripe.invoices.retrieve(renewed.latest_invoice as string);
        expect(foretold(preview)).toEqual(foretold(invoice));
        await advanceTo(now + step.days * 86_400);
      }
    }),
    { numRuns: 15 },
  );
}, 180_000);
