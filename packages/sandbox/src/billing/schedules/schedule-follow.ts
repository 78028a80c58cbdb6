import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import type { EndGiven } from '../subscriptions/scheduled-end.js';
import type { Subscription } from '../subscriptions/subscription-store.js';
import { currentIndex, type Phase, putSchedule, type Schedule, scheduleOf } from './schedule-store.js';
import { invoicingOf, phaseOf } from './subscription-phase.js';

/** @throws Stripe's 400 for a change of the cancellation of a subscription that a schedule manages */
export function requireOwnEnd(tx: Transaction, subscription: Subscription, given: EndGiven): void {
  const schedule = scheduleOf(tx, subscription);
  // Not established: whether a value that changes nothing is refused too.
  if (!schedule || (given.cancel_at === undefined && given.cancel_at_period_end === undefined)) return;
  throw invalidRequest(
    `The subscription is managed by the subscription schedule \`${schedule.id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
  );
}

/** What of a subscription makes a phase; a direct change of it begins a new one. */
const shape = ({ items, discounts, trial_end, automatic_tax }: Subscription) =>
  JSON.stringify([
    items.data.map(({ price, quantity, discounts: own }) => [price.id, quantity, own]),
    discounts,
    trial_end,
    automatic_tax,
  ]);

/**
 * What a direct change of its subscription makes of the schedule: the running phase is split at that moment, or takes
 * over what it shares with the default settings. Later phases stay and may take the change back; metadata is not
 * passed on. https://docs.stripe.com/billing/subscriptions/subscription-schedules
 */
export function followUpdatedSubscription(tx: Transaction, before: Subscription, after: Subscription): void {
  const schedule = scheduleOf(tx, after);
  if (schedule?.status !== 'active') return;
  const now = tx.now(after.test_clock);
  const splits = shape(before) !== shape(after);
  const followed = splits
    ? split(withSettings(schedule, before, after), after, now)
    : withSettings(schedule, before, after);
  if (followed !== schedule) tx.emit('subscription_schedule.updated', putSchedule(tx, followed));
}

function split(schedule: Schedule, after: Subscription, now: number): Schedule {
  const at = currentIndex(schedule);
  const current = schedule.phases[at] as Phase;
  const { automatic_tax, discounts, items } = phaseOf(after).members;
  const trial_end =
    after.trial_end !== null && after.trial_end > now ? Math.min(after.trial_end, current.end_date) : null;
  const begun: Phase = {
    ...current,
    ...(automatic_tax && { automatic_tax }),
    add_invoice_items: [],
    discounts,
    items,
    start_date: now,
    trial_end,
  };
  // A phase of no length is none.
  const ended =
    current.start_date < now ? [{ ...current, end_date: now, trial_end: within(current.trial_end, now) }] : [];
  return {
    ...schedule,
    current_phase: { start_date: now, end_date: current.end_date },
    phases: [...schedule.phases.slice(0, at), ...ended, begun, ...schedule.phases.slice(at + 1)],
  };
}

const within = (trial_end: number | null, end: number) => (trial_end === null ? null : Math.min(trial_end, end));

function withSettings(schedule: Schedule, before: Subscription, after: Subscription): Schedule {
  const { collection_method, default_payment_method } = after;
  const members = {
    ...(before.collection_method !== collection_method && { collection_method }),
    ...(before.default_payment_method !== default_payment_method && { default_payment_method }),
  };
  const invoicing = invoicingOf(after);
  const same = JSON.stringify(invoicingOf(before)) === JSON.stringify(invoicing);
  if (Object.keys(members).length === 0 && same) return schedule;
  const { default_settings: defaults } = schedule;
  const invoice_settings = same ? defaults.invoice_settings : { ...defaults.invoice_settings, ...invoicing };
  const at = currentIndex(schedule);
  return {
    ...schedule,
    default_settings: { ...defaults, ...members, invoice_settings },
    phases: schedule.phases.map((phase, n) => (n === at ? { ...phase, ...members } : phase)),
  };
}
