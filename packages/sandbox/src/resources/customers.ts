import type { Kind } from '../engine/kinds.js';
import { emptyable, metadata, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'customer'> = {
  object: 'customer',
  prefix: 'cus',
  answersDeleted: true,
  indexes: { email: (customer) => customer.email },
};

const shape = { email: emptyable(str(512)), name: emptyable(str(256)), metadata: metadata() };

export const customers: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/customers', shape, ({ tx, params }) => {
      const customer = tx.put('customer', {
        id: tx.newId('customer'),
        object: 'customer',
        address: null,
        balance: 0,
        created: tx.now(),
        currency: null,
        default_source: null,
        delinquent: false,
        description: null,
        discount: null,
        email: params.email ?? null,
        invoice_prefix: '',
        invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
        livemode: false,
        metadata: mergeMetadata({}, params.metadata),
        name: params.name ?? null,
        next_invoice_sequence: 1,
        phone: null,
        preferred_locales: [],
        shipping: null,
        tax_exempt: 'none',
        test_clock: null,
      });
      tx.emit('customer.created', customer);
      return customer;
    }),
    retrieveRoute('GET /v1/customers/:id', 'customer'),
    listRoute('GET /v1/customers', 'customer', { created: range(), email: str(512) }),
  ],
};
