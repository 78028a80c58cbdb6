import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { PAGE, page, retrieveRoute } from '../../http/standard-routes.js';

type TaxId = StripeObjects['tax_id'];

const kind: Kind<'tax_id'> = {
  object: 'tax_id',
  prefix: 'txi',
  noun: 'tax_id',
  indexes: { customer: ({ customer }) => customer },
};

export const taxIdParams = { type: required(str(40)), value: required(str(100)) };

export const taxIdsOf = (tx: Transaction, customer: string): TaxId[] => tx.where('tax_id', 'customer', customer);

export function createTaxId(tx: Transaction, customer: string, given: ParamsOf<typeof taxIdParams>): TaxId {
  const taxId = putTaxId(tx, customer, given);
  tx.emit('customer.tax_id.created', taxId);
  return taxId;
}

/** Stored unverified: no registry is asked. Without a customer it is the account's own. */
function putTaxId(tx: Transaction, customer: string | null, given: ParamsOf<typeof taxIdParams>): TaxId {
  return tx.put('tax_id', {
    id: tx.newId('tax_id'),
    object: 'tax_id',
    country: countryOf(given),
    created: tx.now(),
    customer,
    customer_account: null,
    livemode: false,
    owner: customer ? { customer, customer_account: null, type: 'customer' } : { customer_account: null, type: 'self' },
    type: given.type as StripeObjects['tax_id']['type'],
    value: given.value,
    verification: { status: 'pending', verified_address: null, verified_name: null },
  });
}

export function deleteTaxId(tx: Transaction, taxId: TaxId) {
  if (taxId.customer) tx.emit('customer.tax_id.deleted', taxId);
  tx.delete('tax_id', taxId.id);
  return { id: taxId.id, object: 'tax_id', deleted: true };
}

const owner = hash({ customer: str(), type: required(oneOf('customer', 'self')) });

/** The customer that a request is about; null for the account itself, the default. */
function ownerIn(tx: Transaction, given: ParamsOf<{ owner: typeof owner }>['owner']): string | null {
  if (!given || given.type === 'self') {
    if (given?.customer !== undefined) {
      throw invalidRequest('`owner[customer]` is only for `owner[type]=customer`.', { param: 'owner[customer]' });
    }
    return null;
  }
  if (given.customer === undefined) {
    throw invalidRequest('Missing required param: owner[customer].', {
      code: 'parameter_missing',
      param: 'owner[customer]',
    });
  }
  return tx.require('customer', given.customer, 'owner[customer]').id;
}

function* ownTaxIds(tx: Transaction): Generator<TaxId> {
  for (const taxId of tx.newestFirst('tax_id')) if (taxId.owner?.type === 'self') yield taxId;
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
      return deleteTaxId(tx, own(tx, ids));
    }),
    route('POST /v1/tax_ids', { ...taxIdParams, owner }, ({ tx, params }) => {
      const { owner: given, ...taxId } = params;
      const customer = ownerIn(tx, given);
      return customer ? createTaxId(tx, customer, taxId) : putTaxId(tx, null, taxId);
    }),
    route('GET /v1/tax_ids', { ...PAGE, owner }, ({ tx, params, path }) => {
      const customer = ownerIn(tx, params.owner);
      return page(customer ? taxIdsOf(tx, customer) : ownTaxIds(tx), params, path, 'tax_id');
    }),
    retrieveRoute('GET /v1/tax_ids/:id', 'tax_id'),
    route('DELETE /v1/tax_ids/:id', {}, ({ tx, ids }) => deleteTaxId(tx, tx.require('tax_id', ids.id as string))),
  ],
};

function own(tx: Transaction, ids: Record<string, string>) {
  const customer = tx.require('customer', ids.customer as string);
  const taxId = tx.require('tax_id', ids.id as string);
  if (taxId.customer !== customer.id) throw noSuch('tax_id', taxId.id);
  return taxId;
}
