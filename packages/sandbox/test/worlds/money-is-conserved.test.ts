import fc from 'fast-check';
import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { startTestSandbox } from '../support/sandbox.js';
import { steps, World } from './world.js';

const START = Date.UTC(2028, 1, 29, 12) / 1000;

// Sums within one invoice, and that nothing is paid twice, are checked of every event (conformance/billing-history.ts).
test('whatever happens, invoices, payments, charges, refunds and balances add up', async () => {
  await fc.assert(
    fc.asyncProperty(steps({ advances: true }), async (all) => {
      const box = await startTestSandbox();
      try {
        const world = await World.begin(box, START);
        await world.takeAll(all);
        await world.advance(24 * 3600);
        for (const customer of world.customers) await addsUp(box.stripe, customer);
      } finally {
        await box.close();
      }
    }),
    { numRuns: 60 },
  );
}, 180_000);

/** All amounts in minor units. */
async function addsUp(stripe: Stripe, customer: string): Promise<void> {
  const invoices = await stripe.invoices.list({ customer, limit: 100 }).autoPagingToArray({ limit: 1000 });
  const charges = await stripe.charges.list({ customer, limit: 100 }).autoPagingToArray({ limit: 1000 });
  const succeeded = charges.filter(({ status }) => status === 'succeeded');
  for (const invoice of invoices) {
    const { data: payments } = await stripe.invoicePayments.list({ invoice: invoice.id, limit: 100 });
    const paid = payments.filter(({ status }) => status === 'paid');
    expect(
      sum(paid, ({ amount_paid }) => amount_paid ?? 0),
      `payments of ${invoice.id}`,
    ).toBe(invoice.amount_paid);
    if (invoice.status === 'draft') continue;
    expect(
      invoice.total + invoice.starting_balance,
      `total, balance and amount due of ${invoice.id} (${invoice.status})`,
    ).toBe(invoice.amount_due + invoice.pre_payment_credit_notes_amount + (invoice.ending_balance ?? Number.NaN));
  }
  expect(
    sum(succeeded, ({ amount }) => amount),
    'what the cards were charged is what was paid for invoices',
  ).toBe(sum(invoices, ({ amount_paid }) => amount_paid));

  const found = await stripe.customers.retrieve(customer);
  const moves = await stripe.customers.listBalanceTransactions(customer, { limit: 100 });
  expect(
    sum(moves.data, ({ amount }) => amount),
    'the balance is the sum of its transactions',
  ).toBe(found.deleted ? Number.NaN : found.balance);

  const billed = invoices.flatMap(({ lines }) => lines.data.flatMap(({ parent }) => itemOf(parent) ?? []));
  expect(new Set(billed).size, 'no invoice item is billed twice').toBe(billed.length);
}

function itemOf(parent: Stripe.InvoiceLineItem['parent']): string | null | undefined {
  return parent?.subscription_item_details?.invoice_item ?? parent?.invoice_item_details?.invoice_item;
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
