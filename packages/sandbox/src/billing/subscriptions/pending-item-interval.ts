import type { Transaction } from '../../engine/transaction.js';
import { createInvoice } from '../invoices/invoice-draft.js';
import { pendingItems } from '../invoices/pending-items.js';
import { boundary, type Cadence } from '../pricing/periods.js';
import { runningDiscounts } from './subscription-discounts.js';
import { ENDED, patchSubscription, type Subscription } from './subscription-store.js';

const JOB = 'subscription.bill_pending_items';
/** As for renewals, the merchant has an hour for changes. */
const DRAFT_TIME = 3600;

/** The subscription with the moment at which its pending items are billed next; the job for it is set. */
export function scheduleItemBilling(tx: Transaction, subscription: Subscription, from: number): Subscription {
  const every = subscription.pending_invoice_item_interval;
  tx.unschedule(JOB, subscription.id);
  if (!every) return { ...subscription, next_pending_invoice_item_invoice: null };
  const due = boundary(from, every as Cadence, 1);
  tx.schedule(JOB, subscription.id, due, subscription.test_clock);
  return { ...subscription, next_pending_invoice_item_invoice: due };
}

/** Bills what is pending between renewals: https://docs.stripe.com/billing/invoices/subscription#pending-items */
export function billPendingItems(tx: Transaction, id: string): void {
  const found = tx.get('subscription', id);
  if (!found || ENDED.includes(found.status)) return;
  const now = tx.now(found.test_clock);
  const items = found.status === 'paused' ? [] : pendingItems(tx, found);
  if (items.length > 0) {
    const finalizes = now + DRAFT_TIME;
    const invoice = createInvoice(tx, {
      customer: found.customer,
      currency: found.currency,
      billing_reason: 'subscription_cycle',
      lines: [],
      items,
      discounts: runningDiscounts(tx, found, now),
      period: { start: now, end: now },
      subscription: found,
      automatically_finalizes_at: finalizes,
    });
    tx.schedule('invoice.finalize', invoice.id, finalizes, found.test_clock);
    patchSubscription(tx, id, { latest_invoice: invoice.id });
  }
  const next = scheduleItemBilling(tx, tx.require('subscription', id), now);
  tx.emit('customer.subscription.updated', tx.put('subscription', next));
}
