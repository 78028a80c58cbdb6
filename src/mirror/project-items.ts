import type { Tx } from '../db/connect.js';
import { lockCustomers } from '../db/customer-accounts.js';
import { drawTick, lockRows, type MirrorRow, writeRows } from '../db/mirror-rows.js';
import { type Bounds, decide, decideAnswer, type Verdict } from './decide.js';
import { groupBy } from './group-by.js';
import type { ObjectType, Projector, StripeObject } from './projector.js';
import { plain, sameState, storedForm } from './stored-form.js';

/** What Stripe said in an event. */
export interface EventItem {
  kind: 'event';
  projector: Projector;
  eventType: string;
  payload: StripeObject;
  /** Stripe's seconds. */
  created: number;
  /** The payload is in our API version. */
  ourVersion: boolean;
  /** The tick drawn when it was first projected; null the first time. */
  tick: number | null;
}

/** What Stripe answered: to a read, to a command, as an entry of a list. */
export interface AnswerItem {
  kind: 'answer';
  projector: Projector;
  id: string;
  /** Null: Stripe does not have the object. */
  payload: StripeObject | null;
  /** The tick drawn before it was asked for. */
  asked: number;
  bounds: Bounds;
  /** Of the read lease under which it was asked for; an answer whose lease was taken over is outdated. */
  holder?: string;
}
export type Item = EventItem | AnswerItem;

export interface Outcome {
  verdict: Verdict | 'outdated' | 'incomplete';
  tick: number;
  /** An event arrived after the answer was asked for: it is to be asked for once more. */
  again: boolean;
  customerId: string | null;
}

/** A row as it becomes during the transaction. */
export interface Change {
  projector: Projector;
  before: MirrorRow;
  row: MirrorRow;
  /** The newest payload applied; null where only bookkeeping changed, or the object is gone. */
  payload: StripeObject | null;
  touched: boolean;
  /** The state itself differs from what was stored. */
  changed: boolean;
  eventType: string | null;
}

export interface ProjectedItems {
  outcomes: Outcome[];
  changes: Change[];
  tick: number;
}

/**
 * Decides each item against its locked row and writes what follows. Items of one object are decided in their order;
 * customers are locked before rows, so objects of one customer are projected one at a time.
 */
export async function projectItems(tx: Tx, items: readonly Item[]): Promise<ProjectedItems> {
  const tick = await drawTick(tx);
  const readable = items.map((item) => ({ ...item, payload: item.payload && plain(item.payload) })) as Item[];
  await lockCustomers(
    tx,
    readable.flatMap((item) => {
      if (item.payload) return item.projector.customerOf(item.payload) ?? [];
      return item.projector.type === 'customer' ? idOfItem(item) : [];
    }),
  );
  const changes = await lockChanges(tx, readable);
  const outcomes = readable.map((item) => {
    const change = changes.get(keyOf(item.projector.type, idOfItem(item)));
    if (!change) throw new Error(`No row was locked for ${item.projector.type} ${idOfItem(item)}.`);
    return item.kind === 'event' ? projectEvent(change, item, tick) : projectAnswer(change, item, tick);
  });
  await writeChanges(tx, [...changes.values()]);
  return { outcomes, changes: [...changes.values()], tick };
}

function projectEvent(change: Change, item: EventItem, now: number): Outcome {
  const { projector, payload } = item;
  const { row } = change;
  const tick = item.tick ?? now;
  const gone = projector.goneTypes.includes(item.eventType);
  const complete = gone || (item.ourVersion && projector.complete(payload));
  const verdict = decide(
    { tick, created: item.created, usable: complete, dated: isDated(payload) },
    { cleanSeq: row.cleanSeq, stateFrom: row.stateFrom, stateTo: row.stateTo },
    () => (gone ? row.deletedAt !== null : isStored(projector, row, payload)),
  );
  if (verdict === 'apply') {
    write(change, gone ? null : payload, { from: item.created, to: item.created }, now);
    change.eventType = item.eventType;
  }
  if (verdict === 'read') {
    row.dirtySeq = Math.max(row.dirtySeq, tick);
    change.touched = true;
  }
  return { verdict, tick, again: false, customerId: customerIdOf(change, payload) };
}

