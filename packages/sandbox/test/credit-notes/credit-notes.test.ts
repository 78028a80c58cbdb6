import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { type Bill, billed } from './bill.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

const bill = (given: Bill) => billed(stripe, given);
const seats = { lines: [{ name: 'Seats', quantity: 3 }, { name: 'Support' }] };
const eventsOf = (id: string) =>
  sandbox
    .events()
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type);
const chargeOf = async (customer: string) => (await stripe.charges.list({ customer })).data[0] as Stripe.Charge;

describe('on an open invoice, a credit note', () => {
  test('lowers what is owed, and the payment that asks for it', async () => {
    const { id, invoice } = await bill(seats);
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'custom_line_item', description: 'Goodwill', quantity: 2, unit_amount: 250 }],
      memo: 'Sorry for the outage',
      metadata: { ticket: '7' },
      reason: 'product_unsatisfactory',
    });
    expect(note).toMatchObject({
      amount: 500,
      currency: 'usd',
      customer_balance_transaction: null,
      invoice: id,
      memo: 'Sorry for the outage',
      metadata: { ticket: '7' },
      number: `${invoice.number}-CN-01`,
      post_payment_amount: 0,
      pre_payment_amount: 500,
      reason: 'product_unsatisfactory',
      refunds: [],
      status: 'issued',
      subtotal: 500,
      total: 500,
      type: 'pre_payment',
    });
    expect(note.effective_at).toBe(note.created);
    expect(note.lines.data).toMatchObject([
      { amount: 500, description: 'Goodwill', quantity: 2, type: 'custom_line_item', unit_amount: 250 },
    ]);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      amount_due: 3500,
      amount_paid: 0,
      amount_remaining: 3500,
      post_payment_credit_notes_amount: 0,
      pre_payment_credit_notes_amount: 500,
      status: 'open',
      total: 4000,
    });
    expect(eventsOf(note.id)).toEqual(['credit_note.created']);
    const page = await (await fetch(invoice.hosted_invoice_url as string)).text();
    for (const text of ['Credit notes', '−$5.00', '$35.00']) expect(page).toContain(text);
    expect(eventsOf(id).at(-1)).toBe('invoice.updated');
    const paid = await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ amount_paid: 3500, amount_remaining: 0, status: 'paid' });
  });

  test('lowers the amount of a payment that is under way', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const customer = await stripe.customers.create({});
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments'],
    });
    const invoice = invoiceOf(subscription);
    const intent = invoice.payments?.data[0]?.payment.payment_intent as string;
    await stripe.creditNotes.create({ invoice: invoice.id as string, amount: 900 });
    expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({ amount: 2000 });
    await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
    expect(await stripe.invoices.retrieve(invoice.id as string)).toMatchObject({ amount_paid: 2000, status: 'paid' });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
  });

  test('of all that is owed pays it, and what waited for it goes on', async () => {
    const price = await monthlyPrice(stripe, 2900);
    const customer = await stripe.customers.create({});
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments'],
    });
    const invoice = invoiceOf(subscription);
    const line = invoice.lines.data[0]?.id as string;
    await stripe.creditNotes.create({
      invoice: invoice.id as string,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, quantity: 1 }],
    });
    const after = await stripe.invoices.retrieve(invoice.id as string, { expand: ['payments'] });
    expect(after).toMatchObject({ amount_due: 0, amount_paid: 0, amount_remaining: 0, status: 'paid' });
    expect(after.payments?.data).toMatchObject([{ status: 'canceled' }]);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
    expect(eventsOf(invoice.id as string)).toContain('invoice.paid');
    expect((await stripe.charges.list({ customer: customer.id })).data).toEqual([]);
  });

  test('that is more than is owed gives the rest back: mixed', async () => {
    const { id, customer } = await bill({ lines: [{ name: 'Seats', unit: 4000 }] });
    const part = await stripe.paymentIntents.create({
      amount: 1500,
      confirm: true,
      currency: 'usd',
      customer: customer.id,
      payment_method: 'pm_card_visa',
    });
    await stripe.invoices.attachPayment(id, { payment_intent: part.id });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 4000, refund_amount: 1500 });
    expect(note).toMatchObject({ post_payment_amount: 1500, pre_payment_amount: 2500, type: 'mixed' });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      amount_paid: 1500,
      amount_remaining: 0,
      post_payment_credit_notes_amount: 1500,
      pre_payment_credit_notes_amount: 2500,
      status: 'paid',
    });
    expect(await stripe.charges.retrieve(part.latest_charge as string)).toMatchObject({ amount_refunded: 1500 });
  });

  test('can be voided: the money is owed again', async () => {
    const { id, invoice } = await bill(seats);
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1000 });
    const voided = await stripe.creditNotes.voidCreditNote(note.id);
    expect(voided).toMatchObject({ status: 'void', total: 1000 });
    expect(voided.voided_at).toBeGreaterThanOrEqual(note.created);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      amount_due: 4000,
      amount_remaining: 4000,
      pre_payment_credit_notes_amount: 0,
    });
    expect(eventsOf(note.id)).toEqual(['credit_note.created', 'credit_note.voided']);
    await expect(stripe.creditNotes.voidCreditNote(note.id)).rejects.toMatchObject({ statusCode: 400 });
    const next = await stripe.creditNotes.create({ invoice: id, amount: 4000 });
    expect(next.number).toBe(`${invoice.number}-CN-02`);
  });
});

