import { moveBalance } from '../billing/invoices/customer-balance.js';
import { invalidRequest } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import { int, metadata, required, str } from '../http/params.js';
import { type Call, type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata } from '../http/standard-routes.js';

const kind: Kind<'customer_balance_transaction'> = {
  object: 'customer_balance_transaction',
  prefix: 'cbtxn',
  noun: 'customer balance transaction',
  indexes: { customer: ({ customer }) => customer },
};

export const customerBalanceTransactions: ResourceModule = {
  kinds: [kind],
  routes: [
    listRoute(
      'GET /v1/customers/:id/balance_transactions',
      'customer_balance_transaction',
      {},
      {
        from: ({ tx, ids }: Call<unknown>) => {
          const { id } = tx.require('customer', ids.id as string, 'customer');
          return tx.where('customer_balance_transaction', 'customer', id);
        },
      },
    ),
    route(
      'POST /v1/customers/:id/balance_transactions',
      { amount: required(int()), currency: required(str(3)), description: str(350), metadata: metadata() },
      ({ tx, ids, params }) => {
        const { id } = tx.require('customer', ids.id as string, 'customer');
        const { amount, description } = params;
        if (amount === 0) throw invalidRequest('The amount of an adjustment cannot be zero.', { param: 'amount' });
        const currency = params.currency.toLowerCase();
        moveBalance(tx, id, { amount, currency, type: 'adjustment', ...(description && { description }) });
        const made = tx.where('customer_balance_transaction', 'customer', id)[0];
        if (!made) throw new Error('the adjustment was not recorded');
        return tx.patch('customer_balance_transaction', made.id, {
          metadata: mergeMetadata({}, params.metadata),
        });
      },
    ),
  ],
};
