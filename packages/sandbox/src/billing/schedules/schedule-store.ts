import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';

export type Schedule = StripeObjects['subscription_schedule'];
export type Phase = Schedule['phases'][number];
export type PhaseItem = Phase['items'][number];

export const LIVE: readonly Schedule['status'][] = ['not_started', 'active'];

/** Announced this long before the last phase ends: https://docs.stripe.com/api/events/types */
const EXPIRY_NOTICE = 7 * 86_400;

/** The schedule if it can still be canceled, released or updated. @throws Stripe's 400 otherwise */
export function requireLive(tx: Transaction, id: string, verb: 'cancel' | 'release' | 'update'): Schedule {
  const schedule = tx.require('subscription_schedule', id);
  if (LIVE.includes(schedule.status)) return schedule;
  const past = { cancel: 'canceled', release: 'released', update: 'updated' }[verb];
  throw invalidRequest(
    `You cannot ${verb} a subscription schedule that is currently in the \`${schedule.status}\` status. It must be in \`not_started, active\` status to be ${past}.`,
  );
}

/** The schedule that still manages the subscription. */
export function scheduleOf(tx: Transaction, { schedule }: { schedule: string | null }): Schedule | undefined {
  const found = schedule === null ? undefined : tx.get('subscription_schedule', schedule);
  return found && LIVE.includes(found.status) ? found : undefined;
}

/** Where the running phase stands in `phases`; -1 before the first and after the last. */
export function currentIndex({ current_phase, phases }: Schedule): number {
  return current_phase === null ? -1 : phases.findIndex(({ start_date }) => start_date === current_phase.start_date);
}

export const endOf = ({ phases }: Schedule): number => (phases.at(-1) as Phase).end_date;

/** When something happens by itself next: the first phase starts, the running one ends. Stripe seconds. */
export function nextTurn(schedule: Schedule): number | undefined {
  if (schedule.status === 'active') return schedule.current_phase?.end_date;
  return schedule.status === 'not_started' ? schedule.phases[0]?.start_date : undefined;
}

/** Stores the schedule and what is to happen to it by itself. */
export function putSchedule(tx: Transaction, schedule: Schedule): Schedule {
  const { id, test_clock } = schedule;
  tx.unschedule('subscription_schedule.turn', id);
  tx.unschedule('subscription_schedule.expiring', id);
  const next = nextTurn(schedule);
  if (next !== undefined) {
    tx.schedule('subscription_schedule.turn', id, next, test_clock);
    const announced = endOf(schedule) - EXPIRY_NOTICE;
    // One that is shorter than the notice is not announced. Not established: whether Stripe does it at once.
    if (announced > tx.now(test_clock)) tx.schedule('subscription_schedule.expiring', id, announced, test_clock);
  }
  return tx.put('subscription_schedule', schedule);
}
