import type { Transaction } from '../../engine/transaction.js';
import type { Subscription } from './subscription-store.js';

/** Seconds. */
const TRIAL_NOTICE = 3 * 86_400;

/** Three days before a trial ends, or at once if it is shorter. */
export function scheduleTrialNotice(tx: Transaction, subscription: Subscription, now: number): void {
  if (!subscription.trial_end || subscription.status !== 'trialing') return;
  const at = subscription.trial_end - TRIAL_NOTICE;
  if (at > now) tx.schedule('subscription.trial_will_end', subscription.id, at, subscription.test_clock);
  else tx.emit('customer.subscription.trial_will_end', subscription);
}
