import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export interface SeenStatus {
  version: number;
  cause: string;
  access: { allowed: boolean; state: string; reason: string | null; graceEndsAt: string | null };
  subscriptions: { id: string; status: string; endsAt: string | null; plan: { key: string } | null }[];
  openInvoice: { id: string } | null;
  notices: { kind: string }[];
}

const watching = /* GraphQL */ `
  subscription Watch($after: SafeInt) {
    billingStatus(after: $after) {
      version cause
      access { allowed state reason graceEndsAt }
      subscriptions { id status endsAt plan { key } }
      openInvoice { id }
      notices { kind }
    }
  }
`;

/** What a phone does: one socket, every version kept, and a way to wait for one that fits. */
export function watchStatus(gatewayUrl: string, token: string) {
  const client = createClient({
    url: `${gatewayUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const seen: SeenStatus[] = [];
  const waiters = new Set<() => void>();
  let failure: unknown;
  client.subscribe<{ billingStatus: SeenStatus }>(
    { query: watching },
    {
      next: ({ data, errors }) => {
        if (errors) failure = errors;
        if (data) seen.push(data.billingStatus);
        for (const look of waiters) look();
      },
      error: (error) => {
        failure = error;
        for (const look of waiters) look();
      },
      complete: () => {},
    },
  );
  return {
    seen,
    /** The newest status once it fits; the test's own time limit ends the wait. */
    until: (what: string, fits: (status: SeenStatus) => boolean) =>
      new Promise<SeenStatus>((resolve, reject) => {
        const look = () => {
          const newest = seen.at(-1);
          if (failure) reject(new Error(`While waiting for ${what}: ${JSON.stringify(failure)}`));
          else if (newest && fits(newest)) resolve(newest);
          else return;
          waiters.delete(look);
        };
        waiters.add(look);
        look();
      }),
    close: async () => void (await client.dispose()),
  };
}