describe('on a paid invoice, a credit note', () => {
  test('refunds', async () => {
    const { id, customer, lines } = await bill({ ...seats, card: 'pm_card_visa' });
    const note = await stripe.creditNotes.create({
      invoice: id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: lines[0]?.id as string, quantity: 2 }],
      refund_amount: 2000,
      expand: ['refunds.refund'],
    });
    expect(note).toMatchObject({ post_payment_amount: 2000, pre_payment_amount: 0, type: 'post_payment' });
    expect(note.lines.data).toMatchObject([
      { amount: 2000, quantity: 2, unit_amount: 1000, invoice_line_item: lines[0]?.id },
    ]);
    const charge = await chargeOf(customer.id);
    expect(charge).toMatchObject({ amount_refunded: 2000, refunded: false });
    expect(note.refunds).toMatchObject([
      { amount_refunded: 2000, refund: { amount: 2000, charge: charge.id, object: 'refund' }, type: 'refund' },
    ]);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({
      amount_paid: 4000,
      post_payment_credit_notes_amount: 2000,
      pre_payment_credit_notes_amount: 0,
      status: 'paid',
    });
  });

  test('credits the customer’s balance, which pays the next invoice', async () => {
    const { id, customer } = await bill({ ...seats, card: 'pm_card_visa' });
    const note = await stripe.creditNotes.create({
      invoice: id,
      amount: 1500,
      credit_amount: 1500,
      expand: ['customer_balance_transaction'],
    });
    expect(note.customer_balance_transaction).toMatchObject({
      amount: -1500,
      credit_note: note.id,
      ending_balance: -1500,
      invoice: id,
      type: 'credit_note',
    });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -1500 });
    const price = await monthlyPrice(stripe, 2000);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      expand: ['latest_invoice'],
    });
    expect(invoiceOf(subscription)).toMatchObject({ amount_due: 500, starting_balance: -1500, total: 2000 });
  });

  test('divides what it gives back, and the parts must be the whole', async () => {
    const { id, customer } = await bill({ ...seats, card: 'pm_card_visa' });
    const parts = { credit_amount: 500, out_of_band_amount: 200, refund_amount: 300 };
    await expect(stripe.creditNotes.create({ invoice: id, amount: 2000, ...parts })).rejects.toMatchObject({
      statusCode: 400,
      message:
        'The sum of credit amount, refund amount and out of band amount ($10.00) must equal the credit note amount ($20.00).',
    });
    await expect(stripe.creditNotes.create({ invoice: id, amount: 1000 })).rejects.toMatchObject({ statusCode: 400 });
    expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 0 });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1000, ...parts });
    expect(note).toMatchObject({ out_of_band_amount: 200, post_payment_amount: 1000 });
    expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 300 });
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -500 });
  });

  test('accounts for refunds that were made before it, once', async () => {
    const { id, customer } = await bill({ ...seats, card: 'pm_card_visa' });
    const charge = await chargeOf(customer.id);
    const refund = await stripe.refunds.create({ charge: charge.id, amount: 1500 });
    // Money was given back already: only the rest can be credited beside it.
    await expect(stripe.creditNotes.create({ invoice: id, amount: 2501, credit_amount: 2501 })).rejects.toMatchObject({
      statusCode: 400,
    });
    const first = await stripe.creditNotes.create({
      invoice: id,
      amount: 1000,
      refunds: [{ refund: refund.id, amount_refunded: 1000 }],
    });
    expect(first.refunds).toMatchObject([{ amount_refunded: 1000, refund: refund.id }]);
    await expect(
      stripe.creditNotes.create({ invoice: id, amount: 501, refunds: [{ refund: refund.id, amount_refunded: 501 }] }),
    ).rejects.toMatchObject({ param: 'refunds[0][refund]' });
    await stripe.creditNotes.create({
      invoice: id,
      amount: 500,
      refunds: [{ refund: refund.id, amount_refunded: 500 }],
    });
    expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 1500 });
    await stripe.creditNotes.create({ invoice: id, amount: 2500, refund_amount: 2500 });
    expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 4000, refunded: true });
    const other = await bill({ ...seats, card: 'pm_card_visa' });
    await expect(
      stripe.creditNotes.create({
        invoice: other.id,
        amount: 100,
        refunds: [{ refund: refund.id, amount_refunded: 100 }],
      }),
    ).rejects.toMatchObject({ param: 'refunds[0][refund]' });
  });

  test('credits no more than the invoice, however many there are, also at once', async () => {
    const { id, customer } = await bill({ ...seats, card: 'pm_card_visa' });
    const tries = await Promise.allSettled(
      Array.from({ length: 6 }, () => stripe.creditNotes.create({ invoice: id, amount: 1500, refund_amount: 1500 })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 3000 });
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ post_payment_credit_notes_amount: 3000 });
  });

  test('cannot be voided: what was given back stays so', async () => {
    const { id } = await bill({ ...seats, card: 'pm_card_visa' });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1000, credit_amount: 1000 });
    await expect(stripe.creditNotes.voidCreditNote(note.id)).rejects.toMatchObject({ statusCode: 400 });
    expect(await stripe.creditNotes.retrieve(note.id)).toMatchObject({ status: 'issued' });
  });

  test('of a disputed payment leaves nothing behind when its refund is refused', async () => {
    const { id, customer } = await bill({ ...seats, card: 'pm_card_createDispute' });
    await expect.poll(async () => (await chargeOf(customer.id)).disputed).toBe(true);
    await expect(
      stripe.creditNotes.create({ invoice: id, amount: 1000, credit_amount: 500, refund_amount: 500 }),
    ).rejects.toMatchObject({ code: 'charge_disputed' });
    expect((await stripe.creditNotes.list({ invoice: id })).data).toEqual([]);
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: 0 });
  });

  test('of money that came from elsewhere cannot refund a card', async () => {
    const { id } = await bill(seats);
    await stripe.invoices.pay(id, { paid_out_of_band: true });
    await expect(stripe.creditNotes.create({ invoice: id, amount: 1000, refund_amount: 1000 })).rejects.toMatchObject({
      param: 'refund_amount',
    });
    const note = await stripe.creditNotes.create({ invoice: id, amount: 1000, out_of_band_amount: 1000 });
    expect(note).toMatchObject({ out_of_band_amount: 1000, refunds: [] });
  });
});

