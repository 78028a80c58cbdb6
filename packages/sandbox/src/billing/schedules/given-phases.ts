import { invalidRequest } from '../../engine/errors.js';
import { daysAtMost } from '../pricing/periods.js';
import { cadenceOf, requireOffered } from '../subscriptions/subscription-items.js';
import type { Price } from '../subscriptions/subscription-store.js';
import { type PhaseTimes, timedPhases } from './phase-times.js';
import type { Phase } from './schedule-store.js';

/** A phase as a request describes it: its dates relative to others, everything else as it is kept. */
export interface PhaseGiven extends Omit<PhaseTimes, 'cadence'> {
  members: Omit<Phase, 'start_date' | 'end_date' | 'trial' | 'trial_end'>;
  /** Of its items, in their order. */
  prices: Price[];
}

/** Current and future phases that a schedule may have: https://docs.stripe.com/billing/subscriptions/subscription-schedules */
const MOST_PHASES = 10;

/**
 * The phases with their dates. @param first when the first one starts, and the cycle's anchor then
 * @throws 400 for too many phases, dates that do not fit, prices that are not offered in the phase's currency
 */
export function phasesOf(given: readonly PhaseGiven[], first: { start: number; anchor: number }, now: number): Phase[] {
  if (given.length > MOST_PHASES) {
    throw invalidRequest(`A schedule can have up to ${MOST_PHASES} current and future phases.`, { param: 'phases' });
  }
  for (const [at, { prices, members }] of given.entries()) {
    requireOffered(prices, members.currency, `phases[${at}][items]`);
    const ids = prices.map(({ id }) => id);
    const twice = ids.find((id, n) => ids.indexOf(id) !== n);
    if (twice) throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${twice}`);
  }
  const timed = timedPhases(
    given.map((phase) => ({ ...phase, cadence: shortest(phase.prices) })),
    first,
    now,
  );
  return given.map(({ members }, at) => {
    const { start, end, trial_end } = timed[at] as (typeof timed)[number];
    return { ...members, start_date: start, end_date: end, trial_end };
  });
}

function shortest(prices: readonly Price[]): PhaseTimes['cadence'] {
  const [first] = prices.map(cadenceOf).sort((a, b) => daysAtMost(a) - daysAtMost(b));
  if (!first) throw invalidRequest('A phase must have at least one item.', { param: 'phases[0][items]' });
  return first;
}
