import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/connect.js';
import { cleanSeqOf, drawTick, releaseReadLease, takeReadLease } from '../db/mirror-rows.js';
import { TollgateError } from '../errors.js';
import { StripeCallError } from '../stripe/errors.js';
import type { Answered, StripeReader } from './ask-stripe.js';
import { boundsOf } from './decide.js';
import type { Project, ProjectOptions } from './project.js';
import type { Projector, StripeObject } from './projector.js';
import { createSharedTurns } from './shared-turns.js';

export interface OrderedReadDeps {
  db: Database;
  reader: StripeReader;
  project: Project;
  /** Seconds that one request of a read may take; after them another instance may read. */
  leaseSeconds?: number;
  /** Milliseconds until a 404 is asked about once more. */
  secondLookMs?: number;
}

export interface OrderedReadOptions {
  /** A tick: a read asked for after it is enough. Without it, only one asked for from now on is. */
  since?: number;
  cause?: ProjectOptions['cause'];
}

/** Reads one object from Stripe and projects it: what is stored afterwards is its state at or after `since`. */
export type OrderedRead = (projector: Projector, id: string, options?: OrderedReadOptions) => Promise<void>;

const ROUNDS = 8;

/**
 * Reads are ordered by the mirror's clock: at most one of an object is in flight anywhere; it is asked for at a tick,
 * discarded if the row was written after that tick, and repeated once if an event arrived after it. Callers that come
 * while one is in flight share the next.
 */
export function createOrderedRead(deps: OrderedReadDeps): OrderedRead {
  const { db, reader, project, leaseSeconds = 30, secondLookMs = 500 } = deps;
  const turns = createSharedTurns();
  // The instance holds leases, not the single read: turns let no two of its own reads of an object run at once, and a
  // lease that could not be given back (the database was away) is its own again.
  const holder = randomUUID();

  const readUntil = async (projector: Projector, id: string, since: number, cause: ProjectOptions['cause']) => {
    let need = since;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const lease = await leaseOf(projector, id, need);
        if (!lease) return;
        const { value, bounds } = await fetchTwiceIfMissing(projector, id);
        const item = { kind: 'answer' as const, projector, id, payload: value, asked: lease.asked, bounds, holder };
        const [outcome] = await project([item], { cause });
        if (outcome?.verdict === 'incomplete') {
          throw new TollgateError('STRIPE_ANSWER_INCOMPLETE', `${projector.type} ${id} came without parts asked for.`);
        }
        if (outcome?.verdict !== 'apply') continue;
        if (!outcome.again || need > since) return;
        need = outcome.tick;
      }
      throw new TollgateError('MIRROR_ROW_BUSY', `${projector.type} ${id} was written during each of ${ROUNDS} reads.`);
    } catch (error) {
      // What went wrong is told, whether or not the database takes the lease back: it ends by itself.
      await releaseReadLease(db, projector.table, id, holder).catch(() => {});
      throw error;
    }
  };

  /** Null: another's read, asked for after `since`, was applied. */
  const leaseOf = async (projector: Projector, id: string, since: number) => {
    const deadline = Date.now() + leaseSeconds * 3000;
    for (let pause = 20; Date.now() < deadline; pause = Math.min(pause * 2, 500)) {
      const lease = await takeReadLease(db, projector.table, id, holder, leaseSeconds);
      if (lease && lease.cleanSeq < since) return lease;
      if (lease) await releaseReadLease(db, projector.table, id, holder);
      if (lease || (await cleanSeqOf(db, projector.table, id)) >= since) return null;
      await delay(pause);
    }
    throw new TollgateError('MIRROR_ROW_BUSY', `${projector.type} ${id} is being read by another instance.`);
  };

  const fetchTwiceIfMissing = async (projector: Projector, id: string): Promise<Answered<StripeObject | null>> => {
    const renew = () => takeReadLease(db, projector.table, id, holder, leaseSeconds);
    const fetch = () => reader.read((ask) => projector.fetch(ask, id), renew);
    try {
      return await fetch();
    } catch (error) {
      if (!isMissing(error) || !projector.deletable) throw error;
    }
    await delay(secondLookMs);
    await renew();
    const began = performance.now();
    try {
      return await fetch();
    } catch (error) {
      if (!isMissing(error) || error.facts.date === undefined) throw error;
      return { value: null, bounds: boundsOf({ date: error.facts.date, durationMs: performance.now() - began }) };
    }
  };

  return async (projector, id, { since, cause } = {}) => {
    await turns.take(`${projector.type} ${id}`, since, async (need) =>
      readUntil(projector, id, need ?? (await drawTick(db)), cause),
    );
  };
}

function isMissing(error: unknown): error is StripeCallError {
  return error instanceof StripeCallError && error.kind === 'not_found';
}
