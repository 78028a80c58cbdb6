import { type Refused, refuse } from './ruling.js';
import { isEnded } from './subscription-end.js';

export interface CancellableSubscription {
  id: string;
  /** Stripe's own word. */
  status: string;
  cancelAtPeriodEnd: boolean;
  /** Stripe's seconds. */
  cancelAt: number | null;
  scheduleId: string | null;
}
/** `none`: it is as asked already. */
export type CancelStep = 'now' | 'at_period_end' | 'none';
export type KeepStep = 'clear_flag' | 'clear_date';

/** What to do for a cancellation. What was never paid has no period to wait for. */
export function cancelStep(
  subscription: CancellableSubscription,
  timing: 'NOW' | 'AT_PERIOD_END',
): CancelStep | Refused {
  const { id: subscriptionId, status } = subscription;
  if (isEnded(status)) return refuse('ALREADY_ENDED', 'This subscription has ended already.', { subscriptionId });
  if (timing === 'NOW' || status === 'incomplete') return 'now';
  if (subscription.scheduleId !== null) {
    return refuse('CHANGE_PENDING', 'A change of this subscription is scheduled. Take it back first.', {
      subscriptionId,
    });
  }
  return subscription.cancelAtPeriodEnd ? 'none' : 'at_period_end';
}

/** How a scheduled cancellation is taken back: the customer portal sets a date and leaves the flag false. */
export function keepStep(subscription: CancellableSubscription): KeepStep | Refused {
  const { id: subscriptionId, status } = subscription;
  if (isEnded(status)) {
    return refuse('ALREADY_ENDED', 'This subscription has ended. Start a new one.', { subscriptionId });
  }
  if (subscription.cancelAtPeriodEnd) return 'clear_flag';
  if (subscription.cancelAt !== null) return 'clear_date';
  return refuse('NOTHING_PENDING', 'Nothing is pending on this subscription.', { subscriptionId });
}
