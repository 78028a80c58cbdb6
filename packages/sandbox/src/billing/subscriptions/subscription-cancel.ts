import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { collectAutomatically } from '../invoices/collection.js';
import { finalizeInvoice } from '../invoices/invoices.js';
import { createInvoiceItem } from '../invoices/pending-items.js';
import { prorations } from './prorated-items.js';
import { billLastUsage } from './renewal.js';
import { type Ending, endSubscription } from './subscription-status.js';
import { ENDED, type Subscription, withItems } from './subscription-store.js';

export interface CancelGiven extends Ending {
  /** Credit the unused time. */
  prorate: boolean;
  /** Bill pending items and used units at once. */
  invoice_now: boolean;
}

/** Ends a subscription at once: https://docs.stripe.com/api/subscriptions/cancel */
export function cancelNow(tx: Transaction, id: string, given: CancelGiven): Subscription {
  const before = tx.require('subscription', id);
  if (ENDED.includes(before.status)) {
    throw invalidRequest(`No such subscription: '${id}'`, { code: 'resource_missing', param: 'id', status: 404 });
  }
  const now = tx.now(before.test_clock);
  if (given.prorate) {
    for (const item of prorations(tx, before, withItems(before, []), now)) createInvoiceItem(tx, item);
  }
  const ended = endSubscription(tx, id, given);
  const last =
    given.invoice_now && before.status !== 'incomplete'
      ? billLastUsage(tx, ended, now, before.status === 'paused')
      : undefined;
  // One that never started expires, which the real API tells as an update (pay-rails/pay issue 91).
  const told = before.status === 'incomplete' ? 'customer.subscription.updated' : 'customer.subscription.deleted';
  tx.emit(told, tx.require('subscription', id));
  if (last) {
    const invoice = finalizeInvoice(tx, last.id);
    if (invoice.status === 'open' && invoice.collection_method === 'charge_automatically') {
      collectAutomatically(tx, last.id);
    }
  }
  return tx.require('subscription', id);
}
