import type Stripe from 'stripe';
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

const HOUR = 3600;
const DAY = 86_400;

async function pending(customer: string, amount: number, more: Partial<Stripe.InvoiceItemCreateParams> = {}) {
  return stripe.invoiceItems.create({ customer, amount, currency: 'usd', description: 'Work', ...more });
}

describe('an invoice made by hand', () => {
  test('is an empty draft that waits; pending items come with it only when they are included', async () => {
    const customer = await customerWithCard(stripe);
    await pending(customer.id, 1000, { description: 'First' });
    await pending(customer.id, 250, { description: 'Second' });
    await pending(customer.id, 70, { currency: 'eur' });
    const empty = await stripe.invoices.create({ customer: customer.id });
    expect(empty).toMatchObject({
      status: 'draft',
      billing_reason: 'manual',
      auto_advance: false,
      automatically_finalizes_at: null,
      next_payment_attempt: null,
      number: null,
      effective_at: null,
      ending_balance: null,
      period_start: empty.created,
      period_end: empty.created,
      parent: null,
      total: 0,
    });
    expect(empty.lines.data).toEqual([]);
    const full = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
      currency: 'usd',
    });
    expect(full.lines.data.map(({ description }) => description)).toEqual(['Second', 'First']);
    expect(full).toMatchObject({ subtotal: 1250, total: 1250, amount_due: 1250 });
    const left = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
    expect(left.data.map(({ currency }) => currency)).toEqual(['eur']);
  });

  test('that advances by itself is finalized and charged an hour later', async () => {
    const customer = await customerWithCard(stripe);
    await pending(customer.id, 1000);
    const draft = await stripe.invoices.create({
      customer: customer.id,
      auto_advance: true,
      pending_invoice_items_behavior: 'include',
    });
    const due = draft.created + HOUR;
    expect(draft).toMatchObject({ automatically_finalizes_at: due, next_payment_attempt: due });
    await sandbox.advance(HOUR - 600);
    expect((await stripe.invoices.retrieve(draft.id)).status).toBe('draft');
    await sandbox.advance(600);
    const paid = await stripe.invoices.retrieve(draft.id, { expand: ['payments'] });
    expect(paid).toMatchObject({
      status: 'paid',
      amount_paid: 1000,
      attempt_count: 1,
      automatically_finalizes_at: null,
      status_transitions: { finalized_at: due, paid_at: due },
    });
    expect(paid.payments?.data).toMatchObject([{ status: 'paid', amount_paid: 1000, is_default: true }]);
  });

  test('finalizes at the time that is given, and no longer once it does not advance', async () => {
    const customer = await customerWithCard(stripe);
    const at = sandbox.now() + 3 * DAY;
    const draft = await stripe.invoices.create({ customer: customer.id, automatically_finalizes_at: at });
    expect(draft).toMatchObject({ auto_advance: true, automatically_finalizes_at: at });
    const stopped = await stripe.invoices.update(draft.id, { auto_advance: false });
    expect(stopped).toMatchObject({ automatically_finalizes_at: null, next_payment_attempt: null });
    await sandbox.advance(4 * DAY);
    expect((await stripe.invoices.retrieve(draft.id)).status).toBe('draft');
    await expect(
      stripe.invoices.update(draft.id, { automatically_finalizes_at: sandbox.now() - 1 }),
    ).rejects.toMatchObject({ param: 'automatically_finalizes_at' });
  });

  test('is sent, announced a week before it is due, and overdue', async () => {
    const customer = await stripe.customers.create({ email: 'alice@example.com' });
    await pending(customer.id, 1000);
    await expect(stripe.invoices.create({ customer: customer.id, collection_method: 'send_invoice' })).rejects.toThrow(
      /you must specify 'due_date' or 'days_until_due'/,
    );
    await expect(stripe.invoices.create({ customer: customer.id, days_until_due: 3 })).rejects.toThrow(
      /if invoice collection method is 'send_invoice'/,
    );
    const draft = await stripe.invoices.create({
      customer: customer.id,
      collection_method: 'send_invoice',
      days_until_due: 14,
      pending_invoice_items_behavior: 'include',
    });
    expect(draft.due_date).toBe(draft.created + 14 * DAY);
    const before = sandbox.events().length;
    const sent = await stripe.invoices.sendInvoice(draft.id);
    expect(sent).toMatchObject({ status: 'open', next_payment_attempt: null, attempted: false });
    await stripe.invoices.sendInvoice(draft.id);
    await sandbox.advance(7 * DAY);
    await sandbox.advance(7 * DAY);
    const types = sandbox
      .events()
      .slice(before)
      .map(({ type }) => type)
      .filter((type) => type.startsWith('invoice.'));
    expect(types).toEqual([
      'invoice.finalized',
      'invoice.sent',
      'invoice.sent',
      'invoice.will_be_due',
      'invoice.overdue',
    ]);
    const late = await stripe.invoices.list({ customer: customer.id, due_date: { lte: sandbox.now() } });
    expect(late.data.map(({ id }) => id)).toEqual([draft.id]);
    expect((await stripe.invoices.list({ due_date: { gt: sandbox.now() } })).data).toEqual([]);
  });

  test('carries what it is given onto the finalized invoice', async () => {
    const customer = await customerWithCard(stripe);
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const given = {
      custom_fields: [{ name: 'Order', value: 'PO-7' }],
      description: 'Thank you',
      effective_at: sandbox.now() - DAY,
      footer: 'Registered in Utopia',
      metadata: { org: 'org_acme' },
      number: 'ACME-0001',
      statement_descriptor: 'ACME',
    };
    const draft = await stripe.invoices.create({
      customer: customer.id,
      ...given,
      discounts: [{ coupon: coupon.id }],
      payment_settings: { payment_method_types: ['card'] },
      rendering: { amount_tax_display: 'exclude_tax', pdf: { page_size: 'a4' } },
      shipping_details: { name: 'Alice', address: { line1: '1 High Street', country: 'US' } },
      expand: ['discounts'],
    });
    expect(draft).toMatchObject({
      ...given,
      discounts: [{ invoice: draft.id, subscription: null, source: { coupon: coupon.id } }],
      rendering: { amount_tax_display: 'exclude_tax', pdf: { page_size: 'a4' }, template: null },
      shipping_details: { name: 'Alice', address: { line1: '1 High Street', country: 'US' } },
    });
    await stripe.invoices.addLines(draft.id, { lines: [{ amount: 1000, description: 'Work' }] });
    await stripe.customers.update(customer.id, { name: 'Alice Acme' });
    const open = await stripe.invoices.finalizeInvoice(draft.id);
    expect(open).toMatchObject({ ...given, customer_name: 'Alice Acme', subtotal: 1000, total: 900, amount_due: 900 });
    await expect(stripe.invoices.create({ customer: customer.id, number: 'ACME-0001' })).rejects.toMatchObject({
      param: 'number',
    });
    const next = await stripe.invoices.create({ customer: customer.id });
    expect((await stripe.invoices.finalizeInvoice(next.id)).number).toMatch(/-0001$/);
  });

  test('of a subscription bills what waits for that one only', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 1000);
    const subscribe = () => stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const [one, two] = [await subscribe(), await subscribe()];
    await expect(stripe.invoices.create({ customer: customer.id, subscription: one.id })).rejects.toMatchObject({
      code: 'invoice_no_subscription_line_items',
      message: 'Nothing to invoice for subscription',
    });
    await pending(customer.id, 300, { subscription: one.id });
    await pending(customer.id, 500, { subscription: two.id });
    await pending(customer.id, 700);
    const draft = await stripe.invoices.create({ customer: customer.id, subscription: one.id });
    expect(draft.lines.data.map(({ amount }) => amount)).toEqual([300]);
    expect(draft.parent?.subscription_details).toMatchObject({ subscription: one.id });
    expect((await stripe.invoices.pay(draft.id)).amount_paid).toBe(300);
    const { items, latest_invoice } = await stripe.subscriptions.retrieve(one.id);
    expect(items.data[0]?.current_period_start).toBe(one.items.data[0]?.current_period_start);
    expect(latest_invoice).toBe(one.latest_invoice);
  });

  test('of nothing, or of credit, is paid at once; too little to charge waits in the balance', async () => {
    const customer = await customerWithCard(stripe);
    const make = async (amount: number) => {
      await pending(customer.id, amount);
      const draft = await stripe.invoices.create({
        customer: customer.id,
        pending_invoice_items_behavior: 'include',
      });
      return stripe.invoices.finalizeInvoice(draft.id);
    };
    expect(await make(-400)).toMatchObject({ status: 'paid', total: -400, amount_due: 0, ending_balance: -400 });
    expect(await make(430)).toMatchObject({
      status: 'paid',
      amount_due: 0,
      attempted: true,
      attempt_count: 0,
      starting_balance: -400,
      ending_balance: 30,
    });
    expect(await make(200)).toMatchObject({ status: 'open', amount_due: 230, starting_balance: 30, ending_balance: 0 });
    const moves = await stripe.customers.listBalanceTransactions(customer.id);
    expect(moves.data.map(({ amount, type }) => [amount, type]).reverse()).toEqual([
      [-400, 'applied_to_invoice'],
      [400, 'applied_to_invoice'],
      [30, 'invoice_too_small'],
      [-30, 'applied_to_invoice'],
    ]);
  });
});

