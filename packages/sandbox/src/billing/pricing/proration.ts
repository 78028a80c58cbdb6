import { share } from './amounts.js';
import type { Period } from './periods.js';

/**
 * The part of a period's amount that belongs to the time from `at` to its end, to the second and rounded to the
 * nearest minor unit (halves away from zero): https://docs.stripe.com/billing/subscriptions/prorations
 */
export function remainingAmount(amount: number, period: Period, at: number): number {
  const from = Math.min(Math.max(at, period.start), period.end);
  return share(amount, period.end - from, period.end - period.start);
}
