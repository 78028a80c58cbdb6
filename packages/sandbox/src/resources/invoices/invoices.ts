import { defaultPayment, subscriptionOf } from '../../billing/invoices/invoices.js';
import { createManualInvoice, deleteDraft } from '../../billing/invoices/manual-invoice.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { oneOf, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { inRange, listRoute, retrieveRoute } from '../../http/standard-routes.js';
import { createShape, draftShape, manualInvoiceGiven } from './invoice-params.js';
import { updateInvoice } from './invoice-update.js';

const kind: Kind<'invoice'> = {
  object: 'invoice',
  prefix: 'in',
  indexes: {
    customer: ({ customer }) => customer,
    number: ({ number }) => number,
    subscription: (invoice) => subscriptionOf(invoice),
  },
  onlyExpanded: {
    payments: (tx, { id }) => ({
      object: 'list',
      data: tx.where('invoice_payment', 'invoice', id),
      has_more: false,
      url: `/v1/invoice_payments?invoice=${id}`,
    }),
    confirmation_secret: (tx, { id }) => confirmationSecret(tx, id),
  },
};

/** What a page needs to confirm the invoice's payment; null once there is nothing to pay. */
function confirmationSecret(tx: Transaction, invoice: string) {
  const intent = defaultPayment(tx, invoice)?.payment.payment_intent;
  const client_secret = intent && tx.get('payment_intent', intent)?.client_secret;
  return client_secret ? { client_secret, type: 'payment_intent' } : null;
}

export const invoices: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/invoices', createShape, ({ tx, params }) =>
      createManualInvoice(tx, manualInvoiceGiven(tx, params)),
    ),
    retrieveRoute('GET /v1/invoices/:id', 'invoice'),
    listRoute(
      'GET /v1/invoices',
      'invoice',
      {
        collection_method: oneOf('charge_automatically', 'send_invoice'),
        created: range(),
        customer: str(),
        due_date: range(),
        status: oneOf('draft', 'open', 'void', 'paid', 'uncollectible'),
        subscription: str(),
      },
      {
        match: (invoice, { collection_method, customer, due_date, status, subscription }) =>
          (collection_method === undefined || invoice.collection_method === collection_method) &&
          (customer === undefined || invoice.customer === customer) &&
          (due_date === undefined || (invoice.due_date !== null && inRange(invoice.due_date, due_date))) &&
          (status === undefined || invoice.status === status) &&
          (subscription === undefined || subscriptionOf(invoice) === subscription),
      },
    ),
    route('POST /v1/invoices/:id', draftShape, ({ tx, ids, params }) => updateInvoice(tx, ids.id as string, params)),
    route('DELETE /v1/invoices/:id', {}, ({ tx, ids }) => deleteDraft(tx, ids.id as string)),
  ],
};
