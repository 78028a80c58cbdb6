import type { Engine } from '../engine/engine.js';
import type { Job } from '../engine/jobs.js';

/** What each job does when its time comes, in plain words. */
const WORDS: Record<string, string> = {
  'checkout.session.expire': 'A Checkout session expires',
  'coupon.redeem_by': 'A coupon can no longer be redeemed',
  'invoice.finalize': 'A draft invoice is finalized and its payment tried',
  'invoice.overdue': 'An unpaid invoice becomes overdue',
  'invoice.retry': 'The payment of an invoice is tried again',
  'invoice.will_be_due': 'An invoice is announced as due soon',
  'promotion_code.expire': 'A promotion code expires',
  'subscription.expire_incomplete': 'A subscription whose first payment is missing expires',
  'subscription.expire_pending_update': 'A change that waits for its payment is given up',
  'subscription.trial_will_end': 'The end of a trial is announced',
  'subscription.upcoming': 'The next invoice of a subscription is announced',
  'test_clock.delete': 'A test clock is deleted with all that is on it',
};

export function jobWords({ store }: Engine, { kind, ref, due }: Job): string {
  if (kind !== 'subscription.advance') return WORDS[kind] ?? `${sentence(kind)}`;
  const subscription = store.of('subscription').get(ref);
  if (!subscription) return 'A subscription renews';
  if (subscription.cancel_at !== null && subscription.cancel_at <= due) return 'A subscription ends as it was asked to';
  if (subscription.status === 'trialing') return 'A trial ends and the first period is billed';
  return 'A subscription renews: its next period is billed';
}

/** `subscription_schedule.next_phase` → `Subscription schedule: next phase`. */
function sentence(kind: string): string {
  const [what = '', ...rest] = kind.replaceAll('_', ' ').split('.');
  return `${what[0]?.toUpperCase() ?? ''}${what.slice(1)}: ${rest.join(' ')}`;
}

/** The jobs that fall due first, soonest first, of all clocks. */
export function nextJobs({ store }: Engine, count: number): Job[] {
  const soonest: Job[] = [];
  for (const job of store.jobs.all()) {
    const last = soonest.at(-1);
    if (soonest.length === count && last && last.due <= job.due) continue;
    const at = soonest.findIndex((other) => other.due > job.due);
    soonest.splice(at === -1 ? soonest.length : at, 0, job);
    if (soonest.length > count) soonest.pop();
  }
  return soonest;
}
