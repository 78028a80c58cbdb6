import type { Moments } from './moments.js';
import type { AccessReason, AccessState, InvoiceFacts, StatusPolicy, SubscriptionFacts } from './status-types.js';
import { endsAt, isEnded } from './subscription-end.js';
import { awaitsAction, graceStartsAt } from './unpaid-invoices.js';

/** What one subscription, looked at alone, gives its account. */
export interface SubscriptionAccess {
  subscription: SubscriptionFacts;
  state: AccessState;
  reason: AccessReason | null;
  /** While in grace: when it ends. */
  graceEndsAt: number | null;
  /** By what right the plan's features are given; null when they are not. */
  grants: 'PLAN' | 'TRIAL' | null;
  /** When it ends or ended. */
  endsAt: number | null;
  /** Over: Stripe says so, or the end it was given has passed and Stripe's word is only late. */
  over: boolean;
  /** Those that wait for payment, oldest first. */
  waiting: InvoiceFacts[];
}

/** Stripe finalizes the first paid invoice about an hour after a trial's end: who ends before that never paid. */
const TRIAL_INVOICE_DELAY = 3_600;

/**
 * The table (docs/decisions/0002-access-table.md):
 * active → FULL; trialing → FULL, features of source TRIAL; past_due → GRACE, after the grace period BLOCKED with the
 * payment's reason; unpaid → BLOCKED UNPAID; paused → BLOCKED PAUSED; incomplete → INCOMPLETE, NONE for an account that
 * never had a subscription in force and BLOCKED for one that had; canceled, or past its end → BLOCKED CANCELED, or
 * TRIAL_ENDED if it never went beyond its trial; incomplete_expired → NONE NO_SUBSCRIPTION; any other word → UNKNOWN.
 */
export function subscriptionAccess(
  subscription: SubscriptionFacts,
  waiting: InvoiceFacts[],
  account: { hadSubscription: boolean },
  policy: StatusPolicy,
  moments: Moments,
): SubscriptionAccess {
  const end = endsAt(subscription);
  const answer = (
    state: AccessState,
    reason: AccessReason | null,
    more: Partial<SubscriptionAccess> = {},
  ): SubscriptionAccess => ({
    ...{ subscription, state, reason, waiting, endsAt: end, graceEndsAt: null, grants: null, over: false },
    ...more,
  });

  const over = isEnded(subscription.status) || (end !== null && moments.reached(end));
  if (over && !wasInForce(subscription)) return answer('NONE', 'NO_SUBSCRIPTION', { over });
  if (over) {
    return answer('BLOCKED', endedOnTrial(subscription, end) ? 'TRIAL_ENDED' : 'CANCELED', { over });
  }
  switch (subscription.status) {
    case 'active':
      return answer('FULL', null, { grants: 'PLAN' });
    case 'trialing':
      return answer('FULL', null, { grants: 'TRIAL' });
    case 'past_due': {
      const reason = waiting[0] && awaitsAction(waiting[0]) ? 'PAYMENT_ACTION_REQUIRED' : 'PAYMENT_FAILED';
      const graceEndsAt = graceStartsAt(subscription, waiting) + policy.gracePeriod;
      if (moments.reached(graceEndsAt)) return answer('BLOCKED', reason);
      return answer('GRACE', reason, { graceEndsAt, grants: 'PLAN' });
    }
    case 'unpaid':
      return answer('BLOCKED', 'UNPAID');
    case 'paused':
      return answer('BLOCKED', 'PAUSED');
    case 'incomplete':
      return answer(account.hadSubscription ? 'BLOCKED' : 'NONE', 'INCOMPLETE');
    default:
      return answer('UNKNOWN', 'UNKNOWN');
  }
}

/** Whether it ever gave access: one whose first payment never came did not. */
export function wasInForce({ status }: Pick<SubscriptionFacts, 'status'>): boolean {
  return status !== 'incomplete' && status !== 'incomplete_expired';
}

function endedOnTrial({ trialEnd }: SubscriptionFacts, end: number | null): boolean {
  return trialEnd !== null && end !== null && end <= trialEnd + TRIAL_INVOICE_DELAY;
}

const STATES: readonly AccessState[] = ['FULL', 'GRACE', 'UNKNOWN', 'BLOCKED', 'NONE'];
/** Of several reasons to be blocked the one that the person can do most about. */
const ACTIONABLE: readonly (AccessReason | null)[] = [
  'PAYMENT_ACTION_REQUIRED',
  'PAYMENT_FAILED',
  'UNPAID',
  'PAUSED',
  'INCOMPLETE',
];

/** Best first: the account has what its best subscription gives, so an old failed one never revokes a good one. */
export function byAccess(a: SubscriptionAccess, b: SubscriptionAccess): number {
  const reason = (access: SubscriptionAccess) => {
    const index = ACTIONABLE.indexOf(access.reason);
    return index === -1 ? ACTIONABLE.length : index;
  };
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
    (b.graceEndsAt ?? 0) - (a.graceEndsAt ?? 0) ||
    reason(a) - reason(b) ||
    (b.endsAt ?? 0) - (a.endsAt ?? 0) ||
    (a.subscription.id < b.subscription.id ? -1 : 1)
  );
}
