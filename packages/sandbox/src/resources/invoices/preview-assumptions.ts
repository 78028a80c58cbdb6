import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, hash, int, list, oneOf, type ParamsOf, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { address, addressOf, shipping } from '../customers/address.js';
import { createCustomer } from '../customers/customers.js';
import { createTaxId, taxIdParams, taxIdsOf } from '../customers/tax-ids.js';
import { invoiceItemShape } from './invoice-item-params.js';
import { changeInvoiceItem, newInvoiceItem } from './invoice-items.js';

const { pricing: _, ...itemShape } = invoiceItemShape;

/** What a preview takes for granted, whatever it previews. */
export const assumptionShape = {
  customer: str(),
  customer_details: hash({
    address: emptyable(address),
    shipping: emptyable(shipping),
    tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
    tax_ids: list(hash(taxIdParams), 5),
  }),
  invoice_items: list(
    hash({ ...itemShape, currency: str(3), invoiceitem: str(), price: str(), unit_amount: int() }),
    250,
  ),
  subscription: str(),
};
type Assumptions = ParamsOf<typeof assumptionShape> & {
  currency?: string;
  subscription_details?: { metadata?: Record<string, string> | null };
};
type Item = NonNullable<Assumptions['invoice_items']>[number];

/**
 * Makes it so: the customer as described (a new one, if there is none), invoice items added or changed, the
 * subscription's metadata. Whoever calls it undoes it.
 * @returns the customer's id
 */
export function assume(tx: Transaction, params: Assumptions): string {
  const subscription =
    params.subscription === undefined ? undefined : tx.require('subscription', params.subscription, 'subscription');
  const known = params.customer ?? subscription?.customer;
  const customer = known === undefined ? createCustomer(tx, {}) : tx.require('customer', known, 'customer');
  const described = params.customer_details && describe(tx, customer, params.customer_details);
  const currency = params.currency ?? subscription?.currency ?? described?.currency ?? undefined;
  for (const [at, item] of (params.invoice_items ?? []).entries()) {
    assumeItem(tx, item, `invoice_items[${at}]`, customer.id, currency);
  }
  const given = params.subscription_details?.metadata;
  if (subscription && given !== undefined) {
    tx.patch('subscription', subscription.id, { metadata: mergeMetadata(subscription.metadata, given) });
  }
  return customer.id;
}

function describe(
  tx: Transaction,
  customer: StripeObjects['customer'],
  { address, shipping, tax_exempt, tax_ids }: NonNullable<Assumptions['customer_details']>,
): StripeObjects['customer'] {
  if (tax_ids) {
    for (const { id } of taxIdsOf(tx, customer.id)) tx.delete('tax_id', id);
    for (const taxId of tax_ids) createTaxId(tx, customer.id, taxId);
  }
  return tx.patch('customer', customer.id, {
    ...(address !== undefined && { address: address && addressOf(address) }),
    ...(shipping !== undefined && {
      shipping: shipping && { ...shipping, address: addressOf(shipping.address), phone: shipping.phone ?? null },
    }),
    ...(tax_exempt !== undefined && { tax_exempt: tax_exempt ?? 'none' }),
  });
}

function assumeItem(
  tx: Transaction,
  { invoiceitem, price, unit_amount, ...params }: Item,
  path: string,
  customer: string,
  currency: string | undefined,
): void {
  if (unit_amount !== undefined && params.unit_amount_decimal !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: unit_amount, unit_amount_decimal.', {
      param: `${path}[unit_amount]`,
    });
  }
  const given = {
    ...params,
    ...(price !== undefined && { pricing: { price } }),
    ...(unit_amount !== undefined && { unit_amount_decimal: String(unit_amount) }),
  };
  if (invoiceitem === undefined) {
    newInvoiceItem(tx, { ...(currency !== undefined && { currency }), ...given, customer }, path);
    return;
  }
  const item = tx.require('invoiceitem', invoiceitem, `${path}[invoiceitem]`);
  if (item.customer !== customer || item.invoice !== null) {
    throw invalidRequest(`The invoice item ${item.id} does not wait for an invoice of this customer.`, {
      param: `${path}[invoiceitem]`,
    });
  }
  changeInvoiceItem(tx, item, given, path);
}
