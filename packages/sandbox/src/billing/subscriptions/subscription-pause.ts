import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { collectAutomatically } from '../invoices/collection.js';
import { createInvoice } from '../invoices/invoice-draft.js';
import { finalizeInvoice, type Invoice } from '../invoices/invoices.js';
import { createInvoiceItem, type NewInvoiceItem, pendingItems } from '../invoices/pending-items.js';
import { markPaused } from './pausing.js';
import { withoutPendingUpdate } from './pending-update.js';
import { unusedTime } from './prorated-items.js';
import { runningDiscounts } from './subscription-discounts.js';
import { isMetered, patchSubscription, type Subscription } from './subscription-store.js';
import { usedUnits } from './used-units.js';

export interface PauseGiven {
  /** From when on licensed items are credited. */
  unused_time_from: 'item_current_period_start' | 'none' | 'now';
  /** Whether what metered items counted so far is billed. */
  outstanding_usage_through: 'none' | 'now';
  /** Bill and credit at once, or with whatever invoice comes next. */
  invoicing_behavior: 'invoice' | 'pending_invoice_item';
}

export const PAUSE_DEFAULTS: PauseGiven = {
  unused_time_from: 'now',
  outstanding_usage_through: 'now',
  invoicing_behavior: 'pending_invoice_item',
};

/**
 * Stops service and invoices at once, until it is resumed: https://docs.stripe.com/api/subscriptions/pause
 * @param bySchedule the subscription's own schedule pauses it; anybody else must not, while there is one
 * @throws 400 for what cannot be paused
 */
export function pauseSubscription(
  tx: Transaction,
  id: string,
  given: PauseGiven,
  { bySchedule = false }: { bySchedule?: boolean } = {},
): Subscription {
  const found = tx.require('subscription', id);
  requirePausable(found, bySchedule);
  // Of an earlier pause.
  tx.unschedule('subscription.resume', id);
  const before = withoutPendingUpdate(tx, found);
  const now = tx.now(before.test_clock);
  const owed = owedForPause(tx, before, given, now);
  markPaused(tx, before, 'pause_requested', now);
  if (given.invoicing_behavior === 'invoice' && owed.length > 0) {
    const draft = draftPauseInvoice(tx, before, owed, now);
    patchSubscription(tx, id, { latest_invoice: draft.id });
    if (finalizeInvoice(tx, draft.id).status === 'open') collectAutomatically(tx, draft.id);
  } else for (const item of owed) createInvoiceItem(tx, item);
  const paused = tx.require('subscription', id);
  tx.emit('customer.subscription.updated', paused);
  tx.emit('customer.subscription.paused', paused);
  return paused;
}

/** The invoice that a pause makes, as a draft; undefined when it owes nothing or bills later. */
export function previewPause(tx: Transaction, id: string, given: PauseGiven): Invoice | undefined {
  const before = tx.require('subscription', id);
  requirePausable(before, false);
  const now = tx.now(before.test_clock);
  const owed = owedForPause(tx, before, given, now);
  const bills = given.invoicing_behavior === 'invoice' && owed.length > 0;
  return bills ? draftPauseInvoice(tx, before, owed, now) : undefined;
}

function draftPauseInvoice(tx: Transaction, subscription: Subscription, owed: NewInvoiceItem[], now: number): Invoice {
  for (const item of owed) createInvoiceItem(tx, item);
  return createInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_update',
    lines: [],
    items: pendingItems(tx, subscription),
    discounts: runningDiscounts(tx, subscription, now),
    period: { start: now, end: now },
    subscription,
  });
}

function owedForPause(tx: Transaction, before: Subscription, given: PauseGiven, now: number): NewInvoiceItem[] {
  return before.items.data.flatMap((item) => {
    if (isMetered(item)) return given.outstanding_usage_through === 'now' ? usedUnits(tx, before, item, now) : [];
    if (given.unused_time_from === 'none') return [];
    const at = given.unused_time_from === 'now' ? now : item.current_period_start;
    const credit = unusedTime(tx, before, item, at);
    return credit.amount === 0 ? [] : [credit];
  });
}

/** Who may be paused: https://docs.stripe.com/billing/subscriptions/pause#limitations. The words are not Stripe's. */
function requirePausable(subscription: Subscription, bySchedule: boolean): void {
  const problem = pauseProblem(subscription, bySchedule);
  if (problem) throw invalidRequest(`The subscription ${subscription.id} cannot be paused: ${problem}`);
}

export const mayPause = (subscription: Subscription) => pauseProblem(subscription, false) === undefined;

function pauseProblem(subscription: Subscription, bySchedule: boolean): string | undefined {
  const { status, billing_mode, collection_method, schedule } = subscription;
  if (['canceled', 'incomplete', 'incomplete_expired', 'paused', 'trialing'].includes(status)) {
    return `its status is ${status}.`;
  }
  if (billing_mode.type !== 'flexible') return 'its billing mode is not flexible. Migrate it first.';
  if (collection_method !== 'charge_automatically') return 'it is not collected by charge_automatically.';
  if (schedule === null || bySchedule) return undefined;
  return `the subscription schedule ${schedule} manages it. Use its pause_schedules.`;
}
