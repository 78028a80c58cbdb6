import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import type { DiscountGiven } from '../discounts/redeem.js';
import { redeemAll } from '../discounts/redeem.js';
import { requireOwnEnd } from '../schedules/schedule-follow.js';
import { nextTurn, scheduleOf } from '../schedules/schedule-store.js';
import { turnSchedule } from '../schedules/schedule-turn.js';
import { prorations } from '../subscriptions/prorated-items.js';
import { billLastUsage, renew } from '../subscriptions/renewal.js';
import type { EndGiven } from '../subscriptions/scheduled-end.js';
import { type ChangeGiven, planChange } from '../subscriptions/subscription-change.js';
import type { SubscriptionGiven } from '../subscriptions/subscription-given.js';
import { type PauseGiven, previewPause } from '../subscriptions/subscription-pause.js';
import { previewResumption, type ResumeGiven } from '../subscriptions/subscription-resume.js';
import { startSubscription } from '../subscriptions/subscription-start.js';
import {
  ENDED,
  firstPeriodEnd,
  putSubscription,
  type Subscription,
  withItems,
} from '../subscriptions/subscription-store.js';
import { draftChangeInvoice } from '../subscriptions/subscription-update.js';
import type { Invoice } from './invoices.js';
import { createInvoiceItem } from './pending-items.js';

export interface PreviewGiven extends ChangeGiven, EndGiven {
  cancel_now: boolean;
  discounts?: DiscountGiven[];
  automatic_tax?: Subscription['automatic_tax'];
  preview_mode: 'next' | 'recurring';
}

/**
 * The invoice that a change would make, or else the next one: the change is really made, looked at and undone, so that
 * preview and change cannot differ. Nothing of it remains, prices of `price_data` included.
 */
export function previewChange(tx: Transaction, id: string, read: () => PreviewGiven): Invoice {
  return undone(tx, () => {
    const given = read();
    const found = tx.require('subscription', id, 'subscription');
    if (ENDED.includes(found.status)) {
      throw invalidRequest('You cannot preview the upcoming invoice for a canceled subscription.', {
        code: 'invoice_upcoming_none',
      });
    }
    requireOwnEnd(tx, found, given);
    const now = tx.now(found.test_clock);
    const before = { ...found, ...(given.automatic_tax && { automatic_tax: given.automatic_tax }) };
    if (given.cancel_now) {
      const on = { customer: found.customer, subscription: id };
      const discounts = given.discounts && { discounts: redeemAll(tx, given.discounts, on) };
      return cancellation(tx, { ...before, ...discounts }, given, now);
    }
    const change = planChange(tx, before, given, now);
    if (change.billsNow && given.preview_mode === 'next') return draftChangeInvoice(tx, change, now);
    if (given.preview_mode === 'next') for (const item of change.owed) createInvoiceItem(tx, item);
    return upcoming(tx, putSubscription(tx, change.after), given.preview_mode);
  });
}

/** The first invoice of a subscription that does not exist yet. */
export function previewStart(tx: Transaction, read: () => SubscriptionGiven): Invoice {
  return undone(tx, () => {
    const started = startSubscription(tx, { ...read(), payment_behavior: 'default_incomplete' });
    if (!started.latest_invoice) return upcoming(tx, started, 'next');
    return tx.require('invoice', started.latest_invoice);
  });
}

/** The invoice that pausing now would make. @throws 404 when it makes none */
export function previewPausing(tx: Transaction, id: string, given: PauseGiven): Invoice {
  return undone(tx, () => {
    const invoice = previewPause(tx, id, given);
    if (!invoice) throw noUpcoming(tx.require('subscription', id).customer);
    return invoice;
  });
}

/** The resumption invoice of resuming now. @throws 404 when there is none */
export function previewResuming(tx: Transaction, id: string, given: ResumeGiven): Invoice {
  return undone(tx, () => {
    const invoice = previewResumption(tx, id, given);
    if (!invoice) throw noUpcoming(tx.require('subscription', id).customer);
    return invoice;
  });
}

