import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { type Invoice, markUncollectible, voidInvoice } from '../invoices/invoices.js';
import { ENDED, patchSubscription, type Subscription } from './subscription-store.js';

const JOB = 'subscription.resume_collection';

/** What a paused collection makes of an invoice just finalized; as it is, if nothing is paused. */
export function withheld(tx: Transaction, subscription: Subscription | undefined, invoice: Invoice): Invoice {
  const behavior = subscription?.pause_collection?.behavior;
  if (invoice.status !== 'open') return invoice;
  if (behavior === 'void') return voidInvoice(tx, invoice.id);
  return behavior === 'mark_uncollectible' ? markUncollectible(tx, invoice.id) : invoice;
}

/** Collection begins again by itself at `resumes_at`. @throws 400 for a moment in the past */
export function scheduleCollection(tx: Transaction, { id, pause_collection, test_clock }: Subscription): void {
  tx.unschedule(JOB, id);
  const at = pause_collection?.resumes_at ?? null;
  if (at === null) return;
  if (at <= tx.now(test_clock)) {
    throw invalidRequest('`resumes_at` must be in the future.', { param: 'pause_collection[resumes_at]' });
  }
  tx.schedule(JOB, id, at, test_clock);
}

export function resumeCollection(tx: Transaction, id: string): void {
  const found = tx.get('subscription', id);
  if (!found?.pause_collection || ENDED.includes(found.status)) return;
  tx.emit('customer.subscription.updated', patchSubscription(tx, id, { pause_collection: null }));
}
