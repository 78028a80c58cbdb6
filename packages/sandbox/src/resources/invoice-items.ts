import { addToDraft, removeFromDraft } from '../billing/invoices/draft-lines.js';
import { createInvoiceItem } from '../billing/invoices/pending-items.js';
import { amountOf, chargingIn } from '../billing/pricing/amounts.js';
import { invalidRequest } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, hash, int, metadata, type ParamsOf, range, required, str, time } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'invoiceitem'> = {
  object: 'invoiceitem',
  prefix: 'ii',
  indexes: { customer: ({ customer }) => customer, invoice: ({ invoice }) => invoice },
};

const shape = {
  amount: int(),
  currency: str(3),
  customer: required(str()),
  description: str(5000),
  discountable: bool(),
  invoice: str(),
  metadata: metadata(),
  period: hash({ end: required(time()), start: required(time()) }),
  pricing: hash({ price: str() }),
  quantity: int(0),
  subscription: str(),
};

function create(tx: Transaction, params: ParamsOf<typeof shape>) {
  const customer = tx.require('customer', params.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  const price = params.pricing?.price ? tx.require('price', params.pricing.price, 'pricing[price]') : undefined;
  const currency = params.currency?.toLowerCase() ?? price?.currency;
  const { amount, quantity = 1 } = params;
  if (currency === undefined || (price === undefined) === (amount === undefined)) {
    throw invalidRequest('You must pass either `pricing[price]`, or `amount` together with `currency`.', {
      param: 'amount',
    });
  }
  if (price && !chargingIn(price, currency)) {
    throw invalidRequest(`The price ${price.id} is not available in ${currency}.`, { param: 'currency' });
  }
  if (params.subscription !== undefined) tx.require('subscription', params.subscription, 'subscription');
  const item = createInvoiceItem(tx, {
    customer: customer.id,
    currency,
    amount: price ? amountOf(price, currency, quantity) : (amount ?? 0),
    description: params.description ?? (price && tx.get('product', price.product)?.name) ?? null,
    period: params.period ?? { start: now, end: now },
    ...(price && { price }),
    quantity: price ? quantity : 1,
    discountable: params.discountable ?? true,
    metadata: mergeMetadata({}, params.metadata),
    ...(params.subscription !== undefined && { subscription: params.subscription }),
  });
  if (params.invoice === undefined) return item;
  addToDraft(tx, item, params.invoice);
  return tx.require('invoiceitem', item.id);
}

/** An item can change until its invoice is finalized. @returns the draft that it is on, if any */
function requireOpen(tx: Transaction, item: StripeObjects['invoiceitem']) {
  const invoice = item.invoice === null ? undefined : tx.get('invoice', item.invoice);
  if (invoice && invoice.status !== 'draft') {
    throw invalidRequest(`The invoice item ${item.id} is on the invoice ${invoice.id}, which is finalized.`, {
      code: 'invoice_not_editable',
    });
  }
  return invoice;
}

export const invoiceItems: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/invoiceitems', shape, ({ tx, params }) => create(tx, params)),
    retrieveRoute('GET /v1/invoiceitems/:id', 'invoiceitem'),
    listRoute(
      'GET /v1/invoiceitems',
      'invoiceitem',
      { created: range(), customer: str(), invoice: str(), pending: bool() },
      {
        match: (item, { customer, invoice, pending }) =>
          (customer === undefined || item.customer === customer) &&
          (invoice === undefined || item.invoice === invoice) &&
          (pending === undefined || (item.invoice === null) === pending),
      },
    ),
    route(
      'POST /v1/invoiceitems/:id',
      { amount: int(), description: str(5000), discountable: bool(), metadata: metadata() },
      ({ tx, ids, params }) => {
        const item = tx.require('invoiceitem', ids.id as string);
        const draft = requireOpen(tx, item);
        const amount = params.amount ?? item.amount;
        const changed = tx.patch('invoiceitem', item.id, {
          amount,
          net_amount: amount,
          description: params.description ?? item.description,
          discountable: params.discountable ?? item.discountable,
          metadata: mergeMetadata(item.metadata ?? {}, params.metadata),
          ...(params.amount !== undefined && {
            pricing: { type: 'price_details' as const, unit_amount_decimal: String(amount) },
            quantity: 1,
            quantity_decimal: '1',
          }),
        });
        if (draft) addToDraft(tx, changed, removeFromDraft(tx, item.id, draft).id);
        return tx.require('invoiceitem', item.id);
      },
    ),
    route('DELETE /v1/invoiceitems/:id', {}, ({ tx, ids }) => {
      const item = tx.require('invoiceitem', ids.id as string);
      const draft = requireOpen(tx, item);
      if (draft) removeFromDraft(tx, item.id, draft);
      tx.emit('invoiceitem.deleted', item);
      return tx.bury('invoiceitem', item.id);
    }),
  ],
};
