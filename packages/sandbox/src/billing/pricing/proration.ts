import { share } from './amounts.js';
import type { Period } from './periods.js';

/**
 * The part of a period's amount that belongs to the time from `at` to its end (or to `until`), to the second and rounded to the
 * nearest minor unit (halves away from zero): https://docs.stripe.com/billing/subscriptions/prorations
 */
export function remainingAmount(amount: number, period: Period, at: number, until = period.end): number {
  const from = Math.min(Math.max(at, period.start), period.end);
  const to = Math.max(Math.min(until, period.end), from);
  return share(amount, to - from, period.end - period.start);
}
