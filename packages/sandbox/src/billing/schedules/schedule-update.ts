import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import type { ChangeGiven } from '../subscriptions/subscription-change.js';
import { type Subscription, scheduleAdvance } from '../subscriptions/subscription-store.js';
import { type PhaseGiven, phasesOf } from './given-phases.js';
import { applyPhase, endOfPhase } from './phase-entry.js';
import { settingsOf } from './phase-settings.js';
import { startSchedule } from './schedule-start.js';
import { currentIndex, type Phase, putSchedule, requireLive, type Schedule } from './schedule-store.js';
import { enterPhase } from './schedule-turn.js';

export interface ScheduleUpdate {
  default_settings?: Schedule['default_settings'];
  end_behavior?: 'cancel' | 'release';
  metadata?: Record<string, string>;
  /** All phases that run or are to come. */
  phases?: PhaseGiven[];
  /** For what the update changes about the running phase. */
  proration_behavior: ChangeGiven['proration_behavior'];
}

/**
 * Changes a schedule and, where its running phase changes, the subscription at once.
 * https://docs.stripe.com/api/subscription_schedules/update
 * @throws 400 for one that has ended, for phases that do not fit or would change the past
 */
export function updateSchedule(tx: Transaction, id: string, update: ScheduleUpdate): Schedule {
  const before = requireLive(tx, id, 'update');
  const now = tx.now(before.test_clock);
  const { phases, proration_behavior, ...members } = update;
  const kept = { ...before, ...members };
  const subscription = before.subscription === null ? undefined : tx.require('subscription', before.subscription);
  if (!subscription) updateUnstarted(tx, kept, phases, now);
  else updateActive(tx, before, kept, update, subscription, now);
  const updated = tx.require('subscription_schedule', id);
  tx.emit('subscription_schedule.updated', updated);
  if (subscription) tx.emit('customer.subscription.updated', tx.require('subscription', subscription.id));
  return tx.require('subscription_schedule', id);
}

function updateUnstarted(tx: Transaction, kept: Schedule, given: PhaseGiven[] | undefined, now: number): void {
  if (!given) {
    putSchedule(tx, kept);
    return;
  }
  const start = startOf(requireAnchored(given), now);
  const phases = phasesOf(given, { start, anchor: Math.max(start, now) }, now);
  requireFuture(phases[0] as Phase, now);
  const planned = putSchedule(tx, { ...kept, phases });
  if (start <= now) startSchedule(tx, planned, now);
}

function updateActive(
  tx: Transaction,
  before: Schedule,
  kept: Schedule,
  { phases: given, proration_behavior }: ScheduleUpdate,
  subscription: Subscription,
  now: number,
): void {
  const at = currentIndex(before);
  const current = before.phases[at] as Phase;
  const past = before.phases.slice(0, at);
  const first = { start: current.start_date, anchor: subscription.billing_cycle_anchor };
  const phases = given ? phasesOf(fromCurrent(given, current, now), first, now) : before.phases.slice(at);
  const [changed, next] = phases as [Phase, Phase | undefined];
  // Ended by this very request: the next phase begins in its place.
  const ends = changed.end_date <= now;
  if (ends && (given?.every(({ end_date }) => end_date !== 'now') || changed.end_date < now || !next)) {
    throw invalidRequest('You can only adjust the end date to a future date for the current phase.', {
      param: 'phases[0][end_date]',
    });
  }
  const current_phase = { start_date: changed.start_date, end_date: changed.end_date };
  const updated = putSchedule(tx, { ...kept, phases: [...past, ...phases], current_phase });
  if (ends) enterPhase(tx, updated, next as Phase, now);
  else if (given) applyPhase(tx, updated, changed, { now, proration_behavior, begins: false });
  else {
    const settings =
      kept.default_settings === before.default_settings ? {} : settingsOf(updated, changed, subscription);
    const ending = endOfPhase(updated, changed, subscription, now);
    scheduleAdvance(tx, tx.patch('subscription', subscription.id, { ...settings, ...ending }));
  }
}

/** The given phases from the running one on: past ones may be repeated, and change nothing. */
function fromCurrent(given: PhaseGiven[], current: Phase, now: number): PhaseGiven[] {
  requireAnchored(given);
  const at = given.findIndex(
    ({ start_date }) => start_date !== undefined && startOf(start_date, now) === current.start_date,
  );
  const before = given.slice(0, Math.max(at, 0));
  if (at >= 0 && before.every(({ start_date }) => Number(start_date) < current.start_date)) return given.slice(at);
  throw invalidRequest('You can not modify the start date of the current phase.', { param: 'phases[0][start_date]' });
}

function requireAnchored(given: readonly PhaseGiven[]): number | 'now' {
  const start = given[0]?.start_date;
  if (start !== undefined) return start;
  throw invalidRequest(
    'The subscription schedule update is missing at least one phase with a `start_date` to anchor end dates to.',
    { param: 'phases' },
  );
}

function requireFuture({ end_date }: Phase, now: number): void {
  if (end_date > now) return;
  throw invalidRequest('The end date of a phase must be in the future.', { param: 'phases[0][end_date]' });
}

const startOf = (start: number | 'now', now: number) => (start === 'now' ? now : start);
