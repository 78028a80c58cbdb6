import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import type { DiscountGiven } from '../discounts/redeem.js';
import { addExtras, type Extra } from '../invoices/extras.js';
import { createInvoice } from '../invoices/invoice-draft.js';
import { defaultPayment, finalizeInvoice, type Invoice } from '../invoices/invoices.js';
import { createInvoiceItem, pendingItems } from '../invoices/pending-items.js';
import { type CollectOutcome, collectInvoice } from '../invoices/settlement.js';
import { followUpdatedSubscription, requireOwnEnd } from '../schedules/schedule-follow.js';
import { incompletePayment, noPaymentMethod } from './first-payment.js';
import { scheduleCollection, withheld } from './paused-collection.js';
import { scheduleItemBilling } from './pending-item-interval.js';
import { awaitPayment, withoutPendingUpdate } from './pending-update.js';
import type { EndGiven } from './scheduled-end.js';
import { type Change, type ChangeGiven, planChange } from './subscription-change.js';
import { discountsAfterInvoice, runningDiscounts } from './subscription-discounts.js';
import type { PaymentBehavior } from './subscription-given.js';
import {
  defaultPaymentMethod,
  ENDED,
  firstPeriodEnd,
  patchSubscription,
  putSubscription,
  type Subscription,
  scheduleAdvance,
} from './subscription-store.js';
import { scheduleTrialNotice } from './trial-notice.js';

export interface UpdateGiven extends ChangeGiven, EndGiven {
  payment_behavior: PaymentBehavior;
  off_session: boolean;
  extras: Extra[];
  discounts?: DiscountGiven[];
  /** What the customer said about leaving. */
  details?: { comment?: string | null; feedback?: NonNullable<Subscription['cancellation_details']>['feedback'] };
  /** Members that are simply set. */
  members: Partial<Subscription>;
}

const PENDING_LIFETIME = 23 * 3600;

/**
 * Changes a subscription, bills what the change owes and announces it: https://docs.stripe.com/api/subscriptions/update
 * @throws 400 for a change that its state forbids, 402 with `error_if_incomplete` when the payment fails
 */
export function updateSubscription(tx: Transaction, id: string, given: UpdateGiven): Subscription {
  const found = tx.require('subscription', id);
  const changes = given.items.length > 0 || given.trial_end !== undefined || given.billing_cycle_anchor === 'now';
  requireChangeable(found, given, changes);
  requireOwnEnd(tx, found, given);
  const before = changes ? withoutPendingUpdate(tx, found) : found;
  const now = tx.now(before.test_clock);
  const { trial_settings = before.trial_settings } = given.members;
  const change = planChange(tx, { ...before, trial_settings }, given, now);
  addExtras(tx, change.after, given.extras, now);
  const after = withMembers(tx, change.after, given, now);
  if (given.payment_behavior === 'pending_if_incomplete' && change.billsNow)
    payThenApply(tx, { ...change, after }, given, now);
  else applyThenPay(tx, before, { ...change, after }, given);
  const updated = tx.require('subscription', id);
  tx.emit('customer.subscription.updated', updated);
  followUpdatedSubscription(tx, found, updated);
  if (updated.trial_end !== before.trial_end) noteTrial(tx, before, updated, now);
  return tx.require('subscription', id);
}

/** The invoice of a change that is billed now, as a draft. */
export function draftChangeInvoice(tx: Transaction, { after, owed, lines, at }: Change, now: number): Invoice {
  for (const item of owed) createInvoiceItem(tx, item);
  return createInvoice(tx, {
    customer: after.customer,
    currency: after.currency,
    billing_reason: 'subscription_update',
    lines,
    items: pendingItems(tx, after),
    discounts: runningDiscounts(tx, after, now),
    period: { start: now, end: now },
    subscription: after,
    prorationDate: at,
  });
}

function applyThenPay(tx: Transaction, before: Subscription, change: Change, given: UpdateGiven): void {
  const { id } = before;
  const applied = putSubscription(tx, change.after);
  scheduleAdvance(tx, applied);
  if (!change.billsNow) {
    for (const item of change.owed) createInvoiceItem(tx, item);
    return;
  }
  const invoice = bill(tx, change, given);
  patchSubscription(tx, id, {
    latest_invoice: invoice.id,
    discounts: discountsAfterInvoice(tx, tx.require('subscription', id), invoice),
  });
  if (invoice.status !== 'open' || invoice.collection_method === 'send_invoice') return;
  if (given.payment_behavior === 'default_incomplete') {
    const intent = defaultPayment(tx, invoice.id)?.payment.payment_intent;
    const method = defaultPaymentMethod(tx, tx.require('subscription', id));
    if (intent && method)
      tx.patch('payment_intent', intent, { payment_method: method, status: 'requires_confirmation' });
    patchSubscription(tx, id, { status: 'past_due' });
    return;
  }
  const outcome = collect(tx, invoice.id, given);
  if (given.payment_behavior === 'error_if_incomplete' && outcome.kind !== 'succeeded')
    throw incompletePayment(outcome);
}

