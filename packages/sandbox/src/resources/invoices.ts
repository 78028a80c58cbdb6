import {
  cancelPayments,
  defaultPayment,
  finalizeInvoice,
  type Invoice,
  markPaid,
  markUncollectible,
  subscriptionOf,
  voidInvoice,
} from '../billing/invoices/invoices.js';
import { collectInvoice } from '../billing/invoices/settlement.js';
import { usePaymentMethod } from '../billing/payments/payment-methods.js';
import {
  followPaidInvoice,
  followUncollectibleInvoice,
  followVoidInvoice,
} from '../billing/subscriptions/subscription-status.js';
import { cardError, invalidRequest } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, metadata, oneOf, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata, PAGE, page, retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'invoice'> = {
  object: 'invoice',
  prefix: 'in',
  indexes: {
    customer: ({ customer }) => customer,
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
const lineKind: Kind<'line_item'> = { object: 'line_item', prefix: 'il', noun: 'invoice line item' };

/** What a page needs to confirm the invoice's payment; null once there is nothing to pay. */
function confirmationSecret(tx: Transaction, invoice: string) {
  const intent = defaultPayment(tx, invoice)?.payment.payment_intent;
  const client_secret = intent && tx.get('payment_intent', intent)?.client_secret;
  return client_secret ? { client_secret, type: 'payment_intent' } : null;
}

interface PayGiven {
  payment_method?: string;
  paid_out_of_band?: boolean;
  off_session?: boolean;
}

function pay(tx: Transaction, id: string, given: PayGiven): Invoice {
  const found = tx.require('invoice', id);
  const invoice = found.status === 'draft' ? finalizeInvoice(tx, id) : found;
  if (found.status === 'draft' && invoice.status === 'paid') return invoice;
  if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid');
  if (invoice.status === 'void') throw invalidRequest('You cannot pay an invoice that is void.');
  if (given.paid_out_of_band) {
    cancelPayments(tx, id, 'abandoned');
    tx.patch('invoice', id, { amount_paid_off_stripe: invoice.amount_remaining });
    const paid = markPaid(tx, id, invoice.amount_remaining);
    followPaidInvoice(tx, paid, null);
    return tx.require('invoice', id);
  }
  const method = given.payment_method && usePaymentMethod(tx, given.payment_method).id;
  const outcome = collectInvoice(tx, id, {
    automatic: false,
    offSession: given.off_session ?? true,
    ...(method && { paymentMethod: method }),
  });
  if (outcome.kind === 'declined') throw cardError({ ...outcome.decline });
  if (outcome.kind === 'no_payment_method') {
    throw invalidRequest(
      'There is no `default_payment_method` set on this Customer or Invoice. Please set either a `default_payment_method` on the Invoice, Subscription or Customer, or pass a `payment_method`.',
      { code: 'resource_missing' },
    );
  }
  if (outcome.kind === 'requires_action') {
    throw cardError({
      code: 'invoice_payment_intent_requires_action',
      message:
        'This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.',
    });
  }
  return tx.require('invoice', id);
}

export const invoices: ResourceModule = {
  kinds: [kind, lineKind],
  routes: [
    retrieveRoute('GET /v1/invoices/:id', 'invoice'),
    listRoute(
      'GET /v1/invoices',
      'invoice',
      {
        collection_method: oneOf('charge_automatically', 'send_invoice'),
        created: range(),
        customer: str(),
        status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
        subscription: str(),
      },
      {
        match: (invoice, { collection_method, customer, status, subscription }) =>
          (collection_method === undefined || invoice.collection_method === collection_method) &&
          (customer === undefined || invoice.customer === customer) &&
          (status === undefined || invoice.status === status) &&
          (subscription === undefined || subscriptionOf(invoice) === subscription),
      },
    ),
    route('GET /v1/invoices/:id/lines', PAGE, ({ tx, ids, params, path }) =>
      page(tx.require('invoice', ids.id as string).lines.data, params, path, 'invoice line item'),
    ),
    route(
      'POST /v1/invoices/:id',
      { auto_advance: bool(), default_payment_method: str(), description: str(1500), metadata: metadata() },
      ({ tx, ids, params }) => {
        const before = tx.require('invoice', ids.id as string);
        const { default_payment_method: method } = params;
        if (method) tx.require('payment_method', method, 'default_payment_method');
        const invoice = tx.patch('invoice', before.id, {
          auto_advance: params.auto_advance ?? before.auto_advance,
          default_payment_method: method ?? before.default_payment_method,
          description: params.description ?? before.description,
          metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
        });
        tx.emit('invoice.updated', invoice);
        return invoice;
      },
    ),
    route('POST /v1/invoices/:id/finalize', { auto_advance: bool() }, ({ tx, ids, params }) => {
      const invoice = finalizeInvoice(tx, ids.id as string);
      if (params.auto_advance === undefined || invoice.status !== 'open') return invoice;
      return tx.patch('invoice', invoice.id, { auto_advance: params.auto_advance });
    }),
    route(
      'POST /v1/invoices/:id/pay',
      { off_session: bool(), paid_out_of_band: bool(), payment_method: str() },
      ({ tx, ids, params }) => pay(tx, ids.id as string, params),
    ),
    route('POST /v1/invoices/:id/void', {}, ({ tx, ids }) => {
      const voided = voidInvoice(tx, ids.id as string);
      followVoidInvoice(tx, voided);
      return voided;
    }),
    route('POST /v1/invoices/:id/mark_uncollectible', {}, ({ tx, ids }) => {
      const marked = markUncollectible(tx, ids.id as string);
      followUncollectibleInvoice(tx, marked);
      return marked;
    }),
  ],
};
