import { clock, words } from '../format';
import type { Status } from '../types';

export function Timeline({ history }: { history: Status[] }) {
  return (
    <section className="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Pushed to this page</h2>
      {history.length === 0 && <p className="quiet">Each change of status appears here the moment it happens.</p>}
      <ol className="timeline">
        {history.map((status) => (
          <li key={status.version}>
            <span className={`dot ${status.access.state.toLowerCase()}`} aria-hidden="true" />
            <span className="what">
              {words(status.cause)} <span className="quiet">→ {status.access.state}</span>
            </span>
            <span className="quiet when">
              v{status.version} · {clock(status.changedAt)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
