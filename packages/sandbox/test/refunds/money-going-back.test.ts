import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { billed } from '../credit-notes/bill.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

/** Of what there is; more than all of it must be refused. */
const percent = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.integer({ min: 41, max: 120 }));
const nth = fc.nat(5);
const bill = fc.record({
  do: fc.constant('bill' as const),
  unit: fc.integer({ min: 51, max: 9999 }),
  quantity: fc.integer({ min: 1, max: 4 }),
});
const pay = fc.record({
  do: fc.constant('pay' as const),
  nth,
  card: fc.constantFrom('pm_card_visa', 'pm_card_pendingRefund', 'pm_card_refundFail', 'pm_card_chargeCustomerFail'),
  elsewhere: fc.boolean(),
});
const payPart = fc.record({ do: fc.constant('pay_part' as const), nth, percent });
const refund = fc.record({ do: fc.constant('refund' as const), nth, percent, all: fc.boolean() });
const credit = fc.record({
  do: fc.constant('credit' as const),
  nth,
  percent,
  by: fc.constantFrom('amount' as const, 'line' as const, 'quantity' as const),
  back: fc.constantFrom('refund' as const, 'balance' as const, 'elsewhere' as const, 'link' as const, 'split' as const),
});
const voidNote = fc.record({ do: fc.constant('void_note' as const), nth });
const voidInvoice = fc.record({ do: fc.constant('void_invoice' as const), nth });
const giveUp = fc.record({ do: fc.constant('give_up' as const), nth });
const wait = fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) });
const steps = fc.oneof(
  { weight: 2, arbitrary: bill },
  { weight: 2, arbitrary: pay },
  payPart,
  { weight: 3, arbitrary: refund },
  { weight: 5, arbitrary: credit },
  { weight: 2, arbitrary: voidNote },
  voidInvoice,
  giveUp,
  wait,
);
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Refusals are part of the walk; anything else is a mistake of ours. */
async function allowed<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const { statusCode } = error as Stripe.errors.StripeError;
    if (statusCode === 400 || statusCode === 402) return undefined;
    throw error;
  }
}

const pick = <T>(things: readonly T[], at: number): T | undefined => things[at % Math.max(things.length, 1)];
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

class Walk {
  constructor(private readonly customer: string) {}

  invoices = async () => (await stripe.invoices.list({ customer: this.customer, limit: 100 })).data;
  charges = async () => (await stripe.charges.list({ customer: this.customer, limit: 100 })).data;
  notes = async () => (await stripe.creditNotes.list({ customer: this.customer, limit: 100 })).data;
  refunds = async (charge: string) => (await stripe.refunds.list({ charge, limit: 100 })).data;

  async take(step: Step, twice: boolean): Promise<void> {
    const act = await this.act(step);
    if (act) await Promise.all(twice ? [allowed(act()), allowed(act())] : [allowed(act())]);
  }

  /** The request that a step stands for, ready to be sent once or twice at the same moment. */
  private async act(step: Step): Promise<(() => Promise<unknown>) | undefined> {
    if (step.do === 'wait') return () => sandbox.advance(step.seconds);
    if (step.do === 'bill') return () => this.bill(step);
    if (step.do === 'refund') {
      const charge = pick(await this.charges(), step.nth);
      const amount = charge && Math.ceil((charge.amount * step.percent) / 100);
      return charge && (() => stripe.refunds.create({ charge: charge.id, ...(!step.all && { amount }) }));
    }
    if (step.do === 'void_note') {
      const note = pick(await this.notes(), step.nth);
      return note && (() => stripe.creditNotes.voidCreditNote(note.id));
    }
    const invoice = pick(await this.invoices(), step.nth);
    const id = invoice?.id;
    if (!invoice || !id) return undefined;
    if (step.do === 'credit') {
      const given = await this.credit(step, invoice);
      return () => stripe.creditNotes.create(given);
    }
    if (step.do === 'void_invoice') return () => stripe.invoices.voidInvoice(id);
    if (step.do === 'give_up') return () => stripe.invoices.markUncollectible(id);
    if (step.do === 'pay') {
      return () => stripe.invoices.pay(id, step.elsewhere ? { paid_out_of_band: true } : { payment_method: step.card });
    }
    const amount = Math.max(Math.ceil((invoice.amount_remaining * step.percent) / 100), 50);
    return () => this.payPart(id, amount);
  }

