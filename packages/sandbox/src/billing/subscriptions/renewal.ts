import type { Transaction } from '../../engine/transaction.js';
import { collectAutomatically } from '../invoices/collection.js';
import { createInvoice } from '../invoices/invoice-draft.js';
import { type InvoiceLine, periodLines } from '../invoices/invoice-lines.js';
import { finalizeInvoice, type Invoice, subscriptionOf } from '../invoices/invoices.js';
import { pendingItems } from '../invoices/pending-items.js';
import { periodAt } from '../pricing/periods.js';
import { usageIn } from '../pricing/usage.js';
import { withheld } from './paused-collection.js';
import { markPaused } from './pausing.js';
import { chargeForPeriod } from './period-charge.js';
import { discountsAfterInvoice, runningDiscounts } from './subscription-discounts.js';
import { cadenceOf } from './subscription-items.js';
import { endSubscription } from './subscription-status.js';
import {
  defaultPaymentMethod,
  ENDED,
  isMetered,
  patchSubscription,
  putSubscription,
  type Subscription,
  type SubscriptionItem,
  scheduleAdvance,
} from './subscription-store.js';

/** Drafts wait an hour for the merchant's changes: https://docs.stripe.com/billing/invoices/subscription#update-renewal */
const DRAFT_TIME = 3600;

/** What falls due at the end of a period: cancellation, the end of a trial, renewal. */
export function advanceSubscription(tx: Transaction, id: string): void {
  const subscription = tx.get('subscription', id);
  if (!subscription || ENDED.includes(subscription.status)) return;
  const now = tx.now(subscription.test_clock);
  if (subscription.cancel_at !== null && subscription.cancel_at <= now) cancelAtEnd(tx, subscription, now);
  else if (subscription.status === 'paused') return;
  else if (trialEndsUnpaid(tx, subscription, now)) endUnpaidTrial(tx, subscription);
  else renew(tx, subscription, now);
}

/** The first invoice of the next periods, as a draft that finalizes by itself. */
export function renew(tx: Transaction, subscription: Subscription, now: number): Invoice | undefined {
  const { id, status, pause_collection } = subscription;
  const due = subscription.items.data.filter(({ current_period_end }) => current_period_end <= now);
  const begun = new Map(due.map((item) => [item, inNextPeriod(subscription, item)]));
  const lines = [...begun].flatMap(([old, next]) => renewalLines(tx, subscription, old, next));
  const pending = pendingItems(tx, subscription);
  const collected = status !== 'unpaid' && pause_collection?.behavior !== 'keep_as_draft';
  const finalizes = collected ? now + DRAFT_TIME : null;
  const starts = due.map(({ current_period_start }) => current_period_start);
  const invoice =
    lines.length + pending.length === 0
      ? undefined
      : createInvoice(tx, {
          customer: subscription.customer,
          currency: subscription.currency,
          billing_reason: 'subscription_cycle',
          lines,
          items: pending,
          discounts: runningDiscounts(tx, subscription, now),
          period: { start: Math.min(...starts, now), end: now },
          subscription,
          auto_advance: collected,
          automatically_finalizes_at: finalizes,
        });
  if (invoice && finalizes !== null) tx.schedule('invoice.finalize', invoice.id, finalizes, subscription.test_clock);
  const renewed = putSubscription(tx, {
    ...subscription,
    items: { ...subscription.items, data: subscription.items.data.map((item) => begun.get(item) ?? item) },
    status: status === 'trialing' ? 'active' : status,
    ...(invoice && { latest_invoice: invoice.id, discounts: discountsAfterInvoice(tx, subscription, invoice) }),
  });
  scheduleAdvance(tx, renewed);
  tx.emit('customer.subscription.updated', tx.require('subscription', id));
  return invoice;
}

