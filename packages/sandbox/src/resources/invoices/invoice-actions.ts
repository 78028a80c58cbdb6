import { attachPayment } from '../../billing/invoices/credited-payments.js';
import { scheduleCollection } from '../../billing/invoices/draft-window.js';
import {
  cancelPayments,
  finalizeInvoice,
  type Invoice,
  markPaid,
  markUncollectible,
  voidInvoice,
} from '../../billing/invoices/invoices.js';
import { collectInvoice } from '../../billing/invoices/settlement.js';
import { usePaymentMethod } from '../../billing/payments/payment-methods.js';
import {
  followPaidInvoice,
  followUncollectibleInvoice,
  followVoidInvoice,
} from '../../billing/subscriptions/subscription-status.js';
import { cardError, invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';

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
    const paid = markPaid(tx, id, invoice.amount_remaining, false);
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

function finalize(tx: Transaction, id: string, autoAdvance: boolean | undefined): Invoice {
  if (autoAdvance !== undefined && tx.require('invoice', id).status === 'draft') {
    tx.patch('invoice', id, { auto_advance: autoAdvance });
  }
  const invoice = finalizeInvoice(tx, id);
  const collects = invoice.auto_advance && invoice.collection_method === 'charge_automatically';
  return invoice.status === 'open' && collects ? scheduleCollection(tx, invoice) : invoice;
}

/** In test mode no e-mail leaves, but the event does. */
function send(tx: Transaction, id: string): Invoice {
  const found = tx.require('invoice', id);
  if (found.status !== 'draft' && found.status !== 'open') {
    throw invalidRequest(
      'This invoice cannot be sent right now. Please contact us via https://support.stripe.com/contact with details, so we can help.',
    );
  }
  if (found.collection_method !== 'send_invoice') {
    throw invalidRequest("You can only manually send an invoice if its collection method is 'send_invoice'.");
  }
  const invoice = found.status === 'draft' ? finalizeInvoice(tx, id) : found;
  if (invoice.status === 'open') tx.emit('invoice.sent', invoice);
  return invoice;
}

function attach(tx: Transaction, id: string, intent: string): Invoice {
  const invoice = attachPayment(tx, id, intent);
  tx.emit('invoice.updated', invoice);
  return invoice;
}

/** What moves an invoice from one status to the next. */
export const invoiceActions: ResourceModule = {
  routes: [
    route('POST /v1/invoices/:id/attach_payment', { payment_intent: required(str()) }, ({ tx, ids, params }) =>
      attach(tx, ids.id as string, params.payment_intent),
    ),
    route('POST /v1/invoices/:id/finalize', { auto_advance: bool() }, ({ tx, ids, params }) =>
      finalize(tx, ids.id as string, params.auto_advance),
    ),
    route('POST /v1/invoices/:id/mark_uncollectible', {}, ({ tx, ids }) => {
      const marked = markUncollectible(tx, ids.id as string);
      followUncollectibleInvoice(tx, marked);
      return marked;
    }),
    route(
      'POST /v1/invoices/:id/pay',
      // Cards have no balance of their own to be charged in part, so `forgive` changes nothing for them.
      { forgive: bool(), off_session: bool(), paid_out_of_band: bool(), payment_method: str() },
      ({ tx, ids, params }) => pay(tx, ids.id as string, params),
    ),
    route('POST /v1/invoices/:id/send', {}, ({ tx, ids }) => send(tx, ids.id as string)),
    route('POST /v1/invoices/:id/void', {}, ({ tx, ids }) => {
      const voided = voidInvoice(tx, ids.id as string);
      followVoidInvoice(tx, voided);
      return voided;
    }),
  ],
};