describe('a line of a credit note', () => {
  test('takes the discount of the invoice line with it, to the last cent', async () => {
    const coupon = await stripe.coupons.create({ duration: 'once', percent_off: 33 });
    const { id, lines } = await bill({
      lines: [{ name: 'Seats', quantity: 3, unit: 333 }],
      card: 'pm_card_visa',
      discounts: [{ coupon: coupon.id }],
    });
    const line = lines[0] as Stripe.InvoiceLineItem;
    expect(line).toMatchObject({ amount: 999, discount_amounts: [{ amount: 330 }] });
    // 330 × 100/999 = 33.03; 330 × 500/999 = 165.17, of which 33 were given; then the rest.
    for (const [amount, discount_amount] of [
      [100, 33],
      [400, 132],
      [499, 165],
    ] as const) {
      const credited = [{ type: 'invoice_line_item' as const, invoice_line_item: line.id, amount }];
      const total = amount - discount_amount;
      const note = await stripe.creditNotes.create({ invoice: id, lines: credited, credit_amount: total });
      expect(note).toMatchObject({ discount_amount, subtotal: amount, total });
      expect(note.lines.data).toMatchObject([{ amount, discount_amount, quantity: null }]);
    }
    await expect(
      stripe.creditNotes.create({
        invoice: id,
        lines: [{ type: 'invoice_line_item', invoice_line_item: line.id, amount: 1 }],
      }),
    ).rejects.toMatchObject({ param: 'lines[0]' });
  });

  test('is of a quantity or of an amount, not of both, and not of more than there is', async () => {
    const { id, lines } = await bill({ lines: [{ name: 'Seats', quantity: 3, unit: 1001 }] });
    const line = (more: object) =>
      stripe.creditNotes.create({
        invoice: id,
        lines: [{ type: 'invoice_line_item', invoice_line_item: lines[0]?.id as string, ...more }],
      });
    await expect(line({ quantity: 4 })).rejects.toMatchObject({ param: 'lines[0][quantity]' });
    await expect(line({ quantity: 1, amount: 5 })).rejects.toMatchObject({ param: 'lines[0]' });
    await expect(line({ description: 'Mine', amount: 5 })).rejects.toMatchObject({ param: 'lines[0][description]' });
    await expect(line({})).rejects.toMatchObject({ param: 'lines[0]' });
    expect((await line({ quantity: 1 })).total).toBe(1001);
    await expect(line({ amount: 5 })).rejects.toMatchObject({ param: 'lines[0]' });
    expect((await line({ quantity: 2 })).total).toBe(2002);
    expect(await stripe.invoices.retrieve(id)).toMatchObject({ status: 'paid', amount_paid: 0 });
  });

  test('of one’s own has a price, also with parts of a cent, and may lessen the others', async () => {
    const { id } = await bill(seats);
    const note = await stripe.creditNotes.create({
      invoice: id,
      amount: 375,
      lines: [
        {
          type: 'custom_line_item',
          description: 'Calls',
          quantity: 10,
          unit_amount_decimal: '47.5' as unknown as Stripe.Decimal,
        },
        { type: 'custom_line_item', description: 'Handling', unit_amount: -100 },
      ],
    });
    expect(note.lines.data.map(({ amount }) => amount)).toEqual([475, -100]);
    expect(note.total).toBe(375);
    await expect(
      stripe.creditNotes.create({ invoice: id, amount: 300, lines: [{ type: 'custom_line_item', unit_amount: 200 }] }),
    ).rejects.toMatchObject({ param: 'amount' });
    await expect(stripe.creditNotes.create({ invoice: id })).rejects.toMatchObject({ statusCode: 400 });
  });
});

