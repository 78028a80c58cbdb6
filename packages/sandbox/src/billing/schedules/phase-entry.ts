import type { Transaction } from '../../engine/transaction.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { collectAutomatically } from '../invoices/collection.js';
import { addExtras } from '../invoices/extras.js';
import { finalizeInvoice } from '../invoices/invoices.js';
import { createInvoiceItem } from '../invoices/pending-items.js';
import { sameCadence } from '../pricing/periods.js';
import { withheld } from '../subscriptions/paused-collection.js';
import { type Change, type ChangeGiven, planChange } from '../subscriptions/subscription-change.js';
import { discountsAfterInvoice } from '../subscriptions/subscription-discounts.js';
import { cadenceOf } from '../subscriptions/subscription-items.js';
import {
  isMetered,
  patchSubscription,
  putSubscription,
  type Subscription,
  scheduleAdvance,
  withItems,
} from '../subscriptions/subscription-store.js';
import { draftChangeInvoice } from '../subscriptions/subscription-update.js';
import { scheduleTrialNotice } from '../subscriptions/trial-notice.js';
import { discountsFor, itemChanges } from './phase-items.js';
import { extrasOf, settingsOf } from './phase-settings.js';
import type { Phase, Schedule } from './schedule-store.js';

/** Like a renewal's, a phase's invoice waits an hour for the merchant's changes. */
const DRAFT_TIME = 3600;

export interface Entry {
  /** Stripe seconds. */
  now: number;
  proration_behavior: ChangeGiven['proration_behavior'];
  /** The phase begins; otherwise it is running and was changed, and what is billed is billed at once. */
  begins: boolean;
}

/**
 * Makes the subscription what the phase says. Where its periods end at the same moment nothing is prorated: the renewal
 * that follows bills the phase's prices. The caller tells of the subscription.
 */
export function applyPhase(tx: Transaction, schedule: Schedule, phase: Phase, entry: Entry): void {
  const before = tx.require('subscription', schedule.subscription as string);
  const { now } = entry;
  const renews = before.items.data.every(({ current_period_end }) => current_period_end <= now);
  const trial_end = trialChange(before, phase, now);
  const anchor = phase.billing_cycle_anchor ?? schedule.default_settings.billing_cycle_anchor;
  const restarts = entry.begins && anchor === 'phase_start' && trial_end === undefined;
  const given: ChangeGiven = {
    items: itemChanges(tx, before, phase),
    proration_behavior: renews ? 'none' : entry.proration_behavior,
    ...(trial_end !== undefined && { trial_end }),
    ...(restarts && !renews && before.status !== 'trialing' && { billing_cycle_anchor: 'now' }),
  };
  const change = planChange(tx, before, given, now);
  const items = renews && trial_end === undefined ? renewing(before, change.after, restarts, now) : change.after;
  const after = withPhase(tx, schedule, phase, items, now);
  const begun = putSubscription(tx, after);
  if (entry.begins) addExtras(tx, begun, extrasOf(tx, phase), now);
  bill(tx, { ...change, after }, entry);
  const changed = tx.require('subscription', before.id);
  scheduleAdvance(tx, changed);
  if (changed.trial_end !== before.trial_end) {
    tx.unschedule('subscription.trial_will_end', changed.id);
    scheduleTrialNotice(tx, changed, now);
  }
}

/** A trial of the phase's own, or the end of one that the phase does not know; undefined if nothing changes. */
function trialChange({ status, trial_end }: Subscription, phase: Phase, now: number): number | 'now' | undefined {
  const runs = status === 'trialing' && trial_end !== null && trial_end > now;
  if (phase.trial_end !== null && phase.trial_end > now) {
    return runs && trial_end === phase.trial_end ? undefined : phase.trial_end;
  }
  return runs ? 'now' : undefined;
}

/**
 * The items as the renewal of this very moment must find them: all licensed ones with a period that ends now. Another
 * interval begins a cycle of its own.
 */
function renewing(before: Subscription, after: Subscription, restarts: boolean, now: number): Subscription {
  const known = new Map(before.items.data.map((item) => [item.id, item]));
  const data = after.items.data.map((item) => {
    const old = known.get(item.id);
    if (isMetered(item) && !old) return item;
    return { ...item, current_period_start: old?.current_period_start ?? now, current_period_end: now };
  });
  const moved = after.items.data.some(({ price }) =>
    before.items.data.every((old) => !sameCadence(cadenceOf(old.price), cadenceOf(price))),
  );
  return { ...withItems(after, data), ...((restarts || moved) && { billing_cycle_anchor: now }) };
}

function withPhase(tx: Transaction, schedule: Schedule, phase: Phase, after: Subscription, now: number): Subscription {
  const on = { customer: after.customer, subscription: after.id };
  const discounts = discountsFor(tx, after.discounts as string[], phase.discounts, on);
  for (const id of after.discounts as string[]) {
    if (!discounts.includes(id)) tx.emit('customer.discount.deleted', tx.require('discount', id));
  }
  return {
    ...after,
    ...settingsOf(schedule, phase, after),
    ...endOfPhase(schedule, phase, after, now),
    discounts,
    metadata: mergeMetadata(after.metadata, phase.metadata ?? {}),
  };
}

/** In the last phase of a schedule that cancels, the subscription shows when it ends; before that it does not. */
export function endOfPhase(
  { end_behavior, phases }: Pick<Schedule, 'end_behavior' | 'phases'>,
  phase: Phase,
  {
    cancel_at,
    canceled_at,
    cancellation_details,
  }: Pick<Subscription, 'cancel_at' | 'canceled_at' | 'cancellation_details'>,
  now: number,
): Pick<Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'> {
  const none = { comment: null, feedback: null, feedback_option: null, reason: null };
  const ends = end_behavior === 'cancel' && phases.at(-1)?.start_date === phase.start_date;
  if (ends) {
    return {
      cancel_at: phase.end_date,
      cancel_at_period_end: false,
      canceled_at: canceled_at ?? now,
      cancellation_details: { ...none, ...cancellation_details, reason: 'cancellation_requested' },
    };
  }
  const kept = { canceled_at, cancellation_details };
  return {
    cancel_at: null,
    cancel_at_period_end: false,
    ...(cancel_at === null ? kept : { canceled_at: null, cancellation_details: none }),
  };
}

function bill(tx: Transaction, change: Change, { begins, now }: Entry): void {
  const { after, billsNow, owed } = change;
  if (!billsNow) {
    for (const item of owed) createInvoiceItem(tx, item);
    return;
  }
  const draft = draftChangeInvoice(tx, change, now);
  const at = now + DRAFT_TIME;
  if (after.pause_collection?.behavior === 'keep_as_draft') tx.patch('invoice', draft.id, { auto_advance: false });
  else if (begins) {
    tx.patch('invoice', draft.id, { automatically_finalizes_at: at, next_payment_attempt: at });
    tx.schedule('invoice.finalize', draft.id, at, draft.test_clock);
  } else withheld(tx, after, finalizeInvoice(tx, draft.id));
  patchSubscription(tx, after.id, {
    latest_invoice: draft.id,
    discounts: discountsAfterInvoice(tx, after, tx.require('invoice', draft.id)),
  });
  if (!begins && draft.collection_method === 'charge_automatically') collectAutomatically(tx, draft.id);
}
