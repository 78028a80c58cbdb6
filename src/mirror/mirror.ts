import type { StatusPolicy } from '../access/status-types.js';
import type { Database } from '../db/connect.js';
import { drawTick } from '../db/mirror-rows.js';
import { TollgateError } from '../errors.js';
import type { Logger } from '../log.js';
import type { StripeAnswer, StripeGateway } from '../stripe/client.js';
import { createStripeReader, type StripeReader } from './ask-stripe.js';
import { boundsOf } from './decide.js';
import { createOrderedRead, type OrderedRead } from './ordered-read.js';
import { createProject, type Project, type Signals } from './project.js';
import type { AnswerItem } from './project-items.js';
import type { ObjectType, Projector, StripeObject } from './projector.js';
import { allProjectors, type Projectors } from './projectors/index.js';
import { createReadPace } from './read-pace.js';
import { refreshAccount } from './refresh-account.js';

/** Taken before a command calls Stripe; an answer is projected only if nothing was written since. */
export interface ReadStamp {
  asked: number;
}

export interface Mirror {
  readonly db: Database;
  readonly stripe: StripeGateway;
  readonly projectors: Projectors;
  readonly project: Project;
  readonly reader: StripeReader;
  readonly orderedRead: OrderedRead;
  /** To be called before the call to Stripe whose answer will be projected. */
  beginRead(): Promise<ReadStamp>;
  /**
   * A command's answer, so that its caller reads its own write. The objects are all of that one answer (itself, and
   * what it embeds in full); types that are not mirrored are passed over. An answer that is old (replayed, retried, or
   * the row was written since the stamp) or lacks parts is not projected: the object is read by its id instead.
   */
  projectAnswer(
    objects: StripeObject | readonly (StripeObject | null | undefined)[],
    read: ReadStamp & Pick<StripeAnswer<unknown>, 'date' | 'durationMs' | 'replayed' | 'attempts'>,
  ): Promise<void>;
  /** Reads one object again. Throws `StripeCallError` when Stripe cannot be asked or does not know a lasting object. */
  refetch(type: ObjectType, id: string): Promise<void>;
  /** Reads everything of the account again; see `refresh-account.ts`. */
  refreshAccount(accountId: string): Promise<void>;
}

export interface MirrorOptions {
  db: Database;
  stripe: StripeGateway;
  policy: StatusPolicy;
  signals: Signals;
  log: Logger;
  /** `STRIPE_READS_PER_SECOND` */
  readsPerSecond?: number;
  /** `CUSTOMER_OWNER_METADATA` */
  ownerMetadata?: string;
  /** Seconds and milliseconds of `OrderedReadDeps`, for tests. */
  leaseSeconds?: number;
  secondLookMs?: number;
}

export function createMirror(options: MirrorOptions): Mirror {
  const { db, stripe } = options;
  const projectors = allProjectors(options.ownerMetadata);
  const project = createProject(options);
  const reader = createStripeReader(stripe, createReadPace(options.readsPerSecond ?? 20));
  const orderedRead = createOrderedRead({ ...options, reader, project });
  const parts = { db, stripe, projectors, project, reader, orderedRead };

  const projectAnswer: Mirror['projectAnswer'] = async (objects, read) => {
    const items = [objects].flat().flatMap((object): AnswerItem | [] => {
      const projector = object && projectors.get(object.object as ObjectType);
      if (!object || !projector) return [];
      const payload = 'deleted' in object && object.deleted ? null : object;
      return { kind: 'answer', projector, id: object.id, payload, asked: read.asked, bounds: boundsOf(read) };
    });
    const old = read.replayed || read.attempts > 1;
    const outcomes = old ? [] : await project(items);
    const unclear = items.filter((_, i) => outcomes[i]?.verdict !== 'apply');
    // Only a read asked for from now on is sure to show what the command did.
    await Promise.all(unclear.map(({ projector, id }) => orderedRead(projector, id)));
  };

  return {
    ...parts,
    projectAnswer,
    beginRead: async () => ({ asked: await drawTick(db) }),
    refetch: (type, id) => orderedRead(projectorOf(projectors, type), id),
    refreshAccount: (accountId) => refreshAccount(parts, accountId),
  };
}

function projectorOf(projectors: Projectors, type: ObjectType): Projector {
  const projector = projectors.get(type);
  if (!projector) throw new TollgateError('NOT_MIRRORED', `Objects of type ${type} are not mirrored.`);
  return projector;
}
