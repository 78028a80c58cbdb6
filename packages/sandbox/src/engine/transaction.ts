import type { Clock } from './clock.js';
import type { Item } from './collection.js';
import { previousAttributes } from './diff.js';
import { noSuch } from './errors.js';
import type { Hash } from './hash.js';
import { newId } from './ids.js';
import { jobKey } from './jobs.js';
import type { AnyKind, KindName } from './kinds.js';
import type { Records, StoredEvent, StripeObjects } from './objects.js';
import { render } from './render.js';
import type { Change, RecordName, Store } from './store.js';

/** Who asked: null members for what happens by itself. */
export interface Cause {
  requestId: string | null;
  idempotencyKey: string | null;
}
export const AUTOMATIC: Cause = { requestId: null, idempotencyKey: null };

export interface TransactionParts {
  store: Store;
  clock: Clock;
  kinds: ReadonlyMap<string, AnyKind>;
  apiVersion: string;
  /** Where the sandbox is reached, e.g. `http://127.0.0.1:4010`: the base of hosted pages. */
  origin: string;
  cause: Cause;
}

/**
 * One request's (or one job's) view of the store. Every read sees the writes before it; if it throws, all of
 * them are undone and no event exists. Objects read are shared: change them only through `patch`, `edit`, `put`.
 */
export class Transaction {
  /** Events made so far, in order. */
  readonly events: StoredEvent[] = [];
  private readonly undo: Change[] = [];
  private readonly touched = new Map<string, [RecordName, string]>();
  /** What the last event (or the start) showed of each changed object, for `previous_attributes`. */
  private readonly shown = new Map<string, Hash>();
  /** Made in this transaction: until its first event nobody has seen it, so nothing of it was updated. */
  private readonly born = new Set<string>();

  constructor(private readonly parts: TransactionParts) {}

  get cause(): Cause {
    return this.parts.cause;
  }
  get apiVersion(): string {
    return this.parts.apiVersion;
  }

  get origin(): string {
    return this.parts.origin;
  }

  /** Stripe seconds: the sandbox's clock, or the test clock that the customer lives on. */
  now(testClock: string | null = null): number {
    return this.parts.clock.now(testClock);
  }

  /** Does work as if it were `seconds` on that clock already, to look ahead. */
  at<T>(testClock: string | null, seconds: number, work: () => T): T {
    return this.parts.clock.at(testClock, seconds, work);
  }

  kind(name: string): AnyKind | undefined {
    return this.parts.kinds.get(name);
  }

  newId(kind: KindName): string {
    return newId((this.kind(kind) as AnyKind).prefix);
  }

  get<N extends RecordName>(name: N, id: string): Records[N] | undefined {
    return this.parts.store.of(name).get(id);
  }

  /** The object, or Stripe's error: 404 for the id in the path, 400 naming `param` for a referenced one. */
  require<K extends KindName>(kind: K, id: string, param = 'id'): StripeObjects[K] {
    const found = this.get(kind, id);
    if (!found) throw noSuch(this.kind(kind)?.noun ?? kind, id, param);
    return found as StripeObjects[K];
  }

  /** Objects by a secondary index of their kind, newest first. */
  where<N extends RecordName>(name: N, index: string, value: string): Records[N][] {
    return this.parts.store.of(name).where(index, value);
  }

  newestFirst<N extends RecordName>(name: N): Iterable<Records[N]> {
    return this.parts.store.of(name).newestFirst();
  }

  /** Stores a new or replaced record as it is. */
  put<N extends RecordName>(name: N, record: Records[N]): Records[N] {
    this.write(name, (record as Item).id, record as Item);
    return record;
  }

  /** Replaces the given members of an object and returns the new version. */
  patch<N extends RecordName>(name: N, id: string, members: Partial<Records[N]>): Records[N] {
    const before = this.get(name, id);
    if (!before) throw new Error(`patch of a missing ${name} ${id}`);
    return this.put(name, { ...before, ...members });
  }