/** Nothing changes unless the invoice is paid; until then the change waits in `pending_update`. */
function payThenApply(tx: Transaction, change: Change, given: UpdateGiven, now: number): void {
  const { after } = change;
  const invoice = bill(tx, change, given);
  const paid = invoice.status !== 'open' || collect(tx, invoice.id, given).kind === 'succeeded';
  if (paid) {
    const discounts = discountsAfterInvoice(tx, after, invoice);
    const applied = putSubscription(tx, { ...after, latest_invoice: invoice.id, discounts });
    scheduleAdvance(tx, applied);
    return;
  }
  const expires_at = pendingUntil(tx.require('subscription', after.id), now);
  awaitPayment(tx, after, invoice.id, pendingUpdate(after, given, expires_at));
}

/** 23 hours from now, or the end of the trial or of a period if that is earlier. */
function pendingUntil(before: Subscription, now: number): number {
  const trialEnd = before.status === 'trialing' && before.trial_end !== null ? before.trial_end : Infinity;
  return Math.min(now + PENDING_LIFETIME, trialEnd, firstPeriodEnd(before));
}

function bill(tx: Transaction, change: Change, given: UpdateGiven): Invoice {
  const draft = draftChangeInvoice(tx, change, tx.now(change.after.test_clock));
  const waits = given.payment_behavior === 'default_incomplete' || draft.collection_method === 'send_invoice';
  if (draft.amount_due > 0 && !waits && !defaultPaymentMethod(tx, change.after)) throw noPaymentMethod();
  if (change.after.pause_collection?.behavior === 'keep_as_draft') {
    return tx.patch('invoice', draft.id, { auto_advance: false });
  }
  return withheld(tx, change.after, finalizeInvoice(tx, draft.id));
}

function collect(tx: Transaction, invoice: string, { off_session, payment_behavior }: UpdateGiven): CollectOutcome {
  // What fails is tried again by itself, except when the change waits for it.
  const automatic = payment_behavior === 'allow_incomplete';
  return collectInvoice(tx, invoice, { automatic, offSession: off_session });
}

function pendingUpdate(
  after: Subscription,
  given: UpdateGiven,
  expires_at: number,
): NonNullable<Subscription['pending_update']> {
  const moved = given.billing_cycle_anchor === 'now' || given.trial_end !== undefined;
  return {
    billing_cycle_anchor: moved ? after.billing_cycle_anchor : null,
    cancel_at_period_end: given.cancel_at_period_end ?? null,
    discount: null,
    discounts: given.discounts ? after.discounts : null,
    expires_at,
    metadata: given.members.metadata ?? null,
    subscription_items: given.items.length > 0 || moved ? after.items.data : null,
    trial_end: given.trial_end === undefined ? null : after.trial_end,
    trial_from_plan: null,
  };
}

function withMembers(tx: Transaction, after: Subscription, given: UpdateGiven, now: number): Subscription {
  const every = given.members.pending_invoice_item_interval;
  const timed = { ...after, ...given.members };
  const next = every === undefined ? timed : scheduleItemBilling(tx, timed, now);
  if (given.members.pause_collection !== undefined) scheduleCollection(tx, next);
  if (!given.details) return next;
  const none = { comment: null, feedback: null, feedback_option: null, reason: null };
  return { ...next, cancellation_details: { ...none, ...next.cancellation_details, ...given.details } };
}

function noteTrial(tx: Transaction, before: Subscription, updated: Subscription, now: number): void {
  tx.unschedule('subscription.trial_will_end', updated.id);
  // Ending a trial early is announced like its end.
  if (before.status === 'trialing' && updated.status !== 'trialing') {
    tx.emit('customer.subscription.trial_will_end', updated);
  }
  scheduleTrialNotice(tx, updated, now);
}

const PENDING_MEMBERS = ['metadata'];

/** Metadata and what the customer said about leaving are welcome after the end. */
function onlyTells(given: UpdateGiven): boolean {
  const { cancel_at, cancel_at_period_end, billing_cycle_anchor, discounts, extras, items, members, trial_end } = given;
  const others = [cancel_at, cancel_at_period_end, billing_cycle_anchor, discounts, trial_end];
  return (
    others.every((value) => value === undefined) &&
    items.length + extras.length === 0 &&
    Object.keys(members).every((name) => name === 'metadata')
  );
}

function requireChangeable(subscription: Subscription, given: UpdateGiven, changes: boolean): void {
  const { status } = subscription;
  if (ENDED.includes(status)) {
    if (onlyTells(given)) return;
    throw invalidRequest(
      `A ${status === 'canceled' ? 'canceled' : 'expired'} subscription can only update its cancellation_details and metadata.`,
      { code: 'invalid_canceled_subscription_fields' },
    );
  }
  if (status === 'incomplete' && (changes || given.cancel_at_period_end || given.cancel_at != null)) {
    throw invalidRequest(
      'This subscription is incomplete: only its metadata and default payment method can be updated until its first invoice is paid.',
    );
  }
  if (given.payment_behavior !== 'pending_if_incomplete') return;
  const refused = Object.keys(given.members).filter((name) => !PENDING_MEMBERS.includes(name));
  if (given.cancel_at !== undefined) refused.push('cancel_at');
  if (refused.length > 0) {
    throw invalidRequest(
      `When \`payment_behavior\` is \`pending_if_incomplete\`, these parameters cannot be updated: ${refused.join(', ')}. Update them in another request.`,
      { param: refused[0] as string },
    );
  }
  if (subscription.collection_method === 'send_invoice') {
    throw invalidRequest('`pending_if_incomplete` needs `collection_method` to be `charge_automatically`.', {
      param: 'payment_behavior',
    });
  }
}
