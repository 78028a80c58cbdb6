import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const HOUR = 3600;

async function draft(amount = 1000, more: Partial<Stripe.InvoiceCreateParams> = {}, card?: string) {
  const customer = card ? await customerWithCard(stripe, card) : await stripe.customers.create();
  const { id } = await stripe.invoices.create({ customer: customer.id, ...more });
  await stripe.invoices.addLines(id, { lines: [{ amount, description: 'Work' }] });
  return { id, customer };
}

/** How each status is reached. */
const reach: Record<string, (id: string) => Promise<unknown>> = {
  draft: async () => {},
  open: (id) => stripe.invoices.finalizeInvoice(id),
  paid: (id) => stripe.invoices.pay(id, { paid_out_of_band: true }),
  void: async (id) => {
    await stripe.invoices.finalizeInvoice(id);
    await stripe.invoices.voidInvoice(id);
  },
  uncollectible: async (id) => {
    await stripe.invoices.finalizeInvoice(id);
    await stripe.invoices.markUncollectible(id);
  },
};
const actions: Record<string, (id: string) => Promise<Stripe.Invoice | Stripe.DeletedInvoice>> = {
  finalize: (id) => stripe.invoices.finalizeInvoice(id),
  pay: (id) => stripe.invoices.pay(id, { paid_out_of_band: true }),
  send: (id) => stripe.invoices.sendInvoice(id),
  void: (id) => stripe.invoices.voidInvoice(id),
  mark_uncollectible: (id) => stripe.invoices.markUncollectible(id),
  delete: (id) => stripe.invoices.del(id),
};
const FINAL = "This invoice is already finalized, you can't re-finalize a non-draft invoice.";
const NOT_OPEN = "You can only pass in open invoices. This invoice isn't open.";
const NOT_SENT = /^This invoice cannot be sent right now/;
const NOT_DRAFT = 'You can only delete draft invoices.';

describe('each action in each status', () => {
  // The status that it leads to, or the refusal.
  const table: [string, Record<string, string | RegExp>][] = [
    ['draft', { finalize: 'open', pay: 'paid', send: 'open', void: NOT_OPEN, mark_uncollectible: NOT_OPEN }],
    [
      'open',
      {
        finalize: FINAL,
        pay: 'paid',
        send: 'open',
        void: 'void',
        mark_uncollectible: 'uncollectible',
        delete: NOT_DRAFT,
      },
    ],
    [
      'paid',
      {
        finalize: FINAL,
        pay: 'Invoice is already paid',
        send: NOT_SENT,
        void: 'Invoices with `paid` payments cannot be voided.',
        mark_uncollectible: NOT_OPEN,
        delete: NOT_DRAFT,
      },
    ],
    [
      'void',
      {
        finalize: FINAL,
        pay: /void/,
        send: NOT_SENT,
        void: NOT_OPEN,
        mark_uncollectible: NOT_OPEN,
        delete: NOT_DRAFT,
      },
    ],
    [
      'uncollectible',
      {
        finalize: FINAL,
        pay: 'paid',
        send: NOT_SENT,
        void: 'void',
        mark_uncollectible: 'This invoice has already been marked uncollectible.',
        delete: NOT_DRAFT,
      },
    ],
  ];
  const rows = table.flatMap(([status, outcomes]) =>
    Object.entries(outcomes).map(([action, outcome]) => [status, action, outcome] as const),
  );
  test.each(rows)('%s: %s', async (status, action, outcome) => {
    const { id } = await draft(1000, { collection_method: 'send_invoice', days_until_due: 7 });
    await reach[status]?.(id);
    const result = actions[action]?.(id);
    if (typeof outcome === 'string' && outcome in reach) {
      expect(await result).toMatchObject({ status: outcome });
      return;
    }
    await expect(result).rejects.toMatchObject({ statusCode: 400 });
    await expect(result).rejects.toThrow(outcome);
    expect((await stripe.invoices.retrieve(id)).status).toBe(status);
  });
});

describe('what is finalized', () => {
  test('changes its metadata only; while it is open also how it is collected', async () => {
    const { id } = await draft();
    await stripe.invoices.finalizeInvoice(id);
    await expect(stripe.invoices.update(id, { description: 'Later' })).rejects.toMatchObject({
      message: "Finalized invoices can't be updated in this way",
      param: 'description',
    });
    expect(await stripe.invoices.update(id, { metadata: { a: '1' } })).toMatchObject({ metadata: { a: '1' } });
    const advancing = await stripe.invoices.update(id, { auto_advance: true });
    expect(advancing.next_payment_attempt).toBeGreaterThan(sandbox.now());
    expect(await stripe.invoices.update(id, { auto_advance: false })).toMatchObject({ next_payment_attempt: null });
    await stripe.invoices.pay(id, { paid_out_of_band: true });
    await expect(stripe.invoices.update(id, { auto_advance: true })).rejects.toMatchObject({ param: 'auto_advance' });
    expect((await stripe.invoices.update(id, { metadata: { b: '2' } })).metadata).toEqual({ a: '1', b: '2' });
  });

  test('has fixed lines', async () => {
    const { id } = await draft();
    const open = await stripe.invoices.finalizeInvoice(id);
    const line = open.lines.data[0]?.id as string;
    const refused = { code: 'invoice_not_editable', message: 'Invalid invoice: This invoice is no longer editable' };
    await expect(stripe.invoices.addLines(id, { lines: [{ amount: 1 }] })).rejects.toMatchObject(refused);
    await expect(stripe.invoices.updateLines(id, { lines: [{ id: line, amount: 1 }] })).rejects.toMatchObject(refused);
    await expect(stripe.invoices.updateLineItem(id, line, { amount: 1 })).rejects.toMatchObject(refused);
    await expect(stripe.invoices.removeLines(id, { lines: [{ id: line, behavior: 'delete' }] })).rejects.toMatchObject(
      refused,
    );
  });

  test('only a sent invoice is sent by hand', async () => {
    const { id } = await draft();
    await expect(stripe.invoices.sendInvoice(id)).rejects.toThrow(
      "You can only manually send an invoice if its collection method is 'send_invoice'.",
    );
    expect((await stripe.invoices.retrieve(id)).status).toBe('draft');
  });
});

