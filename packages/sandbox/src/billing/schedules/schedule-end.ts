import type { Transaction } from '../../engine/transaction.js';
import { type Subscription, scheduleAdvance } from '../subscriptions/subscription-store.js';
import { endOf, putSchedule, requireLive, type Schedule, scheduleOf } from './schedule-store.js';

/**
 * Takes the subscription out of the schedule's hands and leaves it as it is, without the cancellation that the schedule
 * had set unless that is to stay. The caller tells of the subscription.
 */
export function release(
  tx: Transaction,
  schedule: Schedule,
  now: number,
  { preserveCancelDate = false } = {},
): Schedule {
  const { subscription } = schedule;
  if (subscription !== null) {
    const keeps = preserveCancelDate || tx.get('subscription', subscription)?.cancel_at == null;
    const none = { comment: null, feedback: null, feedback_option: null, reason: null };
    const withdrawn = { cancel_at: null, cancel_at_period_end: false, canceled_at: null, cancellation_details: none };
    scheduleAdvance(tx, tx.patch('subscription', subscription, { schedule: null, ...(!keeps && withdrawn) }));
  }
  const released = putSchedule(tx, {
    ...schedule,
    current_phase: null,
    released_at: now,
    released_subscription: subscription,
    status: 'released',
    subscription: null,
  });
  // Seen at the real API: the release is told as an update too.
  tx.emit('subscription_schedule.updated', released);
  tx.emit('subscription_schedule.released', released);
  return released;
}

/** Ends a schedule for good; its subscription, if it has one, has ended. */
function cancel(tx: Transaction, schedule: Schedule, now: number): Schedule {
  return putSchedule(tx, { ...schedule, canceled_at: now, current_phase: null, status: 'canceled' });
}

/** Cancels a schedule that has no subscription yet. */
export function cancelUnstarted(tx: Transaction, id: string): Schedule {
  const schedule = requireLive(tx, id, 'cancel');
  const canceled = cancel(tx, schedule, tx.now(schedule.test_clock));
  tx.emit('subscription_schedule.canceled', canceled);
  return canceled;
}

/** What the end of a subscription does to the schedule that manages it: at the last phase's end it is complete. */
export function followEndedSubscription(tx: Transaction, ended: Subscription, reason: string | null): void {
  const schedule = scheduleOf(tx, ended);
  if (!schedule) return;
  const now = tx.now(ended.test_clock);
  if (schedule.end_behavior === 'cancel' && endOf(schedule) <= now) {
    const completed = putSchedule(tx, { ...schedule, completed_at: now, current_phase: null, status: 'completed' });
    tx.emit('subscription_schedule.completed', completed);
    return;
  }
  const canceled = cancel(tx, schedule, now);
  // Not established: that a delinquent customer's schedule is told as aborted and as canceled. The counts of one
  // merchant's events (more schedules canceled than created, unless both are sent for some) suggest it.
  if (reason === 'payment_failed') tx.emit('subscription_schedule.aborted', canceled);
  tx.emit('subscription_schedule.canceled', canceled);
}
