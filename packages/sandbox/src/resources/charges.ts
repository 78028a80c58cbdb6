import { forcedDeclineIndexes } from '../billing/payments/forced-declines.js';
import type { Kind } from '../engine/kinds.js';
import { range, str } from '../http/params.js';
import type { ResourceModule } from '../http/route.js';
import { listRoute, retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'charge'> = {
  object: 'charge',
  prefix: 'ch',
  indexes: {
    customer: ({ customer }) => customer,
    payment_intent: ({ payment_intent }) => payment_intent,
  },
  // What a charge brings to the merchant's balance is not modelled.
  references: { balance_transaction: null, mandate: null },
};

export const charges: ResourceModule = {
  kinds: [kind],
  recordIndexes: forcedDeclineIndexes,
  routes: [
    retrieveRoute('GET /v1/charges/:id', 'charge'),
    listRoute('GET /v1/charges', 'charge', { created: range(), customer: str(), payment_intent: str() }),
  ],
};
