import type { Transaction } from '../../engine/transaction.js';
import { type Invoice, voidInvoice } from '../invoices/invoices.js';
import { patchSubscription, type Subscription } from './subscription-store.js';

/** Which invoice a change waits for. Another one may have become the subscription's latest meanwhile. */
export interface AwaitedInvoice {
  /** The subscription's id. */
  id: string;
  invoice: string;
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _awaited_invoice: AwaitedInvoice;
  }
}

const JOB = 'subscription.expire_pending_update';

/** A change waits until its invoice is paid, at most until it expires. */
export function awaitPayment(
  tx: Transaction,
  { id, test_clock }: Pick<Subscription, 'id' | 'test_clock'>,
  invoice: string,
  pending_update: NonNullable<Subscription['pending_update']>,
): void {
  tx.put('_awaited_invoice', { id, invoice });
  patchSubscription(tx, id, { latest_invoice: invoice, pending_update });
  tx.schedule(JOB, id, pending_update.expires_at, test_clock);
}

export function awaits(tx: Transaction, { id, pending_update }: Subscription, invoice: Pick<Invoice, 'id'>): boolean {
  return pending_update !== null && tx.get('_awaited_invoice', id)?.invoice === invoice.id;
}

/** The waiting is over; the change itself is the caller's. */
export function stopAwaiting(tx: Transaction, id: string): void {
  tx.unschedule(JOB, id);
  tx.delete('_awaited_invoice', id);
  tx.delete('_resumption', id);
}

/** The subscription without a change that waits for its payment; the invoice of that change is void. */
export function withoutPendingUpdate(tx: Transaction, subscription: Subscription): Subscription {
  if (!subscription.pending_update) return subscription;
  const awaited = tx.get('_awaited_invoice', subscription.id);
  if (awaited && tx.get('invoice', awaited.invoice)?.status === 'open') voidInvoice(tx, awaited.invoice);
  stopAwaiting(tx, subscription.id);
  return patchSubscription(tx, subscription.id, { pending_update: null });
}

/**
 * Gives up a change that nobody paid in time, or that a new phase overtakes:
 * https://docs.stripe.com/billing/subscriptions/pending-updates-reference
 */
export function expirePendingUpdate(tx: Transaction, id: string): void {
  const waiting = tx.get('subscription', id);
  if (!waiting?.pending_update) return;
  const subscription = withoutPendingUpdate(tx, waiting);
  tx.emit('customer.subscription.updated', subscription);
  tx.emit('customer.subscription.pending_update_expired', subscription);
}
