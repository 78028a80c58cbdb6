import type { Database } from '../db/connect.js';
import { drawTick } from '../db/mirror-rows.js';
import type { StripeReader } from './ask-stripe.js';
import type { ObjectList } from './lists.js';
import type { OrderedRead } from './ordered-read.js';
import type { Project, ProjectOptions } from './project.js';
import type { AnswerItem } from './project-items.js';
import type { Projectors } from './projectors/index.js';

export interface WalkDeps {
  db: Database;
  reader: StripeReader;
  project: Project;
  orderedRead: OrderedRead;
  projectors: Projectors;
}
export interface WalkOptions {
  customer?: string;
  testClock?: string;
  /** Go on behind this id. */
  after?: string | undefined;
  cause?: ProjectOptions['cause'];
  /** After each page is stored: its ids, and behind which id the next begins. */
  onPage?(ids: string[], after: string): Promise<void> | void;
  signal?: AbortSignal | undefined;
}

/** Objects that one transaction projects: their accounts stay locked for that long. */
const CHUNK = 25;

/**
 * Reads a list of Stripe's page by page and projects it. Safe while events arrive: an object that was written after
 * its page was asked for is read by itself. Answers the ids seen.
 */
export async function walkList(deps: WalkDeps, list: ObjectList, options: WalkOptions = {}): Promise<string[]> {
  const { db, reader, project, orderedRead } = deps;
  const projector = deps.projectors.get(list.type);
  if (!projector) throw new Error(`No projector for ${list.type}.`);
  const filter = { customer: options.customer, testClock: options.testClock };
  const seen: string[] = [];
  for (let after = options.after; ; ) {
    options.signal?.throwIfAborted();
    const asked = await drawTick(db);
    const { value: page, bounds } = await reader.read((ask) => list.page(ask, { ...filter, after }));
    const items = page.data.map(
      (payload): AnswerItem => ({ kind: 'answer', projector, id: payload.id, payload, asked, bounds }),
    );
    const again: string[] = [];
    for (let at = 0; at < items.length; at += CHUNK) {
      const chunk = items.slice(at, at + CHUNK);
      const outcomes = await project(chunk, { cause: options.cause });
      again.push(...chunk.filter((_, i) => outcomes[i]?.verdict !== 'apply').map(({ id }) => id));
    }
    await Promise.all(again.map((id) => orderedRead(projector, id, { since: asked, cause: options.cause })));

    const ids = items.map(({ id }) => id);
    seen.push(...ids);
    after = ids.at(-1);
    if (after !== undefined) await options.onPage?.(ids, after);
    if (!page.has_more || after === undefined) return seen;
  }
}
