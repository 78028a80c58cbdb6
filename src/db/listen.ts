import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import type { Logger } from '../log.js';

export interface ListenOptions {
  channel: string;
  onMessage(payload: string): void;
  /** The connection listens (again): whatever was sent meanwhile is lost. */
  onConnected(): void;
  log?: Logger | undefined;
  /** Milliseconds between proofs that the connection still hears; default 10 s. */
  probeEvery?: number;
  /** Milliseconds that a proof may take; default 3 s. */
  probeWithin?: number;
}
export interface ListenConnection {
  /** A message went out and came back on this connection, and it was not lost since. */
  readonly connected: boolean;
  /** Resolves when PostgreSQL took the messages; rejects while there is no connection. 8,000 bytes each at most. */
  notify(payloads: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const PROBE = 'probe:';

/**
 * One session connection that listens and notifies on a channel, found again by itself for as long as it takes. A
 * connection counts only once a message of its own came back: a transaction pooler takes LISTEN and stays silent.
 */
export function listen(url: string, options: ListenOptions): ListenConnection {
  const { channel, log, probeEvery = 10_000, probeWithin = 3_000 } = options;
  let session: Session | null = null;
  let connected = false;
  let closed = false;
  let stopWaiting = () => {};

  const running = (async () => {
    for (let failures = 0; !closed; ) {
      session = openSession(url, channel, options.onMessage);
      try {
        await session.establish(probeWithin);
        if (closed) break;
        failures = 0;
        connected = true;
        options.onConnected();
        await session.lost(probeEvery, probeWithin);
      } catch (error) {
        failures += 1;
        if (!closed) log?.warn({ err: error, failures }, 'The connection for signals is down; it is opened again.');
      }
      connected = false;
      await session.end();
      if (closed || failures === 0) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(50 * 2 ** failures, 2_000));
        stopWaiting = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();

  return {
    get connected() {
      return connected;
    },
    async notify(payloads) {
      if (!connected || !session) throw new Error('The connection for signals is down.');
      await session.notify(payloads);
    },
    async close() {
      closed = true;
      connected = false;
      stopWaiting();
      await session?.end();
      await running;
    },
  };
}

interface Session {
  establish(within: number): Promise<void>;
  notify(payloads: readonly string[]): Promise<void>;
  /** Resolves once the connection is gone or fails a proof. */
  lost(probeEvery: number, probeWithin: number): Promise<void>;
  end(): Promise<void>;
}

function openSession(url: string, channel: string, onMessage: (payload: string) => void): Session {
  const echoes = new Map<string, () => void>();
  let gone = false;
  let onGone = () => {};
  const settings = {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    prepare: false,
    fetch_types: false,
    connect_timeout: 5,
    keep_alive: 15,
    onnotice: () => {},
    onclose: () => {
      gone = true;
      onGone();
    },
    // Taken by postgres.js, missing in its types; `sql.listen` has a connection of its own that gives up when a
    // reconnection fails once.
    onnotify: (_channel: string, payload: string) => {
      const echo = payload.startsWith(PROBE) ? echoes.get(payload) : undefined;
      if (echo) echo();
      else if (!payload.startsWith(PROBE)) onMessage(payload);
    },
    connection: { application_name: 'tollgate signals' },
  };
  const sql = postgres(url, settings as postgres.Options<Record<string, never>>);
  const notify = async (payloads: readonly string[]) => {
    await sql`select pg_notify(${channel}, payload) from jsonb_array_elements_text(${sql.json([...payloads])}) as payload`;
  };

  async function prove(within: number): Promise<void> {
    const probe = `${PROBE}${randomBytes(9).toString('base64url')}`;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        echoes.set(probe, resolve);
        timer = setTimeout(() => reject(new Error('Nothing is heard on the session connection.')), within);
        onGone = () => reject(new Error('The connection was closed.'));
        notify([probe]).catch(reject);
      });
    } finally {
      clearTimeout(timer);
      echoes.delete(probe);
    }
  }

  return {
    notify,
    async establish(within) {
      await sql`listen ${sql(channel)}`;
      await prove(within);
    },
    async lost(probeEvery, probeWithin) {
      while (!gone) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, probeEvery);
          onGone = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        if (!gone) await prove(probeWithin);
      }
    },
    end: () => sql.end({ timeout: 0 }),
  };
}
