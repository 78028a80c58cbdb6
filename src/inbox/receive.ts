import type { Database } from '../db/connect.js';
import { insertEvents, type NewInboxEvent } from '../db/inbox-events.js';
import { isDataError } from '../db/sql-state.js';
import type { Logger } from '../log.js';
import { verifySignature } from '../stripe/signature.js';
import { createGroupCommit } from './group-commit.js';
import { parseEvent } from './parse-event.js';

/** Bytes. Stripe's own limit for an event is far below. */
export const LARGEST_BODY = 1024 * 1024;

export interface Received {
  status: 200 | 400 | 413 | 503;
  /** For the answer's body: what was wrong, or nothing. */
  message: string;
  /** Seconds after which Stripe may come again; with 503. */
  retryAfter?: number;
}

export interface Receiver {
  /** Verifies over the bytes as they came, stores, and answers 200 only once the event is committed. Never throws. */
  receive(body: Uint8Array, signatureHeader: string | null | undefined): Promise<Received>;
}

export interface ReceiverDeps {
  db: Database;
  /** Any of them may have signed. */
  secrets: readonly string[];
  /** The mode of our key: events of the other are kept and ignored. */
  livemode: boolean;
  log: Logger;
  /** Called after the commit: the worker has something to do. `created` is the event's, in Stripe's seconds. */
  onStored(event: { created: number }): void;
}

export function createReceiver(deps: ReceiverDeps): Receiver {
  const { db, secrets, livemode, log, onStored } = deps;
  const store = createGroupCommit<NewInboxEvent>((events) => insertEvents(db, events), isDataError);
  return {
    async receive(body, signatureHeader) {
      if (body.byteLength > LARGEST_BODY) return { status: 413, message: 'The body is larger than 1 MiB.' };
      const signature = verifySignature(body, signatureHeader, secrets);
      if (!signature.ok) return { status: 400, message: signature.message };
      const parsed = parseEvent(body, { livemode });
      if ('problem' in parsed) return { status: 400, message: parsed.problem };
      try {
        await store(parsed.event);
      } catch (error) {
        log.error(
          { err: error, eventId: parsed.event.id },
          'A Stripe event could not be stored; Stripe sends it again.',
        );
        return { status: 503, message: 'The event could not be stored; send it again.', retryAfter: 5 };
      }
      if (parsed.event.state === 'RECEIVED') onStored(parsed.event);
      return { status: 200, message: '' };
    },
  };
}
