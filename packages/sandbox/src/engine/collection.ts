export interface Item {
  id: string;
  created?: number;
}
export type IndexOf<T> = Record<string, (object: T) => string | null | undefined>;

interface Entry<T> {
  object: T;
  /** Grows with each insertion; ties of `created` are ordered by it. */
  place: number;
}

/** The objects of one kind, newest first for lists, with the secondary indexes its kind declares. */
export class Collection<T extends Item> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly byValue = new Map<string, Map<string, Set<string>>>();
  private sorted: Entry<T>[] | undefined;
  private places = 0;

  constructor(private readonly indexes: IndexOf<T>) {
    for (const name of Object.keys(indexes)) this.byValue.set(name, new Map());
  }

  get size(): number {
    return this.entries.size;
  }

  get(id: string): T | undefined {
    return this.entries.get(id)?.object;
  }

  set(object: T): void {
    const known = this.entries.get(object.id);
    if (known) {
      this.reindex(known.object, object);
      if (known.object.created !== object.created) this.sorted = undefined;
      known.object = object;
      return;
    }
    const entry = { object, place: this.places++ };
    this.entries.set(object.id, entry);
    this.reindex(undefined, object);
    const last = this.sorted?.at(-1);
    if (last && (last.object.created ?? 0) > (object.created ?? 0)) this.sorted = undefined;
    else this.sorted?.push(entry);
  }

  delete(id: string): void {
    const known = this.entries.get(id);
    if (!known) return;
    this.entries.delete(id);
    this.reindex(known.object, undefined);
    if (this.sorted?.at(-1) === known) this.sorted.pop();
    else this.sorted = undefined;
  }

  /** Newest first: by `created`, and by insertion within one second; the older ones than `after`, if it is here. */
  *newestFirst(after?: string): Generator<T> {
    const sorted = this.inOrder();
    const last = after === undefined ? undefined : this.entries.get(after);
    for (let at = (last ? placeIn(sorted, last) : sorted.length) - 1; at >= 0; at--) {
      yield (sorted[at] as Entry<T>).object;
    }
  }

  *all(): Generator<T> {
    for (const entry of this.entries.values()) yield entry.object;
  }

  /** Objects whose index `name` has this value, newest first. */
  where(name: string, value: string): T[] {
    const index = this.byValue.get(name);
    if (!index) throw new Error(`no index ${name}`);
    const found = [...(index.get(value) ?? [])].map((id) => this.entries.get(id) as Entry<T>);
    return found.sort(newerFirst).map((entry) => entry.object);
  }

  private inOrder(): Entry<T>[] {
    this.sorted ??= [...this.entries.values()].sort((a, b) => newerFirst(b, a));
    return this.sorted;
  }

  private reindex(before: T | undefined, after: T | undefined): void {
    const id = (after ?? before)?.id as string;
    for (const [name, read] of Object.entries(this.indexes)) {
      const old = before && read(before);
      const now = after && read(after);
      if (old === now) continue;
      const index = this.byValue.get(name) as Map<string, Set<string>>;
      if (old) {
        const ids = index.get(old);
        ids?.delete(id);
        if (ids?.size === 0) index.delete(old);
      }
      if (now) {
        const ids = index.get(now);
        if (ids) ids.add(id);
        else index.set(now, new Set([id]));
      }
    }
  }
}

function placeIn<T extends Item>(sorted: readonly Entry<T>[], entry: Entry<T>): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (newerFirst(sorted[middle] as Entry<T>, entry) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function newerFirst<T extends Item>(a: Entry<T>, b: Entry<T>): number {
  return (b.object.created ?? 0) - (a.object.created ?? 0) || b.place - a.place;
}
