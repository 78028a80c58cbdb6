import type { Transaction } from '../../engine/transaction.js';
import { expirePendingUpdate } from '../subscriptions/pending-update.js';
import { advanceSubscription } from '../subscriptions/renewal.js';
import { firstPeriodEnd } from '../subscriptions/subscription-store.js';
import { nextTurn } from './schedule-store.js';
import { startDue, turnSchedule } from './schedule-turn.js';

/**
 * What falls due for a subscription: first the phases of its schedule, so that a renewal at the same moment bills what
 * the new phase says, then the renewal or the end.
 */
export function advanceManaged(tx: Transaction, id: string): void {
  const running = tx.get('subscription', id);
  if (!running) return;
  const now = tx.now(running.test_clock);
  // Due at the same moment, and the renewal must not find it.
  if ((running.pending_update?.expires_at ?? Infinity) <= now) expirePendingUpdate(tx, id);
  const found = tx.require('subscription', id);
  const turned = turnSchedule(tx, found, now);
  const subscription = tx.require('subscription', id);
  const { cancel_at, status } = subscription;
  const due = firstPeriodEnd(subscription) <= now || (cancel_at !== null && cancel_at <= now);
  if (!turned || (due && status !== 'paused')) advanceSubscription(tx, id);
  else tx.emit('customer.subscription.updated', subscription);
}

/** A schedule's own moment: its first phase starts, or its running one ends. */
export function advanceSchedule(tx: Transaction, id: string): void {
  const schedule = tx.get('subscription_schedule', id);
  const turn = schedule && nextTurn(schedule);
  if (!schedule || turn === undefined || turn > tx.now(schedule.test_clock)) return;
  if (schedule.subscription === null) startDue(tx, schedule);
  else advanceManaged(tx, schedule.subscription);
}