/** The draft's hour is over: it is finalized and its money taken. */
export function finalizeDraft(tx: Transaction, id: string): void {
  if (tx.get('invoice', id)?.status !== 'draft') return;
  const finalized = finalizeInvoice(tx, id);
  const invoice = withheld(tx, tx.get('subscription', subscriptionOf(finalized) ?? ''), finalized);
  if (invoice.status !== 'open') return;
  if (invoice.collection_method === 'charge_automatically') collectAutomatically(tx, id);
  else if (invoice.due_date !== null) {
    tx.emit('invoice.sent', invoice);
    tx.schedule('invoice.overdue', id, invoice.due_date, invoice.test_clock);
  }
}

/**
 * Bills what is still unbilled when the subscription ends: used units and pending items.
 * @param paused the pause has billed the units already
 */
export function billLastUsage(
  tx: Transaction,
  subscription: Subscription,
  now: number,
  paused = subscription.status === 'paused',
): Invoice | undefined {
  const lines = subscription.items.data.flatMap((item) => {
    const period = { start: item.current_period_start, end: now };
    const used = isMetered(item) && !paused ? usageIn(tx, subscription, item, period) : 0;
    return used > 0 ? periodLines(tx, subscription, item, period, used) : [];
  });
  const items = pendingItems(tx, subscription);
  if (lines.length + items.length === 0) return undefined;
  const start = Math.min(...subscription.items.data.map(({ current_period_start }) => current_period_start));
  const invoice = createInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_cycle',
    lines,
    items,
    discounts: runningDiscounts(tx, subscription, now),
    period: { start, end: now },
    subscription,
    automatically_finalizes_at: now + DRAFT_TIME,
  });
  patchSubscription(tx, subscription.id, { latest_invoice: invoice.id });
  return invoice;
}

function cancelAtEnd(tx: Transaction, subscription: Subscription, now: number): void {
  const ended = endSubscription(tx, subscription.id, { reason: 'cancellation_requested' });
  const last = billLastUsage(tx, ended, now, subscription.status === 'paused');
  if (last) tx.schedule('invoice.finalize', last.id, now + DRAFT_TIME, subscription.test_clock);
  tx.emit('customer.subscription.deleted', tx.require('subscription', subscription.id));
}

function inNextPeriod({ billing_cycle_anchor }: Subscription, item: SubscriptionItem): SubscriptionItem {
  const start = item.current_period_end;
  const { end } = periodAt(billing_cycle_anchor, cadenceOf(item.price), start);
  return { ...item, current_period_start: start, current_period_end: end };
}

/** Licensed items are billed for the period that begins, metered ones for the one that ended. */
function renewalLines(
  tx: Transaction,
  subscription: Subscription,
  ended: SubscriptionItem,
  begun: SubscriptionItem,
): InvoiceLine[] {
  if (!isMetered(ended)) return chargeForPeriod(tx, subscription, begun);
  if (subscription.status === 'trialing') return [];
  const period = { start: ended.current_period_start, end: ended.current_period_end };
  return periodLines(tx, subscription, ended, period, usageIn(tx, subscription, ended, period));
}

function trialEndsUnpaid(tx: Transaction, subscription: Subscription, now: number): boolean {
  const { status, trial_end, trial_settings } = subscription;
  const acts = trial_settings?.end_behavior.missing_payment_method !== 'create_invoice';
  const ends = status === 'trialing' && trial_end !== null && trial_end <= now;
  return ends && acts && trial_settings !== null && !defaultPaymentMethod(tx, subscription);
}

function endUnpaidTrial(tx: Transaction, subscription: Subscription): void {
  if (subscription.trial_settings?.end_behavior.missing_payment_method === 'pause') {
    const now = tx.now(subscription.test_clock);
    const paused = markPaused(tx, subscription, 'trial_end_without_payment_method', now);
    tx.emit('customer.subscription.updated', paused);
    tx.emit('customer.subscription.paused', paused);
    return;
  }
  tx.emit('customer.subscription.deleted', endSubscription(tx, subscription.id, { reason: null }));
}
