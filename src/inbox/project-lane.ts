import type { Database } from '../db/connect.js';
import { type DueEvent, dueEventsOf, type SettledEvent, settleEvents } from '../db/inbox-events.js';
import { holdLane } from '../db/inbox-lanes.js';
import { isConflict, isUnavailable } from '../db/sql-state.js';
import { TollgateError } from '../errors.js';
import type { Logger } from '../log.js';
import { groupBy } from '../mirror/group-by.js';
import type { Mirror } from '../mirror/mirror.js';
import type { ProjectedOutcome } from '../mirror/project.js';
import type { EventItem } from '../mirror/project-items.js';
import { objectTypeOf } from '../mirror/projectors/index.js';
import { STRIPE_API_VERSION } from '../stripe/version.js';
import type { Backoff } from './backoff.js';

export interface LaneDeps {
  db: Database;
  mirror: Pick<Mirror, 'project' | 'projectors' | 'orderedRead'>;
  backoff: Backoff;
  log: Logger;
  /** Seconds that a lane stays ours without a sign of life. */
  leaseSeconds: number;
}

/** Another instance works on the lane: whatever was not committed is its to do. */
export class LaneLostError extends TollgateError {
  constructor(lane: string) {
    super('LANE_LOST', `Lane ${lane} is another worker's by now.`);
  }
}

interface Work {
  event: DueEvent;
  item: EventItem;
}

/** Events of a lane that one pass takes. */
const BATCH = 100;

/** Projects what is due in a lane, until nothing is. Throws `LaneLostError` when the lane's lease was lost. */
export async function projectLane(deps: LaneDeps, lane: string, holder: string): Promise<void> {
  for (;;) {
    const events = await dueEventsOf(deps.db, lane, BATCH);
    if (events.length === 0) return;
    const waiting = await settleWhatIsClear(deps, lane, holder, events);
    const failures = await readObjectsOf(deps, lane, holder, waiting);
    await settleAfterReads(deps, lane, holder, waiting, failures);
  }
}

// Answers those that wait for a read of their object; their tick is stored, so that a read sent later settles them.
async function settleWhatIsClear(deps: LaneDeps, lane: string, holder: string, events: readonly DueEvent[]) {
  const { work, broken } = toWork(deps, events);
  const waiting: Work[] = [];
  const project = (some: readonly Work[], failed: readonly SettledEvent[] = []) => {
    const pass: Work[] = [];
    return deps.mirror
      .project(
        some.map(({ item }) => item),
        {
          before: (tx) => fence(deps, tx, lane, holder),
          after: async (tx, outcomes) => {
            pass.length = 0;
            const settled = some.map((one, i) => settledAs(one, outcomes[i], pass));
            await settleEvents(tx, [...settled, ...failed]);
          },
        },
      )
      .then(() => waiting.push(...pass));
  };
  try {
    await project(work, broken);
  } catch (error) {
    if (!isOfOneEvent(error)) throw error;
    // One of them cannot be projected: by itself each shows whether it is the one.
    for (const one of work) {
      await project([one]).catch((cause) => {
        if (!isOfOneEvent(cause)) throw cause;
        return settle(deps, lane, holder, [failedAs(deps, one.event, cause)]);
      });
    }
    await settle(deps, lane, holder, broken);
  }
  return waiting;
}

/** One read an object, however many of its events wait. Answers what went wrong, by object. */
async function readObjectsOf(deps: LaneDeps, lane: string, holder: string, waiting: readonly Work[]) {
  const failures = new Map<string, unknown>();
  // The lane stays ours while Stripe takes its time.
  const keep = () => holdLane(deps.db, lane, holder, deps.leaseSeconds).catch(() => false);
  const heart = setInterval(keep, (deps.leaseSeconds * 1000) / 3);
  try {
    const objects = groupBy(waiting, ({ item }) => objectOf(item));
    const reads = [...objects].map(async ([object, group]) => {
      const last = group.at(-1)?.item;
      if (!last) return;
      const since = Math.max(...group.map(({ item }) => item.tick ?? 0));
      const options = { since, cause: { eventType: last.eventType } };
      const read = deps.mirror.orderedRead(last.projector, last.payload.id, options);
      await read.catch((error) => failures.set(object, error));
    });
    await Promise.all(reads);
  } finally {
    clearInterval(heart);
  }
  return failures;
}