describe('a draft', () => {
  test('that is deleted leaves a stub and an event; its items stay with it', async () => {
    const customer = await customerWithCard(stripe);
    const item = await pending(customer.id, 1000);
    const draft = await stripe.invoices.create({
      customer: customer.id,
      auto_advance: true,
      pending_invoice_items_behavior: 'include',
    });
    expect(await stripe.invoices.del(draft.id)).toEqual(
      expect.objectContaining({ id: draft.id, object: 'invoice', deleted: true }),
    );
    await sandbox.advance(HOUR);
    await expect(stripe.invoices.retrieve(draft.id)).rejects.toMatchObject({ statusCode: 404 });
    expect(sandbox.events('invoice.deleted').at(-1)?.data.object).toMatchObject({ id: draft.id, total: 1000 });
    expect((await stripe.invoiceItems.list({ customer: customer.id, pending: true })).data).toEqual([]);
    await expect(stripe.invoiceItems.update(item.id, { amount: 1 })).rejects.toThrow(
      'This invoice item has been deleted.',
    );
    await expect(stripe.invoiceItems.del(item.id)).rejects.toThrow(/no longer editable/);
  });

  test('is deleted neither when it is finalized nor when it is of a subscription', async () => {
    const customer = await customerWithCard(stripe);
    const draft = await stripe.invoices.create({ customer: customer.id });
    await stripe.invoices.finalizeInvoice(draft.id);
    await expect(stripe.invoices.del(draft.id)).rejects.toThrow('You can only delete draft invoices.');
    const price = await monthlyPrice(stripe, 1000);
    const { id, items } = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    await sandbox.advance((items.data[0]?.current_period_end as number) - sandbox.now() + 1);
    const renewal = (await stripe.subscriptions.retrieve(id)).latest_invoice as string;
    await expect(stripe.invoices.del(renewal)).rejects.toThrow("You can't delete invoices created by subscriptions.");
  });

  test('changes in every member, and its totals with its discounts', async () => {
    const customer = await stripe.customers.create();
    const draft = await stripe.invoices.create({ customer: customer.id });
    await stripe.invoices.addLines(draft.id, { lines: [{ amount: 2000, description: 'Work' }] });
    const coupon = await stripe.coupons.create({ amount_off: 500, currency: 'usd', duration: 'once' });
    const changed = await stripe.invoices.update(draft.id, {
      collection_method: 'send_invoice',
      days_until_due: 14,
      discounts: [{ coupon: coupon.id }],
      footer: 'Bank: 123',
      metadata: { a: '1' },
    });
    expect(changed).toMatchObject({
      collection_method: 'send_invoice',
      due_date: draft.created + 14 * DAY,
      footer: 'Bank: 123',
      total: 1500,
      total_discount_amounts: [{ amount: 500 }],
    });
    const [event] = sandbox.events('invoice.updated').slice(-1);
    expect(event?.data.previous_attributes).toMatchObject({ footer: null, total: 2000, due_date: null });
    const back = await stripe.invoices.update(draft.id, {
      collection_method: 'charge_automatically',
      discounts: '',
      metadata: { a: '' },
    });
    expect(back).toMatchObject({ due_date: null, discounts: [], total: 2000, metadata: {} });
  });
});
