import { Collection, type IndexOf, type Item } from './collection.js';
import { JobQueue } from './jobs.js';
import type { AnyKind } from './kinds.js';
import type { Records } from './objects.js';

export type RecordName = keyof Records;
/** One journalled change: the new state of a record, or null when it is gone. */
export type Change = [name: RecordName, id: string, record: Item | null];

/** Secondary indexes of records that have no kind. */
export type RecordIndexes = { [N in RecordName]?: IndexOf<Records[N]> };

/** Everything the sandbox knows, in memory. Records are never changed in place: each change is a new record. */
export class Store {
  readonly jobs = new JobQueue();
  private readonly collections = new Map<string, Collection<Item>>();

  constructor(
    private readonly kinds: ReadonlyMap<string, AnyKind>,
    private readonly recordIndexes: RecordIndexes,
    private readonly freeze: boolean,
  ) {}

  of<N extends RecordName>(name: N): Collection<Records[N] & Item> {
    let collection = this.collections.get(name);
    if (!collection) {
      const indexes = (this.kinds.get(name)?.indexes ?? this.recordIndexes[name as RecordName] ?? {}) as IndexOf<Item>;
      collection = new Collection<Item>(indexes);
      this.collections.set(name, collection);
    }
    return collection as unknown as Collection<Records[N] & Item>;
  }

  apply(name: RecordName, id: string, record: Item | null): void {
    if (record === null) {
      this.of(name).delete(id);
      if (name === '_job') this.jobs.delete(id);
      return;
    }
    if (this.freeze) deepFreeze(record);
    (this.of(name) as unknown as Collection<Item>).set(record);
    if (name === '_job') this.jobs.set(record as Records['_job']);
  }

  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [name, collection] of this.collections) if (collection.size > 0) counts[name] = collection.size;
    return counts;
  }

  *everything(): Generator<Change> {
    for (const [name, collection] of this.collections) {
      for (const record of collection.all()) yield [name as RecordName, record.id, record];
    }
  }
}

function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}
