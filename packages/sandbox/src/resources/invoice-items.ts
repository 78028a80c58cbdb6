import type { Kind } from '../engine/kinds.js';
import type { ResourceModule } from '../http/route.js';
import { retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'invoiceitem'> = {
  object: 'invoiceitem',
  prefix: 'ii',
  noun: 'invoiceitem',
  indexes: { customer: ({ customer }) => customer, invoice: ({ invoice }) => invoice },
};

export const invoiceItems: ResourceModule = {
  kinds: [kind],
  routes: [retrieveRoute('GET /v1/invoiceitems/:id', 'invoiceitem')],
};
