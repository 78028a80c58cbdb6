import type { Transaction } from '../../engine/transaction.js';
import { endSubscription } from '../subscriptions/subscription-status.js';
import { ENDED, patchSubscription, type Subscription } from '../subscriptions/subscription-store.js';
import { dunningSettings, overdueEnd } from './dunning.js';
import { type Invoice, subscriptionOf } from './invoices.js';
import { collectInvoice } from './settlement.js';

/** An attempt of the sandbox's own accord; the last one that fails ends collection as the account's settings say. */
export function collectAutomatically(tx: Transaction, id: string): void {
  const invoice = tx.get('invoice', id);
  if (invoice?.status !== 'open' || !invoice.auto_advance) return;
  collectInvoice(tx, id, { automatic: true, offSession: true });
  const after = tx.require('invoice', id);
  if (after.status === 'open' && after.next_payment_attempt === null) giveUp(tx, after);
}

/** A sent invoice that stayed overdue for as long as the account's settings bear it, later ones or not. */
export function giveUpOverdue(tx: Transaction, id: string): void {
  const invoice = tx.get('invoice', id);
  const subscription = invoice?.status === 'open' ? owner(tx, invoice) : undefined;
  if (subscription?.status === 'past_due') endBySettings(tx, subscription);
}

/** A sent invoice that is not paid when it is due. */
export function markOverdue(tx: Transaction, id: string): void {
  const invoice = tx.get('invoice', id);
  if (invoice?.status !== 'open') return;
  tx.emit('invoice.overdue', invoice);
  const end = overdueEnd(tx, invoice);
  if (end !== undefined) tx.schedule('invoice.give_up', id, end, invoice.test_clock);
  const subscription = owner(tx, invoice);
  if (subscription?.status !== 'active') return;
  tx.emit('customer.subscription.updated', patchSubscription(tx, subscription.id, { status: 'past_due' }));
}

function giveUp(tx: Transaction, invoice: Invoice): void {
  const subscription = owner(tx, invoice);
  if (!subscription || subscription.latest_invoice !== invoice.id || subscription.status === 'paused') return;
  endBySettings(tx, subscription);
}

function endBySettings(tx: Transaction, subscription: Subscription): void {
  const { final_action } = dunningSettings(tx);
  if (final_action === 'cancel') {
    tx.emit('customer.subscription.deleted', endSubscription(tx, subscription.id, { reason: 'payment_failed' }));
  } else if (final_action === 'unpaid') {
    tx.emit('customer.subscription.updated', patchSubscription(tx, subscription.id, { status: 'unpaid' }));
  }
}

function owner(tx: Transaction, invoice: Invoice): Subscription | undefined {
  const subscription = tx.get('subscription', subscriptionOf(invoice) ?? '');
  return subscription && !ENDED.includes(subscription.status) ? subscription : undefined;
}
