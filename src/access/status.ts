import { featuresOf } from './features.js';
import { Moments } from './moments.js';
import { noticesOf } from './notices.js';
import type {
  AccountFacts,
  AccountStatus,
  ComputedStatus,
  InvoiceFacts,
  StatusPolicy,
  StatusSubscription,
  SubscriptionFacts,
} from './status-types.js';
import { byAccess, subscriptionAccess, wasInForce } from './subscription-access.js';
import { endsAt, isEnded } from './subscription-end.js';
import { byAge, waitsForPayment } from './unpaid-invoices.js';

/** The status of an account that owns nothing yet: what an account has before its first row is mirrored. */
export const emptyStatus: AccountStatus = Object.freeze({
  state: 'NONE',
  reason: 'NO_SUBSCRIPTION',
  graceEndsAt: null,
  features: [],
  subscriptions: [],
  openInvoice: null,
  notices: [],
});

/** Whether a state lets the person in. */
export function isAllowed(state: AccountStatus['state']): boolean {
  return state === 'FULL' || state === 'GRACE';
}

/**
 * One account's status, of its rows, the policy and the moment alone: never of what happened before. The order of the
 * rows does not matter, a word of Stripe's that is not known here never throws, and the same facts give the same
 * answer until `nextTransitionAt`. Time alone only ever takes access away. `now` in Stripe's seconds.
 */
export function statusOf(facts: AccountFacts, policy: StatusPolicy, now: number): ComputedStatus {
  const moments = new Moments(now);
  const { subscriptions } = facts;
  const waiting = facts.invoices.filter((invoice) => waitsForPayment(invoice, subscriptions)).sort(byAge);
  const account = { hadSubscription: subscriptions.some(wasInForce) };
  const accesses = subscriptions
    .map((subscription) => {
      const own = waiting.filter(({ subscriptionId }) => subscriptionId === subscription.id);
      return subscriptionAccess(subscription, own, account, policy, moments);
    })
    .sort(byAccess);
  const best = accesses[0];

  return {
    status: {
      state: best?.state ?? 'NONE',
      reason: best ? best.reason : 'NO_SUBSCRIPTION',
      graceEndsAt: best?.graceEndsAt ?? null,
      features: featuresOf(accesses),
      subscriptions: subscriptions
        .filter(({ status }) => !isEnded(status))
        .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
        .map(statusSubscription),
      openInvoice: waiting[0] ? openInvoice(waiting[0]) : null,
      notices: noticesOf(facts, accesses, waiting, moments),
    },
    nextTransitionAt: moments.next,
  };
}

function openInvoice(invoice: InvoiceFacts): AccountStatus['openInvoice'] {
  const { id, status, amountRemaining, attemptCount, nextPaymentAttempt } = invoice;
  return { id, status: status ?? '', amountRemaining, attemptCount, nextPaymentAttempt };
}

function statusSubscription(subscription: SubscriptionFacts): StatusSubscription {
  const { id, status, items, trialEnd, canceledAt, collectionPaused, hasPendingUpdate, latestInvoiceId } = subscription;
  const periods = (of: 'currentPeriodStart' | 'currentPeriodEnd') =>
    items.flatMap((item) => (item[of] === null ? [] : [item[of]]));
  const [starts, ends] = [periods('currentPeriodStart'), periods('currentPeriodEnd')];
  return {
    id,
    status,
    items: items.map(({ id, priceId, productId, quantity }) => ({ id, priceId, productId, quantity })),
    currentPeriodStart: starts.length > 0 ? Math.max(...starts) : null,
    currentPeriodEnd: ends.length > 0 ? Math.max(...ends) : null,
    trialEnd,
    endsAt: endsAt(subscription),
    canceledAt,
    collectionPaused,
    hasPendingUpdate,
    latestInvoiceId,
  };
}
