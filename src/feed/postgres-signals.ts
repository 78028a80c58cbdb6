import { type ListenConnection, listen } from '../db/listen.js';
import type { Logger } from '../log.js';
import type { SignalTransport } from './signal-bus.js';

const CHANNEL = 'tollgate_signals';

export interface PostgresSignalsOptions {
  log?: Logger | undefined;
  /** Milliseconds between proofs that the connection still hears. */
  probeEvery?: number;
  probeWithin?: number;
}

/** Signals over PostgreSQL's NOTIFY, on one session connection (`DATABASE_LISTEN_URL`) for both directions. */
export function postgresSignals(url: string, options: PostgresSignalsOptions = {}): SignalTransport {
  let connection: ListenConnection | null = null;
  return {
    get connected() {
      return connection?.connected ?? false;
    },
    // PostgreSQL refuses a payload of 8,000 bytes.
    maxBytes: 7_900,
    start(handlers) {
      connection = listen(url, { ...options, ...handlers, channel: CHANNEL });
    },
    async send(payloads) {
      if (!connection) throw new Error('The signals were not started.');
      await connection.notify(payloads);
    },
    async close() {
      await connection?.close();
    },
  };
}