  private async bill({ unit, quantity }: { unit: number; quantity: number }): Promise<void> {
    await billed(stripe, { lines: [{ name: 'Seats', quantity, unit }], customer: this.customer });
  }

  private async payPart(invoice: string, amount: number): Promise<void> {
    const payment_intent = await stripe.paymentIntents.create({
      amount,
      confirm: true,
      currency: 'usd',
      customer: this.customer,
      payment_method: 'pm_card_refundFail',
    });
    await stripe.invoices.attachPayment(invoice, { payment_intent: payment_intent.id });
  }

  private async credit(
    step: Extract<Step, { do: 'credit' }>,
    invoice: Stripe.Invoice,
  ): Promise<Stripe.CreditNoteCreateParams> {
    const line = invoice.lines.data[0] as Stripe.InvoiceLineItem;
    const quantity = Math.ceil(((line.quantity ?? 1) * step.percent) / 130);
    const amount =
      step.by === 'quantity'
        ? (line.amount / (line.quantity ?? 1)) * quantity
        : Math.ceil((invoice.total * step.percent) / 100);
    const ofLine = { type: 'invoice_line_item' as const, invoice_line_item: line.id };
    const back = amount - Math.min(amount, invoice.amount_remaining);
    const charges = await this.charges();
    const [refund] = charges[0] ? await this.refunds(charges[0].id) : [];
    const half = Math.floor(back / 2);
    const ways = {
      refund: { refund_amount: back },
      balance: { credit_amount: back },
      elsewhere: { out_of_band_amount: back },
      split: { refund_amount: half, credit_amount: back - half },
      link: refund ? { refunds: [{ refund: refund.id, amount_refunded: Math.max(back, 1) }] } : { credit_amount: back },
    };
    return {
      invoice: invoice.id as string,
      ...(step.by === 'amount'
        ? { amount }
        : { lines: [{ ...ofLine, ...(step.by === 'line' ? { amount } : { quantity }) }] }),
      ...ways[step.back],
    };
  }

  async check(): Promise<void> {
    const [invoices, notes, charges] = [await this.invoices(), await this.notes(), await this.charges()];
    const issued = notes.filter(({ status }) => status === 'issued');
    for (const invoice of invoices)
      checkInvoice(
        invoice,
        issued.filter((note) => note.invoice === invoice.id),
      );
    for (const charge of charges) {
      const refunds = await this.refunds(charge.id);
      const back = refunds.filter(({ status }) => status === 'succeeded' || status === 'pending');
      expect(charge.amount_refunded).toBe(sum(back.map(({ amount }) => amount)));
      expect(charge.amount_refunded).toBeLessThanOrEqual(charge.amount_captured);
      expect(charge.refunded).toBe(charge.captured && charge.amount_refunded === charge.amount_captured);
      for (const { id, amount } of refunds) {
        const links = issued.flatMap((note) => note.refunds.filter(({ refund }) => refund === id));
        expect(sum(links.map(({ amount_refunded }) => amount_refunded))).toBeLessThanOrEqual(amount);
      }
    }
    await this.checkBalance(invoices, notes, charges);
  }