const objectOf = ({ projector, payload }: EventItem) => `${projector.type} ${payload.id}`;

async function settleAfterReads(
  deps: LaneDeps,
  lane: string,
  holder: string,
  waiting: readonly Work[],
  failures: ReadonlyMap<string, unknown>,
): Promise<void> {
  const failed = waiting.filter(({ item }) => failures.has(objectOf(item)));
  const read = waiting.filter(({ item }) => !failures.has(objectOf(item)));
  if (waiting.length === 0) return;
  await deps.mirror.project(
    read.map(({ item }) => item),
    {
      before: (tx) => fence(deps, tx, lane, holder),
      after: (tx, outcomes) => {
        const settled = read.map((one, i) => {
          const still: Work[] = [];
          const result = settledAs(one, outcomes[i], still);
          return still.length === 0 ? result : failedAs(deps, one.event, new Error('The read left the event open.'));
        });
        const gone = failed.map((one) => failedAs(deps, one.event, failures.get(objectOf(one.item))));
        return settleEvents(tx, [...settled, ...gone]);
      },
    },
  );
}

function toWork(deps: LaneDeps, events: readonly DueEvent[]): { work: Work[]; broken: SettledEvent[] } {
  const work: Work[] = [];
  const broken: SettledEvent[] = [];
  for (const event of events) {
    try {
      const type = objectTypeOf(event.type);
      const projector = type && deps.mirror.projectors.get(type);
      if (!projector) {
        broken.push({ ...settledEvent(event), state: 'IGNORED', lastError: 'Events of this type are not projected.' });
        continue;
      }
      const message = JSON.parse(Buffer.from(event.body).toString()) as { data: { object: EventItem['payload'] } };
      const ourVersion = event.apiVersion === STRIPE_API_VERSION;
      const facts = { eventType: event.type, created: event.created, tick: event.tick, ourVersion };
      work.push({ event, item: { kind: 'event', projector, payload: message.data.object, ...facts } });
    } catch (error) {
      broken.push(failedAs(deps, event, error));
    }
  }
  return { work, broken };
}

function settledAs(work: Work, outcome: ProjectedOutcome | undefined, waiting: Work[]): SettledEvent {
  const { event, item } = work;
  const base = { ...settledEvent(event), tick: outcome?.tick ?? null, accountId: outcome?.accountId ?? null };
  if (outcome?.verdict === 'apply' || outcome?.verdict === 'done') return { ...base, state: 'DONE' };
  if (outcome?.verdict === 'stale') return { ...base, state: 'STALE' };
  waiting.push({ event, item: { ...item, tick: base.tick } });
  return { ...base, state: 'RECEIVED' };
}

function failedAs(deps: LaneDeps, event: DueEvent, error: unknown): SettledEvent {
  const lastError = error instanceof Error ? error.message : String(error);
  const retryAfter = deps.backoff.delayAfter(event.attempts + 1);
  const state = retryAfter === null ? 'GAVE_UP' : 'FAILED';
  deps.log.warn({ err: error, eventId: event.id, type: event.type, state }, 'A Stripe event could not be projected.');
  return { ...settledEvent(event), state, lastError, retryAfter: retryAfter ?? 0 };
}

const settledEvent = (event: DueEvent): SettledEvent => ({
  id: event.id,
  state: 'DONE',
  tick: null,
  lastError: null,
  accountId: null,
  retryAfter: 0,
});

async function settle(deps: LaneDeps, lane: string, holder: string, events: readonly SettledEvent[]): Promise<void> {
  if (events.length === 0) return;
  await deps.db.transaction(async (tx) => {
    await fence(deps, tx, lane, holder);
    await settleEvents(tx, events);
  });
}

async function fence(deps: LaneDeps, tx: Parameters<typeof holdLane>[0], lane: string, holder: string): Promise<void> {
  if (!(await holdLane(tx, lane, holder, deps.leaseSeconds))) throw new LaneLostError(lane);
}

// A lost lane or a database that is away is no event's fault: nothing is noted, all of it is done again.
const isOfOneEvent = (error: unknown) =>
  !(error instanceof LaneLostError) && !isUnavailable(error) && !isConflict(error);
