import { emptyStatus, isAllowed } from './status.js';
import type { AccountStatus, StatusCause, StatusSubscription } from './status-types.js';

/** How the recomputation came about, for what the two states alone do not tell. */
export interface CauseHint {
  /** The type of the Stripe event that is being projected, e.g. `charge.refunded`. */
  eventType?: string | null;
  /** The account was read again from Stripe on request. */
  refreshed?: boolean;
}

/**
 * Why a new version was made: the most telling difference between the two states; the hint decides only where they
 * show none. `previous` is null for an account that had no status yet.
 */
export function causeOf(previous: AccountStatus | null, next: AccountStatus, hint: CauseHint = {}): StatusCause {
  const before = previous ?? emptyStatus;
  return (
    startOrEnd(before, next) ?? paymentCause(before, next) ?? planCause(before, next) ?? lesserCause(before, next, hint)
  );
}

const inForce = ({ status }: StatusSubscription) => status === 'active' || status === 'trialing';

/** Pairs of one subscription before and after. */
function pairs(before: AccountStatus, next: AccountStatus): [StatusSubscription, StatusSubscription][] {
  return next.subscriptions.flatMap((now) => {
    const then = before.subscriptions.find(({ id }) => id === now.id);
    return then ? [[then, now] as [StatusSubscription, StatusSubscription]] : [];
  });
}

function startOrEnd(before: AccountStatus, next: AccountStatus): StatusCause | null {
  const both = pairs(before, next);
  const changed = (from: string[], to: string[]) =>
    both.some(([then, now]) => from.includes(then.status) && to.includes(now.status));
  const isNew = ({ id }: StatusSubscription) => !before.subscriptions.some((then) => then.id === id);
  const started =
    next.subscriptions.some((now) => isNew(now) && inForce(now)) || changed(['incomplete'], ['active', 'trialing']);
  if (started) return 'SUBSCRIPTION_STARTED';
  if (changed(['paused'], ['active', 'trialing', 'past_due'])) return 'RESUMED';
  if (changed(['active', 'trialing', 'past_due', 'unpaid'], ['paused'])) return 'PAUSED';

  const gone = before.subscriptions.some(({ id }) => !next.subscriptions.some((now) => now.id === id));
  const ranOut = isAllowed(before.state) && (next.reason === 'CANCELED' || next.reason === 'TRIAL_ENDED');
  return gone || ranOut ? 'SUBSCRIPTION_ENDED' : null;
}

function paymentCause(before: AccountStatus, next: AccountStatus): StatusCause | null {
  const both = pairs(before, next);
  const overdue = ['past_due', 'unpaid'];
  if (both.some(([then, now]) => overdue.includes(then.status) && inForce(now))) return 'PAYMENT_SUCCEEDED';
  if (before.state === 'GRACE' && next.state === 'BLOCKED' && next.reason !== 'UNPAID') return 'GRACE_ENDED';

  const newlyAsked = (kind: 'PAYMENT_ACTION_REQUIRED' | 'PAYMENT_FAILED') =>
    next.notices.some(
      (now) =>
        now.kind === kind && !before.notices.some((then) => then.kind === kind && then.invoiceId === now.invoiceId),
    );
  const begun = next.subscriptions.some(
    ({ id, status }) => status === 'incomplete' && !before.subscriptions.some((then) => then.id === id),
  );
  if (begun || newlyAsked('PAYMENT_ACTION_REQUIRED')) return 'PAYMENT_ACTION_REQUIRED';
  const [owed, owes] = [before.openInvoice, next.openInvoice];
  const triedAgain = owed !== null && owed.id === owes?.id && owes.attemptCount > owed.attemptCount;
  const behind = ({ status }: StatusSubscription) => overdue.indexOf(status);
  const fellBehind = both.some(([then, now]) => behind(now) > behind(then));
  if (fellBehind || newlyAsked('PAYMENT_FAILED') || triedAgain) return 'PAYMENT_FAILED';
  return owed !== null && owes === null ? 'PAYMENT_SUCCEEDED' : null;
}

function planCause(before: AccountStatus, next: AccountStatus): StatusCause | null {
  const both = pairs(before, next);
  const list = (of: (item: StatusSubscription['items'][number]) => unknown, { items }: StatusSubscription) =>
    items.map((item) => String(of(item))).join();
  const differs = (of: (item: StatusSubscription['items'][number]) => unknown) =>
    both.some(([then, now]) => list(of, then) !== list(of, now));
  if (differs(({ priceId }) => priceId)) return 'PLAN_CHANGED';
  if (differs(({ quantity }) => quantity)) return 'SEATS_CHANGED';
  if (both.some(([then, now]) => then.endsAt === null && now.endsAt !== null)) return 'CANCELLATION_SCHEDULED';
  if (both.some(([then, now]) => then.endsAt !== null && now.endsAt === null)) return 'CANCELLATION_WITHDRAWN';
  if (both.some(([then, now]) => (now.currentPeriodEnd ?? 0) > (then.currentPeriodEnd ?? 0))) return 'RENEWED';
  return null;
}

function lesserCause(before: AccountStatus, next: AccountStatus, hint: CauseHint): StatusCause {
  const trialEnding = ({ notices }: AccountStatus) => notices.some(({ kind }) => kind === 'TRIAL_ENDING');
  if (trialEnding(next) && !trialEnding(before)) return 'TRIAL_ENDING';
  if (hint.eventType?.startsWith('charge.dispute.')) return 'DISPUTED';
  if (hint.eventType?.startsWith('charge.refund') || hint.eventType?.startsWith('refund.')) return 'REFUNDED';
  const granted = ({ features }: AccountStatus) =>
    JSON.stringify(features.map(({ key, limit, allowed, source }) => [key, limit, allowed, source]));
  if (granted(before) !== granted(next)) return 'ENTITLEMENTS_CHANGED';
  return hint.refreshed ? 'REFRESHED' : 'UNKNOWN';
}
