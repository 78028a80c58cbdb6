import { StripeError } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { expirePendingUpdate } from '../subscriptions/pending-update.js';
import type { ChangeGiven } from '../subscriptions/subscription-change.js';
import { applyPhase } from './phase-entry.js';
import { cancelUnstarted, release } from './schedule-end.js';
import { startSchedule } from './schedule-start.js';
import { currentIndex, nextTurn, type Phase, putSchedule, type Schedule, scheduleOf } from './schedule-store.js';

/**
 * The phase changes of a subscription's schedule that are due by now, and its release after the last phase. Tells of the
 * schedule; the caller tells of the subscription. @returns whether anything changed
 */
export function turnSchedule(tx: Transaction, subscription: { schedule: string | null }, now: number): boolean {
  let changed = false;
  for (;;) {
    const schedule = scheduleOf(tx, subscription);
    const turn = schedule && nextTurn(schedule);
    if (schedule?.status !== 'active' || turn === undefined || turn > now) return changed;
    const next = schedule.phases[currentIndex(schedule) + 1];
    if (next) enterPhase(tx, schedule, next, now);
    // The subscription's own cancellation ends it, and the schedule with it.
    else if (schedule.end_behavior === 'cancel') return changed;
    // Not established: that a schedule which ends by itself and lets go of its subscription is `released` rather than
    // `completed`; Stripe's engineers describe it so.
    else release(tx, schedule, now);
    changed = true;
  }
}

/** The phase becomes the running one, and its settings the subscription's. */
export function enterPhase(tx: Transaction, schedule: Schedule, phase: Phase, now: number): Schedule {
  const { start_date, end_date, proration_behavior } = phase;
  if (schedule.subscription !== null) expirePendingUpdate(tx, schedule.subscription);
  const entered = putSchedule(tx, { ...schedule, current_phase: { start_date, end_date } });
  tx.emit('subscription_schedule.updated', entered);
  applyPhase(tx, entered, phase, {
    now,
    proration_behavior: proration_behavior as ChangeGiven['proration_behavior'],
    begins: true,
  });
  return entered;
}

/** The first phase of a schedule begins. One whose subscription cannot be created is canceled (not established). */
export function startDue(tx: Transaction, schedule: Schedule): void {
  try {
    const started = tx.attempt(() => startSchedule(tx, schedule, tx.now(schedule.test_clock)));
    tx.emit('subscription_schedule.updated', started);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    cancelUnstarted(tx, schedule.id);
  }
}

/** Seven days before the last phase ends. */
export function announceExpiry(tx: Transaction, id: string): void {
  const schedule = tx.get('subscription_schedule', id);
  if (schedule && nextTurn(schedule) !== undefined) tx.emit('subscription_schedule.expiring', schedule);
}
