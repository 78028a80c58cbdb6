import type { Context, Hono } from 'hono';
import { defaultPayment, type Invoice, requestPayment } from '../../billing/invoices/invoices.js';
import { confirmIntent } from '../../billing/invoices/settlement.js';
import { createCardPaymentMethod, requireTestCard } from '../../billing/payments/payment-methods.js';
import type { Engine } from '../../engine/engine.js';
import type { Transaction } from '../../engine/transaction.js';
import { type CardEntry, type Entries, type Problem, readCard } from '../cards/card-entry.js';
import { answerForm, attempt, entriesOf, notFound, show } from '../serve.js';
import { invoicePage } from './invoice-page.js';
import { invoicePdf } from './invoice-pdf.js';
import { invoiceView } from './invoice-view.js';

/** `hosted_invoice_url` and `invoice_pdf`. */
export function invoiceRoutes(app: Hono, engine: Engine): void {
  const viewOf = (id: string, entries: Entries = {}, problems: Problem[] = []) =>
    engine.transact((tx) => {
      const invoice = tx.get('invoice', id);
      return invoice && invoice.status !== 'draft' ? invoiceView(invoice, entries, problems) : undefined;
    });

  app.get('/i/:id', (c) => {
    const failed = c.req.query('redirect_status') === 'failed';
    const message = 'The payment did not go through. Try again, or use another card.';
    const view = viewOf(c.req.param('id'), {}, failed ? [{ message }] : []);
    return view ? show(c, invoicePage(view)) : notFound(c);
  });

  app.post('/i/:id', async (c) => {
    const id = c.req.param('id');
    const entries = await entriesOf(c);
    const view = viewOf(id);
    if (!view) return notFound(c);
    // Paid meanwhile: the page shows it.
    if (!view.form) return answerForm(c, { location: `/i/${id}` }, () => invoicePage(view));
    const result = pay(engine, id, entries);
    return answerForm(c, result, (problems) => invoicePage(viewOf(id, entries, problems) ?? view));
  });

  app.get('/i/:id/pdf', (c) => {
    const view = viewOf(c.req.param('id'));
    return view ? pdfAnswer(c, invoicePdf(view), `Invoice-${view.number}`) : notFound(c);
  });
}

function pay(engine: Engine, id: string, entries: Entries): { location: string } | { problems: Problem[] } {
  return attempt(engine, (tx) => {
    const invoice = tx.require('invoice', id);
    const read = readCard(entries, tx.now(invoice.test_clock));
    if ('problems' in read) return read;
    const method = cardMethod(tx, invoice, read.card);
    if (!defaultPayment(tx, id)) requestPayment(tx, invoice);
    const intent = defaultPayment(tx, id)?.payment.payment_intent;
    if (!intent) throw new Error(`${id} has no payment intent`);
    const returnUrl = `${tx.origin}/i/${id}`;
    const outcome = confirmIntent(tx, intent, { paymentMethod: method, offSession: false, returnUrl });
    if (outcome.kind === 'declined') return { problems: [{ field: 'number', message: outcome.decline.message }] };
    return { location: outcome.kind === 'requires_action' ? `/3ds/${intent}` : `/i/${id}` };
  });
}

function cardMethod(tx: Transaction, invoice: Invoice, card: CardEntry): string {
  const { number, exp_month, exp_year, name, country } = card;
  const none = { city: null, line1: null, line2: null, postal_code: null, state: null };
  const { id } = createCardPaymentMethod(tx, {
    card: requireTestCard(number),
    exp_month,
    exp_year,
    hasCvc: true,
    billing_details: { email: invoice.customer_email, name, address: { ...none, country } },
  });
  return id;
}

export function pdfAnswer(c: Context, pdf: Buffer, name: string): Response {
  return c.body(new Uint8Array(pdf), 200, {
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="${name}.pdf"`,
  });
}
