import { invalidRequest } from '../../engine/errors.js';
import { firstPeriodEnd, lastPeriodEnd, type Subscription } from './subscription-store.js';

export interface EndGiven {
  cancel_at?: number | 'max_period_end' | 'min_period_end' | null;
  cancel_at_period_end?: boolean;
}

/** The members that a scheduled cancellation, or its withdrawal, sets. The subscription keeps its status. */
export function scheduledEnd(subscription: Subscription, given: EndGiven, now: number): Partial<Subscription> {
  const { cancel_at, cancel_at_period_end } = given;
  if (cancel_at != null && cancel_at_period_end) {
    throw invalidRequest('You cannot set both `cancel_at` and `cancel_at_period_end`.', { param: 'cancel_at' });
  }
  if (cancel_at != null) {
    const at = endAt(subscription, cancel_at);
    if (at <= now) throw invalidRequest('`cancel_at` must be in the future.', { param: 'cancel_at' });
    return {
      cancel_at: at,
      cancel_at_period_end: false,
      canceled_at: subscription.canceled_at ?? now,
      ...requested(subscription),
    };
  }
  if (cancel_at_period_end) {
    if (subscription.cancel_at_period_end) return {};
    return {
      cancel_at: lastPeriodEnd(subscription),
      cancel_at_period_end: true,
      canceled_at: now,
      ...requested(subscription),
    };
  }
  if (cancel_at === undefined && cancel_at_period_end === undefined) return {};
  if (cancel_at_period_end === false && cancel_at === undefined && !subscription.cancel_at_period_end) return {};
  return {
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
  };
}

function endAt(subscription: Subscription, cancelAt: number | 'max_period_end' | 'min_period_end'): number {
  if (cancelAt === 'min_period_end') return firstPeriodEnd(subscription);
  return cancelAt === 'max_period_end' ? lastPeriodEnd(subscription) : cancelAt;
}

function requested({ cancellation_details }: Subscription): Pick<Subscription, 'cancellation_details'> {
  const none = { comment: null, feedback: null, feedback_option: null };
  return { cancellation_details: { ...none, ...cancellation_details, reason: 'cancellation_requested' } };
}
