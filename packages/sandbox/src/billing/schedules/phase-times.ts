import { invalidRequest } from '../../engine/errors.js';
import { boundary, type Cadence, periodAt } from '../pricing/periods.js';

/** When a phase is asked to start and end. Times are Stripe seconds. */
export interface PhaseTimes {
  start_date?: number | 'now';
  end_date?: number | 'now';
  duration?: Cadence;
  trial?: boolean;
  trial_end?: number | 'now';
  /** `phase_start` begins a new billing cycle with the phase. */
  billing_cycle_anchor: string | null;
  /** How often the phase's items bill. */
  cadence: Cadence;
}

export interface TimedPhase {
  start: number;
  end: number;
  trial_end: number | null;
}

/**
 * The dates of a schedule's phases, each starting where the one before it ends. A phase without an end lasts until the
 * next one's start, else until the end of a billing period: https://docs.stripe.com/billing/subscriptions/subscription-schedules
 * @param first when the first one starts, and the billing cycle's anchor at that time
 * @throws 400 for a gap, a phase that ends before it starts, a trial outside of its phase
 */
export function timedPhases(
  given: readonly PhaseTimes[],
  first: { start: number; anchor: number },
  now: number,
): TimedPhase[] {
  const timed: TimedPhase[] = [];
  let { start, anchor } = first;
  for (const [at, phase] of given.entries()) {
    const path = `phases[${at}]`;
    if (at > 0 && phase.start_date !== undefined && moment(phase.start_date, now) !== start) {
      throw invalidRequest('The start date of a phase must be the end date of the phase before it.', {
        param: `${path}[start_date]`,
      });
    }
    if (phase.billing_cycle_anchor === 'phase_start') anchor = start;
    const trial = phase.trial_end === undefined ? undefined : moment(phase.trial_end, now);
    const until = given[at + 1]?.start_date;
    const end = endOfPhase(phase, { start, anchor, trial }, until === undefined ? undefined : moment(until, now), now);
    if (end <= start && end !== now) {
      throw invalidRequest('The end date of a phase must be after its start date.', { param: `${path}[end_date]` });
    }
    const trial_end = trialOf(phase, trial, start, end, path);
    timed.push({ start, end, trial_end });
    if (trial_end !== null) anchor = trial_end;
    start = end;
  }
  return timed;
}

function endOfPhase(
  phase: PhaseTimes,
  { start, anchor, trial = start }: { start: number; anchor: number; trial: number | undefined },
  next: number | undefined,
  now: number,
): number {
  if (phase.end_date !== undefined) return moment(phase.end_date, now);
  if (phase.duration) return afterDuration(anchor, start, phase.duration);
  return next ?? periodAt(trial > start ? trial : anchor, phase.cadence, trial).end;
}

function trialOf(
  phase: PhaseTimes,
  trialEnd: number | undefined,
  start: number,
  end: number,
  path: string,
): number | null {
  if (phase.trial && trialEnd !== undefined && trialEnd !== end) {
    throw invalidRequest('With `trial=true` the `trial_end` of a phase must be its end date.', {
      param: `${path}[trial_end]`,
    });
  }
  if (phase.trial) return end;
  if (trialEnd === undefined || phase.trial_end === 'now') return null;
  if (trialEnd >= start && trialEnd <= end) return trialEnd;
  throw invalidRequest('The `trial_end` of a phase must lie within the phase.', { param: `${path}[trial_end]` });
}

/**
 * So many intervals after the start. A start that lies on the billing cycle keeps to its anchor: a month after 28 Feb
 * ends on 31 Mar for a cycle of the 31st.
 */
export function afterDuration(anchor: number, start: number, duration: Cadence): number {
  const unit: Cadence = { interval: duration.interval, interval_count: 1 };
  const count = duration.interval_count;
  const onCycle = periodAt(anchor, unit, start).start === start;
  if (!onCycle) return boundary(start, unit, count);
  let n = 0;
  const step = anchor <= start ? 1 : -1;
  while (boundary(anchor, unit, n) !== start) n += step;
  return boundary(anchor, unit, n + count);
}

const moment = (given: number | 'now', now: number) => (given === 'now' ? now : given);
