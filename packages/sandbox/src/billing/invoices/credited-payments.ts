import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { followPaidInvoice } from '../subscriptions/subscription-status.js';
import { moveBalance } from './customer-balance.js';
import { cancelPayments, defaultPayment, type Invoice, markPaid } from './invoices.js';

type InvoicePayment = StripeObjects['invoice_payment'];

/** Marks one of an invoice's payments as made, in minor units. */
export function notePayment(tx: Transaction, payment: InvoicePayment, amount: number): void {
  const paid_at = tx.now(tx.get('invoice', payment.invoice)?.test_clock);
  const paid = tx.patch('invoice_payment', payment.id, {
    status: 'paid',
    amount_paid: amount,
    status_transitions: { ...payment.status_transitions, paid_at },
  });
  tx.emit('invoice_payment.paid', paid);
}

/**
 * Credits money to an invoice, in minor units: it is paid once nothing remains; what is too much goes to the customer's
 * balance. https://docs.stripe.com/invoicing/partial-payments
 */
export function creditInvoice(tx: Transaction, id: string, amount: number, paymentMethod: string | null): void {
  const invoice = tx.require('invoice', id);
  const left = invoice.amount_remaining - amount;
  if (left > 0) {
    tx.emit('invoice.updated', partlyPaid(tx, invoice, amount, left));
    return;
  }
  if (left < 0) tx.patch('invoice', id, { amount_overpaid: -left });
  const paid = markPaid(tx, id, invoice.amount_remaining);
  cancelPayments(tx, id, 'abandoned');
  followPaidInvoice(tx, paid, paymentMethod);
  if (left === 0) return;
  moveBalance(tx, invoice.customer as string, {
    amount: left,
    currency: invoice.currency,
    type: 'invoice_overpaid',
    invoice: id,
  });
  tx.emit('invoice.overpaid', tx.require('invoice', id));
}

/** The invoice's own payment then asks for the rest only, in minor units. */
export function askForRest(tx: Transaction, invoice: string, left: number): void {
  const own = defaultPayment(tx, invoice);
  if (own?.status !== 'open') return;
  tx.patch('invoice_payment', own.id, { amount_requested: left });
  if (own.payment.payment_intent) tx.patch('payment_intent', own.payment.payment_intent, { amount: left });
}

function partlyPaid(tx: Transaction, invoice: Invoice, amount: number, left: number): Invoice {
  askForRest(tx, invoice.id, left);
  return tx.patch('invoice', invoice.id, { amount_paid: invoice.amount_paid + amount, amount_remaining: left });
}

/**
 * Ties a payment intent to an open invoice: what it takes, or took already, is credited to the invoice.
 * https://docs.stripe.com/api/invoices/attach_payment
 * @throws 400 unless both are of one customer and currency and the intent can still pay
 */
export function attachPayment(tx: Transaction, id: string, intentId: string): Invoice {
  const invoice = tx.require('invoice', id);
  const intent = tx.require('payment_intent', intentId, 'payment_intent');
  const refuse = (why: string) => invalidRequest(why, { param: 'payment_intent' });
  if (invoice.status !== 'open') {
    throw invalidRequest(`Payments can only be attached to open invoices. This invoice is ${invoice.status}.`);
  }
  if (intent.customer !== invoice.customer) {
    throw refuse(`The PaymentIntent ${intent.id} is not of the invoice's customer.`);
  }
  if (intent.currency !== invoice.currency) {
    throw refuse(`The PaymentIntent ${intent.id} is in ${intent.currency}, the invoice in ${invoice.currency}.`);
  }
  if (intent.status === 'canceled') throw refuse(`The PaymentIntent ${intent.id} is canceled.`);
  if (tx.where('invoice_payment', 'payment_intent', intent.id).length > 0) {
    throw refuse(`The PaymentIntent ${intent.id} is already attached to an invoice.`);
  }
  const payment = tx.put('invoice_payment', {
    id: tx.newId('invoice_payment'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: intent.amount,
    created: tx.now(invoice.test_clock),
    currency: invoice.currency,
    invoice: id,
    is_default: false,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
  if (intent.status === 'succeeded') {
    notePayment(tx, payment, intent.amount_received);
    creditInvoice(tx, id, intent.amount_received, intent.payment_method);
  }
  return tx.require('invoice', id);
}
