import { type Viewer, viewers } from '../viewers';

export function Header({
  viewer,
  live,
  onChoose,
}: {
  viewer: Viewer;
  live: boolean;
  onChoose: (viewer: Viewer) => void;
}) {
  return (
    <header className="bar">
      <a className="brand" href="/">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        <span>Tollgate</span>
        <span className="badge">development</span>
      </a>
      <fieldset className="viewers">
        <legend className="quiet">Who am I</legend>
        {viewers.map((choice) => (
          <label key={choice.label} className={choice === viewer ? 'chosen' : ''} title={choice.detail}>
            <input
              type="radio"
              name="viewer"
              value={choice.label}
              checked={choice === viewer}
              onChange={() => onChoose(choice)}
            />
            {choice.label}
          </label>
        ))}
      </fieldset>
      <nav>
        <span className={live ? 'pulse on' : 'pulse'} role="status">
          {live ? 'Live' : 'Connecting…'}
        </span>
        <a className="plain" href="/graphiql">
          GraphQL explorer
        </a>
      </nav>
    </header>
  );
}
