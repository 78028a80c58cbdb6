import { namedCharge } from '../../billing/refunds/refundable-charge.js';
import { concludeRefund, createRefund } from '../../billing/refunds/refunds.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import { int, metadata, oneOf, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'refund'> = {
  object: 'refund',
  prefix: 're',
  indexes: { charge: ({ charge }) => charge, payment_intent: ({ payment_intent }) => payment_intent },
  references: { balance_transaction: null },
};

export const refunds: ResourceModule = {
  kinds: [kind],
  jobs: { 'refund.conclude': concludeRefund },
  routes: [
    route(
      'POST /v1/refunds',
      {
        amount: int(1),
        charge: str(),
        metadata: metadata(),
        payment_intent: str(),
        reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
      },
      ({ tx, params }) => {
        const { amount, reason, metadata: given, ...named } = params;
        return createRefund(tx, namedCharge(tx, named), {
          ...(amount !== undefined && { amount }),
          ...(reason && { reason }),
          metadata: mergeMetadata({}, given),
        });
      },
    ),
    retrieveRoute('GET /v1/refunds/:id', 'refund'),
    listRoute(
      'GET /v1/refunds',
      'refund',
      { charge: str(), created: range(), payment_intent: str() },
      {
        match: (refund, { charge, payment_intent }) =>
          (charge === undefined || refund.charge === charge) &&
          (payment_intent === undefined || refund.payment_intent === payment_intent),
      },
    ),
    route('POST /v1/refunds/:id', { metadata: metadata() }, ({ tx, ids, params }) => {
      const before = tx.require('refund', ids.id as string);
      const refund = tx.patch('refund', before.id, { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) });
      tx.emit('refund.updated', refund);
      return refund;
    }),
    // Card refunds never wait for an action of the customer, and no others can be canceled.
    route('POST /v1/refunds/:id/cancel', {}, ({ tx, ids }) => {
      const { id, status } = tx.require('refund', ids.id as string);
      throw invalidRequest(
        `Refund ${id} cannot be canceled: only refunds that require an action can, it is ${status}.`,
      );
    }),
  ],
};
