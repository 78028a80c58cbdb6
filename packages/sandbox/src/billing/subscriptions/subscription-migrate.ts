import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { ENDED, patchSubscription, type Subscription } from './subscription-store.js';

/**
 * From classic to flexible billing, for good: https://docs.stripe.com/billing/subscriptions/billing-mode
 * What is billed already stays as it is. The words of the refusals are not Stripe's.
 */
export function migrateSubscription(tx: Transaction, id: string): Subscription {
  const { billing_mode, schedule, status, test_clock } = tx.require('subscription', id);
  if (billing_mode.type === 'flexible') {
    throw invalidRequest(`The subscription ${id} uses flexible billing mode already.`, { param: 'billing_mode' });
  }
  if (ENDED.includes(status)) throw invalidRequest(`The subscription ${id} cannot be migrated: it is ${status}.`);
  if (schedule !== null) {
    // Not established: what the migration does to the schedule's own billing mode.
    throw invalidRequest(`The subscription ${id} cannot be migrated here while the schedule ${schedule} manages it.`);
  }
  const flexible = { proration_discounts: 'included' as const };
  const migrated = patchSubscription(tx, id, {
    billing_mode: { flexible, type: 'flexible', updated_at: tx.now(test_clock) },
  });
  tx.emit('customer.subscription.updated', migrated);
  return migrated;
}