function projectAnswer(change: Change, item: AnswerItem, now: number): Outcome {
  const { projector, payload } = item;
  const { row } = change;
  const lost = item.holder !== undefined && row.readLeaseHolder !== item.holder;
  const complete = payload === null || projector.complete(payload);
  const verdict = lost ? 'outdated' : decideAnswer({ asked: item.asked, complete }, row);
  if (verdict === 'apply') {
    write(change, payload, item.bounds, now);
    row.cleanSeq = Math.max(row.cleanSeq, item.asked);
    if (item.holder !== undefined) Object.assign(row, { readLeaseHolder: null, readLeaseUntil: null });
  }
  return { verdict, tick: now, again: row.dirtySeq > item.asked, customerId: customerIdOf(change, payload) };
}

function write(change: Change, payload: StripeObject | null, bounds: Bounds, tick: number): void {
  const { projector, row } = change;
  if (payload === null) {
    if (row.deletedAt === null) Object.assign(change, { changed: true, payload: null });
    row.deletedAt ??= new Date();
  } else {
    const raw = storedForm(projector, payload, (row.deletedAt ? null : row.raw) as never);
    if (row.deletedAt !== null || !sameState(projector, raw, row.raw))
      Object.assign(change, { changed: true, payload });
    Object.assign(row, withoutUndefined(projector.row(payload)), { raw, deletedAt: null });
  }
  Object.assign(row, { stateFrom: bounds.from, stateTo: bounds.to });
  row.writeSeq = Math.max(row.writeSeq, tick);
  row.updatedAt = new Date();
  change.touched = true;
}

function isStored(projector: Projector, row: MirrorRow, payload: StripeObject): boolean {
  return row.deletedAt === null && sameState(projector, storedForm(projector, payload, row.raw as never), row.raw);
}

// A test clock's seconds are those of its own time; an event of it may carry them.
function isDated(payload: StripeObject): boolean {
  return (payload as { test_clock?: unknown }).test_clock == null && payload.object !== 'test_helpers.test_clock';
}

async function lockChanges(tx: Tx, items: readonly Item[]): Promise<Map<string, Change>> {
  const changes = new Map<string, Change>();
  const byProjector = groupBy(items, ({ projector }) => projector);
  const inLockOrder = [...byProjector].sort(([one], [other]) => (one.type < other.type ? -1 : 1));
  for (const [projector, group] of inLockOrder) {
    const ids = [...new Set(group.map(idOfItem))].sort();
    for (const [id, before] of await lockRows(tx, projector.table, ids)) {
      const change = { before, row: { ...before }, payload: null, touched: false, changed: false, eventType: null };
      changes.set(keyOf(projector.type, id), { projector, ...change });
    }
  }
  return changes;
}

async function writeChanges(tx: Tx, changes: readonly Change[]): Promise<void> {
  for (const [projector, group] of groupBy(changes, ({ projector }) => projector)) {
    const touched = group.filter((change) => change.touched);
    await writeRows(
      tx,
      projector.table,
      touched.map(({ row }) => row),
    );
    const payloads = touched.flatMap(({ payload }) => payload ?? []);
    if (payloads.length > 0) await projector.writeChildren?.(tx, payloads);
  }
}

function customerIdOf(change: Change, payload: StripeObject | null): string | null {
  return (payload && change.projector.customerOf(payload)) ?? customerOfRow(change.projector, change.row);
}

/** The customer that a row belongs to; the row of a customer is its own. */
export function customerOfRow(projector: Projector, row: MirrorRow): string | null {
  if (projector.type === 'customer') return row.id;
  return (row as { customerId?: string | null }).customerId || null;
}

const keyOf = (type: ObjectType, id: string) => `${type} ${id}`;
const idOfItem = (item: Item) => (item.kind === 'event' ? item.payload.id : item.id);

function withoutUndefined(columns: object): object {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