  /** Changes a private copy of the object in place; for deep changes where `patch` is awkward. */
  edit<N extends RecordName>(name: N, id: string, change: (draft: Records[N]) => void): Records[N] {
    const draft = structuredClone(this.get(name, id)) as Records[N] | undefined;
    if (!draft) throw new Error(`edit of a missing ${name} ${id}`);
    change(draft);
    return this.put(name, draft);
  }

  delete(name: RecordName, id: string): void {
    if (this.get(name, id)) this.write(name, id, null);
  }

  /** Deletes an object that afterwards still answers as `{ id, object, deleted: true }`. */
  bury(kind: KindName, id: string) {
    this.delete(kind, id);
    const stone = { id: `${kind} ${id}`, object: kind, deleted: true as const };
    this.put('_tombstone', stone);
    return { id, object: kind, deleted: true as const };
  }

  /** Runs the kind's job for `ref` at `due` (Stripe seconds); replaces an earlier one of the same kind and ref. */
  schedule(kind: string, ref: string, due: number, testClock: string | null = null): void {
    const id = jobKey(kind, ref);
    this.put('_job', { id, kind, ref, due, clock: testClock, order: nextOrder++ });
  }

  unschedule(kind: string, ref: string): void {
    this.delete('_job', jobKey(kind, ref));
  }

  /**
   * Records an event with a snapshot of the object as it is now. `*.updated` carries `previous_attributes`
   * against the last event (or the start) of this transaction, and is left out when nothing changed.
   */
  emit(type: string, object: object, options: { previous?: Hash } = {}): void {
    const tagged = object as { object: string; id?: string };
    const snapshot = render(this, object) as Hash;
    const key = `${tagged.object} ${tagged.id ?? ''}`;
    const data: StoredEvent['data'] = { object: snapshot };
    if (options.previous) data.previous_attributes = options.previous;
    else if (type.endsWith('.updated')) {
      const before = this.shown.get(key);
      const previous = before && previousAttributes(before, snapshot);
      if (!previous) return;
      data.previous_attributes = previous;
    }
    this.shown.set(key, snapshot);
    const event: StoredEvent = {
      id: newId('evt'),
      object: 'event',
      api_version: this.apiVersion,
      created: this.now(),
      data,
      livemode: false,
      request: { id: this.cause.requestId, idempotency_key: this.cause.idempotencyKey },
      type,
    };
    this.put('event', event);
    this.events.push(event);
  }

  /** Runs a part that may fail on its own: if it throws, only its own changes are undone. */
  attempt<T>(part: () => T): T {
    const mark = this.undo.length;
    const events = this.events.length;
    const shown = new Map(this.shown);
    try {
      return part();
    } catch (error) {
      this.rollback(mark);
      this.events.length = events;
      this.shown.clear();
      for (const [key, snapshot] of shown) this.shown.set(key, snapshot);
      throw error;
    }
  }

  /** The changes for the journal, each record once in its last state. */
  changes(): Change[] {
    return [...this.touched.values()].map(([name, id]) => [name, id, (this.get(name, id) as Item) ?? null]);
  }

  rollback(mark = 0): void {
    while (this.undo.length > mark) {
      const [name, id, before] = this.undo.pop() as Change;
      this.parts.store.apply(name, id, before);
    }
  }

  private write(name: RecordName, id: string, record: Item | null): void {
    const before = (this.get(name, id) as Item | undefined) ?? null;
    const key = `${name} ${id}`;
    if (!before) this.born.add(key);
    else if (!this.shown.has(key) && !this.born.has(key) && this.kind(name))
      this.shown.set(key, render(this, before) as Hash);
    this.undo.push([name, id, before]);
    this.touched.set(key, [name, id]);
    this.parts.store.apply(name, id, record);
  }
}

let nextOrder = Date.now() * 1000;