/** `invoice.upcoming`: the next invoice as it looks now; it has no id. */
export function announceRenewal(tx: Transaction, id: string): void {
  const { id: _, ...invoice } = previewChange(tx, id, () => ({
    items: [],
    proration_behavior: 'none',
    cancel_now: false,
    preview_mode: 'next',
  }));
  tx.emit('invoice.upcoming', invoice);
}

/** The next invoice, after whatever the subscription's schedule changes before it. @throws 404 when there is none */
export function upcoming(tx: Transaction, subscription: Subscription, mode: 'next' | 'recurring'): Invoice {
  if (subscription.status === 'paused') throw noUpcoming(subscription.customer);
  const at = firstPeriodEnd(subscription);
  const schedule = scheduleOf(tx, subscription);
  const turn = schedule && nextTurn(schedule);
  if (turn !== undefined && turn <= at) {
    const after = inNextPhase(tx, subscription, turn);
    if (after) return tx.at(after.test_clock, turn, () => madeOrUpcoming(tx, subscription, after, mode));
  }
  if (subscription.cancel_at !== null && subscription.cancel_at <= at) {
    const last = mode === 'next' && billLastUsage(tx, subscription, at);
    if (last) return last;
    throw noUpcoming(subscription.customer);
  }
  if (mode === 'recurring') {
    for (const item of tx.where('invoiceitem', 'customer', subscription.customer)) {
      if (item.invoice === null) tx.delete('invoiceitem', item.id);
    }
  }
  const next = renew(tx, subscription, at);
  if (!next) throw noUpcoming(subscription.customer);
  return { ...next, created: at };
}

/** The subscription as its schedule makes it at that moment; undefined if it stays as it is. */
function inNextPhase(
  tx: Transaction,
  { id, schedule, test_clock }: Subscription,
  turn: number,
): Subscription | undefined {
  const turned = tx.at(test_clock, turn, () => turnSchedule(tx, { schedule }, turn));
  return turned ? tx.require('subscription', id) : undefined;
}

/** The invoice that a change of the subscription made, or else the next one. */
export function madeOrUpcoming(
  tx: Transaction,
  before: Pick<Subscription, 'latest_invoice'> | undefined,
  after: Subscription,
  mode: 'next' | 'recurring',
): Invoice {
  const made = after.latest_invoice;
  if (mode === 'next' && made !== null && made !== before?.latest_invoice) return tx.require('invoice', made);
  return upcoming(tx, after, mode);
}

function cancellation(tx: Transaction, subscription: Subscription, given: PreviewGiven, now: number): Invoice {
  if (given.proration_behavior !== 'none') {
    for (const item of prorations(tx, subscription, withItems(subscription, []), given.proration_date ?? now)) {
      createInvoiceItem(tx, item);
    }
  }
  const last = billLastUsage(tx, subscription, now);
  if (!last) throw noUpcoming(subscription.customer);
  return last;
}

export const noUpcoming = (customer: string) =>
  invalidRequest(`No upcoming invoices for customer: ${customer}`, { code: 'invoice_upcoming_none', status: 404 });

class Undo extends Error {
  constructor(readonly invoice: Invoice) {
    super('a preview is undone');
  }
}

/** Does the work, keeps the invoice it made and undoes everything, events included. */
export function undone(tx: Transaction, work: () => Invoice): Invoice {
  try {
    tx.attempt(() => {
      throw new Undo(work());
    });
  } catch (error) {
    if (error instanceof Undo) return asPreview(error.invoice);
    throw error;
  }
  throw new Error('a preview was not undone');
}

function asPreview(invoice: Invoice): Invoice {
  return {
    ...invoice,
    id: `upcoming_${newId('in')}`,
    status: 'draft',
    billing_reason: 'upcoming',
    number: null,
    effective_at: null,
    ending_balance: invoice.total + invoice.starting_balance - invoice.amount_due,
    hosted_invoice_url: null,
    invoice_pdf: null,
    amount_paid: 0,
    amount_remaining: invoice.amount_due,
    attempted: false,
    attempt_count: 0,
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  };
}