describe('finalizing', () => {
  test('attempts nothing at once; what advances by itself is charged within the hour', async () => {
    const { id } = await draft(1000, { auto_advance: true }, 'pm_card_visa');
    const open = await stripe.invoices.finalizeInvoice(id);
    expect(open).toMatchObject({
      status: 'open',
      attempted: false,
      attempt_count: 0,
      automatically_finalizes_at: null,
    });
    expect(open.next_payment_attempt).toBe((open.status_transitions.finalized_at ?? 0) + HOUR);
    await sandbox.advance(HOUR);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid', attempt_count: 1 });
  });

  test('with auto_advance off leaves it open for good', async () => {
    const { id } = await draft(1000, { auto_advance: true }, 'pm_card_visa');
    await stripe.invoices.finalizeInvoice(id, { auto_advance: false });
    await sandbox.advance(10 * HOUR);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempted: false });
  });
});

describe('paying', () => {
  test('a draft finalizes it; by other means nothing is attempted', async () => {
    const card = await draft(1000, {}, 'pm_card_visa');
    expect(await stripe.invoices.pay(card.id, { forgive: true })).toMatchObject({
      status: 'paid',
      attempted: true,
      attempt_count: 1,
      amount_paid: 1000,
    });
    const cash = await draft();
    expect(await stripe.invoices.pay(cash.id, { paid_out_of_band: true })).toMatchObject({
      status: 'paid',
      attempted: false,
      attempt_count: 0,
      amount_paid_off_stripe: 1000,
    });
  });

  test('with another card succeeds after the default one was declined', async () => {
    const { id, customer } = await draft(1000, {}, 'pm_card_chargeCustomerFail');
    await expect(stripe.invoices.pay(id)).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
    const good = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    const paid = await stripe.invoices.pay(id, { payment_method: good.id, expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', attempt_count: 1 });
    expect(paid.payments?.data).toHaveLength(1);
    const charges = await stripe.charges.list({ customer: customer.id });
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed']);
  });
});

describe('a payment intent of its own', () => {
  const intent = (customer: string, amount: number, confirm = true) =>
    stripe.paymentIntents.create({
      amount,
      currency: 'usd',
      customer,
      payment_method: 'pm_card_visa',
      ...(confirm && { confirm: true, off_session: true }),
    });

  test('attached in parts pays an invoice, the last part through the hosted page or the API', async () => {
    const { id, customer } = await draft(1000, {}, 'pm_card_visa');
    await expect(
      stripe.invoices.attachPayment(id, { payment_intent: (await intent(customer.id, 400)).id }),
    ).rejects.toThrow(/open invoices/);
    await stripe.invoices.finalizeInvoice(id);
    const first = await intent(customer.id, 400);
    const partly = await stripe.invoices.attachPayment(id, { payment_intent: first.id, expand: ['payments'] });
    expect(partly).toMatchObject({ status: 'open', amount_paid: 400, amount_remaining: 600, amount_due: 1000 });
    expect(partly.payments?.data).toMatchObject([
      { is_default: false, status: 'paid', amount_paid: 400 },
      { is_default: true, status: 'open', amount_requested: 600 },
    ]);
    await expect(stripe.invoices.attachPayment(id, { payment_intent: first.id })).rejects.toThrow(/already attached/);
    await expect(stripe.invoices.voidInvoice(id)).rejects.toThrow('Invoices with `paid` payments cannot be voided.');
    expect(await stripe.invoices.pay(id)).toMatchObject({ status: 'paid', amount_paid: 1000, amount_remaining: 0 });
    const charges = await stripe.charges.list({ customer: customer.id });
    expect(charges.data.map(({ amount }) => amount)).toEqual([600, 400, 400]);
  });

  test('attached before it is confirmed pays when it succeeds; the rest of it is credit', async () => {
    const { id, customer } = await draft(1000);
    await stripe.invoices.finalizeInvoice(id);
    const waiting = await intent(customer.id, 1500, false);
    expect(await stripe.invoices.attachPayment(id, { payment_intent: waiting.id })).toMatchObject({
      status: 'open',
      amount_remaining: 1000,
    });
    await stripe.paymentIntents.confirm(waiting.id);
    const paid = await stripe.invoices.retrieve(id, { expand: ['payments'] });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000, amount_overpaid: 500 });
    expect(paid.payments?.data.map(({ status }) => status)).toEqual(['paid', 'canceled']);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -500 });
    expect(sandbox.events('invoice.overpaid').at(-1)?.data.object).toMatchObject({ id, amount_overpaid: 500 });
  });

  test('of another customer or currency is refused', async () => {
    const { id, customer } = await draft(1000);
    await stripe.invoices.finalizeInvoice(id);
    const other = await stripe.customers.create();
    for (const params of [
      { customer: other.id, currency: 'usd' },
      { customer: customer.id, currency: 'eur' },
    ]) {
      const made = await stripe.paymentIntents.create({ amount: 900, ...params });
      await expect(stripe.invoices.attachPayment(id, { payment_intent: made.id })).rejects.toMatchObject({
        statusCode: 400,
        param: 'payment_intent',
      });
    }
  });
});
