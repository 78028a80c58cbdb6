import type { InvoiceFacts, SubscriptionFacts } from './status-types.js';

/**
 * Whether an invoice waits for the person: finalized, not paid, and Stripe will not settle it by a first attempt of
 * its own (it tried, or it was sent to be paid, or it is the first invoice of a subscription that is not paid yet).
 */
export function waitsForPayment(invoice: InvoiceFacts, subscriptions: readonly SubscriptionFacts[]): boolean {
  if (invoice.status !== 'open' || invoice.amountRemaining <= 0) return false;
  if (invoice.attempted || invoice.dueDate !== null) return true;
  return subscriptions.some(({ id, status }) => id === invoice.subscriptionId && status === 'incomplete');
}

/** Stripe counts a first attempt that stopped at the bank's authentication as attempted, but not in the count. */
export function awaitsAction(invoice: InvoiceFacts): boolean {
  return invoice.attempted && invoice.attemptCount === 0;
}

/** Oldest first, so that the first is the one to pay. */
export function byAge(a: InvoiceFacts, b: InvoiceFacts): number {
  return a.created - b.created || (a.id < b.id ? -1 : 1);
}

/** Since when an invoice is unpaid that should be paid: its due date if it was sent, else its finalization. Seconds. */
function unpaidSince(invoice: InvoiceFacts): number {
  const finalized = invoice.finalizedAt ?? invoice.created;
  return invoice.dueDate === null ? finalized : Math.max(invoice.dueDate, finalized);
}

/**
 * When the grace of a past due subscription starts: when its oldest unpaid attempted invoice was finalized (fell due,
 * if it was sent). While no such invoice is mirrored: when its current period, which the invoice is for, began.
 */
export function graceStartsAt(subscription: SubscriptionFacts, waiting: readonly InvoiceFacts[]): number {
  const since = waiting.filter((invoice) => invoice.subscriptionId === subscription.id).map(unpaidSince);
  if (since.length > 0) return Math.min(...since);
  const starts = subscription.items.flatMap(({ currentPeriodStart: start }) => (start === null ? [] : [start]));
  return starts.length > 0 ? Math.max(...starts) : subscription.created;
}
