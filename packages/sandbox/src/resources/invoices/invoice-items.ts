import { redeemAll } from '../../billing/discounts/redeem.js';
import { addToDraft, refreshOnDraft, removeFromDraft, requireDraft } from '../../billing/invoices/draft-lines.js';
import { type ChargeGiven, itemCharge } from '../../billing/invoices/item-charge.js';
import { createInvoiceItem } from '../../billing/invoices/pending-items.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, type ParamsOf, range, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import {
  chargedMembers,
  chargeGiven,
  chargeOfItem,
  invoiceItemShape,
  periodOf,
  within,
} from './invoice-item-params.js';

type InvoiceItem = StripeObjects['invoiceitem'];

const kind: Kind<'invoiceitem'> = {
  object: 'invoiceitem',
  prefix: 'ii',
  noun: 'Invoice Item',
  indexes: { customer: ({ customer }) => customer, invoice: ({ invoice }) => invoice },
};

const createShape = {
  ...invoiceItemShape,
  currency: str(3),
  customer: required(str()),
  invoice: str(),
  subscription: str(),
};
type CreateParams = ParamsOf<typeof createShape>;

/**
 * @param path where the parameters are: '' or `lines[0]`
 * @param given what it costs, if other parameters say that
 */
export function newInvoiceItem(tx: Transaction, params: CreateParams, path = '', given?: ChargeGiven): InvoiceItem {
  const at = within(path);
  const customer = tx.require('customer', params.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  const draft = params.invoice === undefined ? undefined : requireDraft(tx, params.invoice, 'invoice');
  const currency = params.currency ?? draft?.currency;
  const read = given ?? chargeGiven(tx, { ...params, ...(currency !== undefined && { currency }) }, path);
  const charge = itemCharge(read, undefined, at);
  if (!charge) {
    throw invalidRequest(
      'You must pass one of `amount`, `pricing[price]`, `price_data` and `unit_amount_decimal` (with `currency`).',
      { param: at('amount') },
    );
  }
  const subscription = subscriptionFor(tx, customer.id, params.subscription);
  const id = tx.newId('invoiceitem');
  const item = createInvoiceItem(tx, {
    id,
    customer: customer.id,
    ...charge,
    description: params.description ?? (charge.price && tx.get('product', charge.price.product)?.name) ?? null,
    period: periodOf(params.period, path) ?? { start: now, end: now },
    ...(params.discountable !== undefined && { discountable: params.discountable }),
    discounts: redeemAll(tx, params.discounts ?? [], { customer: customer.id, invoiceItem: id }, at('discounts')),
    metadata: mergeMetadata({}, params.metadata),
    ...(draft && { invoice: draft.id }),
    ...(subscription !== undefined && { subscription }),
  });
  if (!draft) return item;
  tx.emit('invoice.updated', addToDraft(tx, item, draft.id));
  return tx.require('invoiceitem', item.id);
}

function subscriptionFor(tx: Transaction, customer: string, id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const subscription = tx.require('subscription', id, 'subscription');
  if (subscription.customer === customer) return id;
  throw invalidRequest(`The subscription ${id} does not belong to the customer ${customer}.`, {
    param: 'subscription',
  });
}

type Changes = ParamsOf<typeof invoiceItemShape>;

/** Changes an item that no finalized invoice bills yet. @param path where the parameters are */
export function changeInvoiceItem(
  tx: Transaction,
  item: InvoiceItem,
  params: Omit<Changes, 'price_data'>,
  path = '',
  given?: ChargeGiven,
): InvoiceItem {
  const at = within(path);
  const charge = itemCharge(given ?? chargeGiven(tx, params, path), chargeOfItem(tx, item), at);
  if (item.proration && params.discountable) {
    throw invalidRequest('Prorations cannot be discountable.', { param: at('discountable') });
  }
  const on = { customer: item.customer, invoiceItem: item.id };
  return tx.patch('invoiceitem', item.id, {
    ...(charge && chargedMembers(charge)),
    description: params.description ?? item.description,
    discountable: params.discountable ?? item.discountable,
    ...(params.discounts !== undefined && { discounts: redeemAll(tx, params.discounts ?? [], on, at('discounts')) }),
    metadata: mergeMetadata(item.metadata ?? {}, params.metadata),
    period: periodOf(params.period, path) ?? item.period,
  });
}

/** An item can change until its invoice is finalized. @returns the draft that it is on, if any */
function requireOpen(tx: Transaction, item: InvoiceItem, ended: string) {
  if (item.invoice === null) return undefined;
  const invoice = tx.get('invoice', item.invoice);
  if (!invoice) throw invalidRequest(ended);
  if (invoice.status === 'draft') return invoice;
  throw invalidRequest(`The invoice item ${item.id} is on the invoice ${invoice.id}, which is finalized.`, {
    code: 'invoice_not_editable',
  });
}

export const invoiceItems: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/invoiceitems', createShape, ({ tx, params }) => newInvoiceItem(tx, params)),
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
    // There is no event of a changed invoice item.
    route('POST /v1/invoiceitems/:id', invoiceItemShape, ({ tx, ids, params }) => {
      const item = tx.require('invoiceitem', ids.id as string);
      const draft = requireOpen(tx, item, 'This invoice item has been deleted.');
      const changed = changeInvoiceItem(tx, item, params);
      if (draft) tx.emit('invoice.updated', refreshOnDraft(tx, changed, draft));
      return changed;
    }),
    route('DELETE /v1/invoiceitems/:id', {}, ({ tx, ids }) => {
      const item = tx.require('invoiceitem', ids.id as string);
      const attached = "Can't delete an invoice item that is attached to an invoice that is no longer editable";
      const draft = requireOpen(tx, item, attached);
      if (draft) tx.emit('invoice.updated', removeFromDraft(tx, item.id, draft));
      tx.emit('invoiceitem.deleted', item);
      return tx.bury('invoiceitem', item.id);
    }),
  ],
};
