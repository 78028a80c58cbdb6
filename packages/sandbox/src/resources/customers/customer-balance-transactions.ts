import { moveBalance } from '../../billing/invoices/customer-balance.js';
import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, int, metadata, range, required, str } from '../../http/params.js';
import { type Call, type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata } from '../../http/standard-routes.js';

const kind: Kind<'customer_balance_transaction'> = {
  object: 'customer_balance_transaction',
  prefix: 'cbtxn',
  noun: 'customer balance transaction',
  indexes: { customer: ({ customer }) => customer },
};

function own(tx: Transaction, ids: Record<string, string>) {
  const customer = tx.require('customer', ids.customer as string, 'customer');
  const found = tx.get('customer_balance_transaction', ids.id as string);
  if (found?.customer !== customer.id) throw noSuch('customer balance transaction', ids.id as string);
  return found;
}

export const customerBalanceTransactions: ResourceModule = {
  kinds: [kind],
  routes: [
    listRoute(
      'GET /v1/customers/:id/balance_transactions',
      'customer_balance_transaction',
      { created: range(), invoice: str() },
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
        moveBalance(tx, id, {
          amount,
          currency: params.currency.toLowerCase(),
          metadata: mergeMetadata({}, params.metadata),
          type: 'adjustment',
          ...(description && { description }),
        });
        return tx.where('customer_balance_transaction', 'customer', id)[0];
      },
    ),
    route('GET /v1/customers/:customer/balance_transactions/:id', {}, ({ tx, ids }) => own(tx, ids)),
    route(
      'POST /v1/customers/:customer/balance_transactions/:id',
      { description: emptyable(str(350)), metadata: metadata() },
      ({ tx, ids, params }) => {
        const before = own(tx, ids);
        return tx.patch('customer_balance_transaction', before.id, {
          ...(params.description !== undefined && { description: params.description }),
          metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
        });
      },
    ),
  ],
};
