import { noSuch } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { type ParamsOf, required, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { PAGE, page } from '../http/standard-routes.js';

type TaxId = StripeObjects['tax_id'];

const kind: Kind<'tax_id'> = {
  object: 'tax_id',
  prefix: 'txi',
  noun: 'tax_id',
  indexes: { customer: ({ customer }) => customer },
};

export const taxIdParams = { type: required(str(40)), value: required(str(100)) };

export const taxIdsOf = (tx: Transaction, customer: string): TaxId[] => tx.where('tax_id', 'customer', customer);

/** Stored unverified: no registry is asked, as in Stripe's test mode. */
export function createTaxId(tx: Transaction, customer: string, given: ParamsOf<typeof taxIdParams>): TaxId {
  const taxId = tx.put('tax_id', {
    id: tx.newId('tax_id'),
    object: 'tax_id',
    country: countryOf(given),
    created: tx.now(),
    customer,
    customer_account: null,
    livemode: false,
    owner: { customer, customer_account: null, type: 'customer' },
    type: given.type as StripeObjects['tax_id']['type'],
    value: given.value,
    verification: { status: 'pending', verified_address: null, verified_name: null },
  });
  tx.emit('customer.tax_id.created', taxId);
  return taxId;
}

function countryOf({ type, value }: { type: string; value: string }): string | null {
  const prefix = type === 'eu_vat' ? value.slice(0, 2) : type.slice(0, 2);
  return /^[a-z]{2}$/i.test(prefix) ? prefix.toUpperCase() : null;
}

export const taxIds: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/customers/:customer/tax_ids', taxIdParams, ({ tx, params, ids }) => {
      const customer = tx.require('customer', ids.customer as string);
      return createTaxId(tx, customer.id, params);
    }),
    route('GET /v1/customers/:customer/tax_ids', PAGE, ({ tx, params, ids, path }) => {
      const customer = tx.require('customer', ids.customer as string);
      return page(taxIdsOf(tx, customer.id), params, path, 'tax_id');
    }),
    route('GET /v1/customers/:customer/tax_ids/:id', {}, ({ tx, ids }) => own(tx, ids)),
    route('DELETE /v1/customers/:customer/tax_ids/:id', {}, ({ tx, ids }) => {
      const taxId = own(tx, ids);
      tx.emit('customer.tax_id.deleted', taxId);
      tx.delete('tax_id', taxId.id);
      return { id: taxId.id, object: 'tax_id', deleted: true };
    }),
  ],
};

function own(tx: Transaction, ids: Record<string, string>) {
  const customer = tx.require('customer', ids.customer as string);
  const taxId = tx.require('tax_id', ids.id as string);
  if (taxId.customer !== customer.id) throw noSuch('tax_id', taxId.id);
  return taxId;
}
