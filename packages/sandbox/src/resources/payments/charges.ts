import { forcedDeclineIndexes } from '../../billing/payments/forced-declines.js';
import { capturePaymentIntent } from '../../billing/payments/payment-intents.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, hash, int, metadata, oneOf, type ParamsOf, range, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { addressOf, shipping } from '../customers/address.js';

const kind: Kind<'charge'> = {
  object: 'charge',
  prefix: 'ch',
  indexes: {
    customer: ({ customer }) => customer,
    payment_intent: ({ payment_intent }) => payment_intent,
  },
  onlyExpanded: {
    refunds: (tx, { id }) => ({
      object: 'list',
      data: tx.where('refund', 'charge', id),
      has_more: false,
      url: `/v1/charges/${id}/refunds`,
    }),
  },
  // What a charge brings to the merchant's balance is not modelled.
  references: { balance_transaction: null, mandate: null },
};

const updatable = {
  customer: str(),
  description: str(),
  fraud_details: hash({ user_report: required(emptyable(oneOf('fraudulent', 'safe'))) }),
  metadata: metadata(),
  receipt_email: str(800),
  shipping,
  transfer_group: str(),
};

function updateCharge(tx: Transaction, id: string, params: ParamsOf<typeof updatable>) {
  const before = tx.require('charge', id);
  const { customer, fraud_details, metadata: given, shipping: sent, ...plain } = params;
  if (customer !== undefined) {
    tx.require('customer', customer, 'customer');
    if (before.customer !== null) {
      throw invalidRequest('You cannot change the customer of a charge that has one.', { param: 'customer' });
    }
  }
  const { user_report } = fraud_details ?? {};
  const charge = tx.patch('charge', id, {
    ...plain,
    ...(customer !== undefined && { customer }),
    ...(fraud_details && { fraud_details: user_report ? { ...before.fraud_details, user_report } : {} }),
    ...(sent && { shipping: { ...sent, address: addressOf(sent.address), phone: sent.phone ?? null } }),
    metadata: mergeMetadata(before.metadata, given),
  });
  tx.emit('charge.updated', charge);
  return charge;
}

const capturable = { amount: int(1), receipt_email: str(800) };

/** Takes the money of an authorized charge; its payment intent succeeds with it. */
function captureCharge(tx: Transaction, id: string, { amount, receipt_email }: ParamsOf<typeof capturable>) {
  const before = tx.require('charge', id);
  if (before.captured) {
    throw invalidRequest(`Charge ${id} has already been captured.`, { code: 'charge_already_captured' });
  }
  const intent = before.payment_intent && tx.get('payment_intent', before.payment_intent);
  if (!before.paid || !intent || intent.status !== 'requires_capture') {
    throw invalidRequest(`Charge ${id} cannot be captured.`, { code: 'charge_invalid_parameter' });
  }
  if (amount !== undefined && amount > before.amount) {
    throw invalidRequest('Amount to capture cannot be greater than the amount of the charge.', { param: 'amount' });
  }
  if (receipt_email !== undefined) tx.patch('charge', id, { receipt_email });
  capturePaymentIntent(tx, intent.id, amount);
  return tx.require('charge', id);
}

export const charges: ResourceModule = {
  kinds: [kind],
  recordIndexes: forcedDeclineIndexes,
  routes: [
    retrieveRoute('GET /v1/charges/:id', 'charge'),
    listRoute('GET /v1/charges', 'charge', {
      created: range(),
      customer: str(),
      payment_intent: str(),
      transfer_group: str(),
    }),
    route('POST /v1/charges/:id', updatable, ({ tx, ids, params }) => updateCharge(tx, ids.id as string, params)),
    route('POST /v1/charges/:id/capture', capturable, ({ tx, ids, params }) =>
      captureCharge(tx, ids.id as string, params),
    ),
  ],
};