  private async checkBalance(invoices: Stripe.Invoice[], notes: Stripe.CreditNote[], charges: Stripe.Charge[]) {
    const { balance } = (await stripe.customers.retrieve(this.customer)) as Stripe.Customer;
    const moves = await stripe.customers.listBalanceTransactions(this.customer).autoPagingToArray({ limit: 500 });
    expect(sum(moves.map(({ amount }) => amount))).toBe(balance);
    const credits = moves.filter(({ type }) => type === 'credit_note');
    for (const note of notes) {
      const own = credits.filter(({ credit_note }) => credit_note === note.id);
      expect(own.map(({ id }) => id)).toEqual(
        note.customer_balance_transaction ? [note.customer_balance_transaction] : [],
      );
      const refunded = sum(note.refunds.map(({ amount_refunded }) => amount_refunded));
      expect(refunded - sum(own.map(({ amount }) => amount)) + (note.out_of_band_amount ?? 0)).toBe(
        note.post_payment_amount,
      );
    }
    // Everything billed was paid, is owed, was credited off, or waits in the balance.
    const counted = invoices.filter(({ status }) => status !== 'void');
    const paid = sum(counted.map(({ amount_paid }) => amount_paid));
    const owed = sum(counted.map(({ amount_remaining }) => amount_remaining));
    const off = sum(counted.map(({ pre_payment_credit_notes_amount }) => pre_payment_credit_notes_amount));
    const kept = moves.filter(({ type }) => type !== 'credit_note' && type !== 'invoice_overpaid');
    expect(sum(counted.map(({ total }) => total))).toBe(paid + owed + off + sum(kept.map(({ amount }) => amount)));
    const elsewhere = sum(invoices.map(({ amount_paid_off_stripe = 0 }) => amount_paid_off_stripe));
    const tooMuch = sum(invoices.map(({ amount_overpaid }) => amount_overpaid));
    const intents = await this.paidIntents(invoices);
    const taken = charges.filter(({ payment_intent }) => intents.includes(payment_intent as string));
    expect(sum(taken.map(({ amount_captured }) => amount_captured))).toBe(paid + tooMuch - elsewhere);
  }

  private async paidIntents(invoices: Stripe.Invoice[]): Promise<(string | undefined)[]> {
    const lists = await Promise.all(
      invoices.map(({ id }) => stripe.invoicePayments.list({ invoice: id as string, status: 'paid', limit: 100 })),
    );
    return lists.flatMap(({ data }) => data.map(({ payment }) => payment.payment_intent as string | undefined));
  }
}

function checkInvoice(invoice: Stripe.Invoice, notes: Stripe.CreditNote[]): void {
  const { pre_payment_credit_notes_amount: pre, post_payment_credit_notes_amount: post } = invoice;
  expect(sum(notes.map(({ pre_payment_amount }) => pre_payment_amount))).toBe(pre);
  expect(sum(notes.map(({ post_payment_amount }) => post_payment_amount))).toBe(post);
  expect(pre + post).toBeLessThanOrEqual(invoice.total);
  const { total, starting_balance, ending_balance, amount_due, amount_paid, amount_remaining } = invoice;
  expect(total + starting_balance - pre).toBe(amount_due + (ending_balance ?? Number.NaN));
  expect(amount_remaining).toBe(invoice.status === 'void' ? 0 : amount_due - amount_paid);
  if (invoice.status === 'open') expect(amount_remaining).toBeGreaterThan(0);
}

test('money that goes back is conserved, and nothing goes back twice, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(steps, fc.boolean()), { minLength: 6, maxLength: 16 }), async (walked) => {
      const { customer } = await billed(stripe, {
        lines: [{ name: 'Seats', quantity: 3, unit: 999 }],
        card: 'pm_card_visa',
      });
      const walk = new Walk(customer.id);
      for (const [step, twice] of walked) await walk.take(step, twice && step.do !== 'bill' && step.do !== 'wait');
      await walk.check();
    }),
    { numRuns: 15 },
  );
  const seen = new Set(sandbox.events().map(({ type }) => type));
  for (const type of ['credit_note.created', 'refund.created']) expect(seen).toContain(type);
}, 180_000);
