import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { ENDED, type Subscription } from '../subscriptions/subscription-store.js';
import { blankSchedule, DEFAULT_SETTINGS } from './blank-schedule.js';
import { type PhaseGiven, phasesOf } from './given-phases.js';
import { startSchedule } from './schedule-start.js';
import { putSchedule, type Schedule, scheduleOf } from './schedule-store.js';
import { invoicingOf, phaseOf } from './subscription-phase.js';

export interface ScheduleGiven {
  customer: string;
  /** Stripe seconds: before now the subscription is backdated, after now it starts then. */
  start_date: number;
  phases: PhaseGiven[];
  default_settings: Schedule['default_settings'];
  billing_mode: Schedule['billing_mode'];
  end_behavior: 'cancel' | 'release';
  metadata: Record<string, string>;
}

/**
 * A schedule that creates its subscription, now or later: https://docs.stripe.com/api/subscription_schedules/create
 * @throws 400 for phases that do not fit together, and what the creation of a subscription throws
 */
export function createSchedule(tx: Transaction, given: ScheduleGiven): Schedule {
  const { phases, start_date, ...members } = given;
  const { test_clock = null } = tx.require('customer', given.customer, 'customer');
  const now = tx.now(test_clock);
  const anchor = Math.max(start_date, now);
  const planned = putSchedule(tx, {
    ...blankSchedule(tx, test_clock, now),
    ...members,
    phases: phasesOf(phases, { start: start_date, anchor }, now),
  });
  if (planned.phases.some(({ end_date }) => end_date <= now)) {
    throw invalidRequest('The end date of a phase must be in the future.', { param: 'phases[0][end_date]' });
  }
  const created = start_date <= now ? startSchedule(tx, planned, now) : planned;
  tx.emit('subscription_schedule.created', created);
  return created;
}

/** Not established: what Stripe says to a subscription that has not begun, is paused or has ended. */
const UNSCHEDULABLE: readonly Subscription['status'][] = [...ENDED, 'incomplete', 'paused'];

/** Puts a subscription under a schedule of one phase, its current period. @throws 400 when it cannot have one */
export function scheduleSubscription(tx: Transaction, id: string): Schedule {
  const subscription = tx.require('subscription', id, 'from_subscription');
  const managed = scheduleOf(tx, subscription);
  if (managed) {
    throw invalidRequest(
      `You cannot migrate a subscription that is already attached to a schedule: \`${managed.id}\`.`,
    );
  }
  if (UNSCHEDULABLE.includes(subscription.status)) {
    throw invalidRequest(`You cannot migrate a subscription that is in the \`${subscription.status}\` status.`, {
      param: 'from_subscription',
    });
  }
  const now = tx.now(subscription.test_clock);
  const [phase] = phasesOf([phaseOf(subscription)], currentPeriod(subscription), now);
  if (!phase) throw new Error(`${id} has no period`);
  const { start_date, end_date } = phase;
  const schedule = putSchedule(tx, {
    ...blankSchedule(tx, subscription.test_clock as string | null, now),
    billing_mode: subscription.billing_mode as Schedule['billing_mode'],
    current_phase: { start_date, end_date },
    customer: subscription.customer,
    default_settings: {
      ...DEFAULT_SETTINGS,
      automatic_tax: subscription.automatic_tax,
      collection_method: subscription.collection_method,
      default_payment_method: subscription.default_payment_method,
      description: subscription.description,
      invoice_settings: { ...DEFAULT_SETTINGS.invoice_settings, ...invoicingOf(subscription) },
    },
    // A cancellation that was asked for stays: the schedule cancels when it ends.
    end_behavior: subscription.cancel_at === null ? 'release' : 'cancel',
    phases: [phase],
    status: 'active',
    subscription: id,
  });
  const scheduled = tx.patch('subscription', id, { schedule: schedule.id });
  tx.emit('subscription_schedule.created', schedule);
  tx.emit('customer.subscription.updated', scheduled);
  return schedule;
}

function currentPeriod({ billing_cycle_anchor, items }: Subscription): { start: number; anchor: number } {
  const start = Math.min(...items.data.map(({ current_period_start }) => current_period_start));
  return { start, anchor: billing_cycle_anchor };
}