test('a preview shows the credit note and does nothing', async () => {
  const { id, lines } = await bill({
    lines: Array.from({ length: 12 }, (_, at) => ({ name: `Item ${at}`, unit: 100 })),
  });
  const given = {
    invoice: id,
    lines: lines.map((line) => ({ type: 'invoice_line_item' as const, invoice_line_item: line.id, quantity: 1 })),
  };
  const events = sandbox.events().length;
  const preview = await stripe.creditNotes.preview(given);
  const all = (await stripe.invoices.listLineItems(id, { limit: 100 })).data;
  expect(preview).toMatchObject({ pre_payment_amount: 100 * lines.length, status: 'issued', type: 'pre_payment' });
  expect(all).toHaveLength(12);
  const page = await stripe.creditNotes.listPreviewLineItems({ ...given, limit: 3 });
  expect(page).toMatchObject({ has_more: true });
  expect(page.data.map(({ description }) => description)).toEqual(
    lines.slice(0, 3).map(({ description }) => description),
  );
  expect(sandbox.events()).toHaveLength(events);
  expect((await stripe.creditNotes.list({ invoice: id })).data).toEqual([]);
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ pre_payment_credit_notes_amount: 0 });
});

test('credit notes are listed, described anew, and their lines paged', async () => {
  const { id, customer } = await bill(seats);
  const lines = Array.from({ length: 11 }, (_, at) => ({
    type: 'custom_line_item' as const,
    description: `Part ${at}`,
    unit_amount: 10,
  }));
  const effective_at = sandbox.now() - 86_400;
  const note = await stripe.creditNotes.create({ invoice: id, lines, effective_at, email_type: 'none' });
  expect(note).toMatchObject({ effective_at, total: 110, lines: { has_more: true } });
  expect(note.lines.data).toHaveLength(10);
  expect(await stripe.creditNotes.listLineItems(note.id).autoPagingToArray({ limit: 100 })).toHaveLength(11);
  const second = await stripe.creditNotes.create({ invoice: id, amount: 100 });
  expect((await stripe.creditNotes.list({ customer: customer.id })).data.map((each) => each.id)).toEqual([
    second.id,
    note.id,
  ]);
  expect((await stripe.creditNotes.list({ invoice: id, limit: 1 })).has_more).toBe(true);
  const updated = await stripe.creditNotes.update(note.id, { memo: 'As agreed', metadata: { a: '1' } });
  expect(updated).toMatchObject({ memo: 'As agreed', metadata: { a: '1' } });
  expect(eventsOf(note.id)).toEqual(['credit_note.created', 'credit_note.updated']);
});

