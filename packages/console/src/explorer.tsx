import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { Kind, parse } from 'graphql';
import { StrictMode, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';
import { socketOf } from './gateway';
import { rememberedViewer, rememberViewer, tokenOf, type Viewer, viewers } from './viewers';

const tabs = [
  `# Run it, then buy a plan in the console: the answer changes without a reload.
subscription Watch {
  billingStatus {
    version
    cause
    access {
      allowed
      state
      reason
    }
    subscriptions {
      id
      status
      plan {
        name
      }
    }
  }
}
`,
  `query Plans {
  plans {
    key
    name
    prices {
      key
      interval
      unitAmount {
        decimal
        currency
      }
    }
  }
}
`,
].map((query) => ({ query }));

/** GraphiQL speaks as the chosen viewer: over HTTP for queries and mutations, over the socket for subscriptions. */
function fetcherOf(viewer: Viewer): Fetcher {
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    fetch: async (input, init) =>
      fetch(input, {
        ...init,
        headers: { ...(init?.headers as Record<string, string>), authorization: `Bearer ${await tokenOf(viewer)}` },
      }),
    wsClient: socketOf(viewer) as never,
  });
  // Right after the page has loaded the editor does not say yet what it holds, and a subscription would be sent as a query.
  return (params, options) => {
    const documentAST = options?.documentAST ?? parse(params.query);
    const operations = documentAST.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    const only = operations.length === 1 ? operations[0]?.name?.value : undefined;
    return fetcher({ ...params, operationName: params.operationName ?? only }, { ...options, documentAST });
  };
}

function Explorer() {
  const [viewer, setViewer] = useState(rememberedViewer);
  const fetcher = useMemo(() => fetcherOf(viewer), [viewer]);
  return (
    <div className="explorer">
      <div className="explorer-bar">
        <a href="/">← Console</a>
        <label>
          Acting as{' '}
          <select
            value={viewer.label}
            onChange={(event) => {
              const next = viewers.find((candidate) => candidate.label === event.target.value) ?? viewer;
              rememberViewer(next);
              setViewer(next);
            }}
          >
            {viewers.map((choice) => (
              <option key={choice.label}>{choice.label}</option>
            ))}
          </select>
        </label>
      </div>
      <GraphiQL fetcher={fetcher} defaultTabs={tabs} />
    </div>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Explorer />
    </StrictMode>,
  );
