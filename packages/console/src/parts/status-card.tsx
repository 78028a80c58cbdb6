import { day, money, words } from '../format';
import type { Status } from '../types';

const explained: Record<string, string> = {
  FULL: 'Everything the plan includes is available.',
  GRACE: 'A payment failed. Access goes on while it is retried.',
  BLOCKED: 'Access is restricted until billing is in order.',
  NONE: 'No subscription yet. Choose a plan below.',
};

export function StatusCard({ status, error }: { status: Status | null; error: string | null }) {
  const state = status?.access.state ?? 'UNKNOWN';
  return (
    <section className={`card status ${state.toLowerCase()}`} aria-labelledby="status-title">
      <div className="row">
        <h2 id="status-title">Billing status</h2>
        {status && <span className="quiet">version {status.version}</span>}
      </div>
      <p className="state" aria-live="polite" data-testid="access-state">
        {status ? state : '…'}
      </p>
      <p className="quiet">
        {error ??
          (status
            ? (explained[state] ?? 'Stripe said something this page does not know.')
            : 'Waiting for the first status.')}
      </p>
      {status?.access.reason && state !== 'NONE' && <p className="reason">{words(status.access.reason)}</p>}
      {status?.access.graceEndsAt && (
        <p className="reason">Access ends on {day(status.access.graceEndsAt)} unless paid.</p>
      )}
      {status && status.access.features.length > 0 && (
        <ul className="features">
          {status.access.features.map((feature) => (
            <li key={feature.key} className={feature.allowed ? '' : 'off'}>
              {feature.name}
              {feature.limit !== null && (
                <span className="quiet"> up to {Number(feature.limit).toLocaleString('en')}</span>
              )}
            </li>
          ))}
        </ul>
      )}
      {status?.openInvoice && (
        <p className="notice warning">
          {money(status.openInvoice.amountRemaining)} waits for payment.{' '}
          {status.openInvoice.hostedUrl && <a href={status.openInvoice.hostedUrl}>Open the invoice</a>}
        </p>
      )}
      {status?.notices.map((notice) => (
        <p key={notice.kind} className={`notice ${notice.severity.toLowerCase()}`}>
          {words(notice.kind)}
          {notice.dueAt && <span className="quiet"> · {day(notice.dueAt)}</span>}
        </p>
      ))}
    </section>
  );
}