test('neither drafts nor void invoices are credited', async () => {
  const { customer, id } = await bill(seats);
  const draft = await stripe.invoices.create({ customer: customer.id });
  await expect(stripe.creditNotes.create({ invoice: draft.id as string, amount: 100 })).rejects.toMatchObject({
    param: 'invoice',
  });
  await stripe.invoices.voidInvoice(id);
  await expect(stripe.creditNotes.create({ invoice: id, amount: 100 })).rejects.toMatchObject({ param: 'invoice' });
  await expect(stripe.creditNotes.create({ invoice: 'in_unknown', amount: 100 })).rejects.toMatchObject({
    code: 'resource_missing',
    statusCode: 400,
  });
});

test('an invoice that was given up is credited off', async () => {
  const { id } = await bill(seats);
  await stripe.invoices.markUncollectible(id);
  await stripe.creditNotes.create({ invoice: id, amount: 4000 });
  expect(await stripe.invoices.retrieve(id)).toMatchObject({ amount_remaining: 0, status: 'paid' });
});

test('the PDF of a credit note says what was credited, and to whom', async () => {
  const { id, invoice, lines } = await bill({ ...seats, card: 'pm_card_visa' });
  const note = await stripe.creditNotes.create({
    invoice: id,
    lines: [{ type: 'invoice_line_item', invoice_line_item: lines[0]?.id as string, quantity: 1 }],
    refund_amount: 1000,
    memo: 'One seat less',
  });
  const response = await fetch(note.pdf);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toContain(`CreditNote-${note.number}.pdf`);
  const file = Buffer.from(await response.arrayBuffer()).toString('latin1');
  expect(file.startsWith('%PDF-1.')).toBe(true);
  for (const text of [
    'Credit note',
    note.number,
    invoice.number as string,
    'Alice Example',
    'Seats',
    '$10.00',
    'One seat less',
    'Refunded',
  ]) {
    expect(file).toContain(text);
  }
  expect((await fetch(`${sandbox.url}/cn/cn_unknown/pdf`)).status).toBe(404);
});

test('a renewal that was paid is credited after the plan was canceled', async () => {
  const customer = await customerWithCard(stripe);
  const price = await monthlyPrice(stripe, 3000);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  await stripe.subscriptions.cancel(subscription.id);
  const note = await stripe.creditNotes.create({
    invoice: subscription.latest_invoice as string,
    amount: 2000,
    refund_amount: 2000,
    reason: 'order_change',
  });
  expect(note.type).toBe('post_payment');
  expect(await chargeOf(customer.id)).toMatchObject({ amount_refunded: 2000 });
});
