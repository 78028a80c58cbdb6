import { day, words } from '../format';
import type { Subscription } from '../types';

export interface SubscriptionActions {
  onCancel: (subscription: Subscription) => void;
  onKeep: (subscription: Subscription) => void;
  onPortal: () => void;
}

function sentence(subscription: Subscription): string {
  if (subscription.endsAt) return `Ends on ${day(subscription.endsAt)}`;
  if (subscription.status === 'TRIALING' && subscription.trialEndsAt)
    return `Trial until ${day(subscription.trialEndsAt)}`;
  if (subscription.currentPeriodEnd) return `Renews on ${day(subscription.currentPeriodEnd)}`;
  return '';
}

export function Subscriptions({
  subscriptions,
  busy,
  onCancel,
  onKeep,
  onPortal,
}: {
  subscriptions: Subscription[];
  busy: boolean;
} & SubscriptionActions) {
  return (
    <section className="card" aria-labelledby="subscriptions-title">
      <div className="row">
        <h2 id="subscriptions-title">Subscription</h2>
        <button type="button" className="link" disabled={busy || subscriptions.length === 0} onClick={onPortal}>
          Customer portal
        </button>
      </div>
      {subscriptions.length === 0 && (
        <p className="quiet">None. Buy a plan and watch the status change without a reload.</p>
      )}
      {subscriptions.map((subscription) => (
        <div className="row subscription" key={subscription.id}>
          <div>
            <strong>{subscription.plan?.name ?? 'A plan that is not in the catalogue'}</strong>
            {(subscription.seats ?? 1) > 1 && <span className="quiet"> · {subscription.seats} seats</span>}
            <span className={`chip ${subscription.status.toLowerCase()}`}>{words(subscription.status)}</span>
            <p className="quiet">{sentence(subscription)}</p>
          </div>
          <div className="actions">
            {subscription.allowedActions.includes('KEEP') && (
              <button type="button" className="primary" disabled={busy} onClick={() => onKeep(subscription)}>
                Keep it
              </button>
            )}
            {subscription.allowedActions.includes('CANCEL') && (
              <button type="button" className="secondary" disabled={busy} onClick={() => onCancel(subscription)}>
                Cancel at period end
              </button>
            )}
          </div>
        </div>
      ))}
    </section>
  );
}
