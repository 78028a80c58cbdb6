import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';

type BalanceTransaction = StripeObjects['customer_balance_transaction'];

/**
 * Adds to what the customer owes (negative: credits them), in minor units, with the record and event of it.
 * @returns the balance afterwards
 */
export function moveBalance(
  tx: Transaction,
  customerId: string,
  move: Pick<BalanceTransaction, 'amount' | 'currency' | 'type'> & {
    credit_note?: string;
    description?: string;
    invoice?: string;
    metadata?: Record<string, string>;
  },
): number {
  const customer = tx.require('customer', customerId, 'customer');
  const balance = customer.balance + move.amount;
  if (move.amount === 0) return balance;
  tx.put('customer_balance_transaction', {
    id: tx.newId('customer_balance_transaction'),
    object: 'customer_balance_transaction',
    amount: move.amount,
    checkout_session: null,
    created: tx.now(customer.test_clock ?? null),
    credit_note: move.credit_note ?? null,
    currency: move.currency,
    customer: customer.id,
    customer_account: null,
    description: move.description ?? null,
    ending_balance: balance,
    invoice: move.invoice ?? null,
    livemode: false,
    metadata: move.metadata ?? {},
    type: move.type,
  });
  tx.emit('customer.updated', tx.patch('customer', customer.id, { balance }));
  return balance;
}
