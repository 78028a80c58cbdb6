/** Work that falls due at a moment of the sandbox's clock: a renewal, an expiry, a retry. */
export interface Job {
  kind: string;
  /** The object it concerns; kind and ref together are unique. */
  ref: string;
  /** Stripe seconds. */
  due: number;
  /** The test clock it runs on; null is the sandbox's own clock. */
  clock: string | null;
  order: number;
}

export const jobKey = (kind: string, ref: string) => `${kind} ${ref}`;

/** Jobs in the order they fall due (ties in the order they were scheduled), replaced by key. */
export class JobQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly heaps = new Map<string | null, Job[]>();

  get size(): number {
    return this.jobs.size;
  }

  get(key: string): Job | undefined {
    return this.jobs.get(key);
  }

  all(): Iterable<Job> {
    return this.jobs.values();
  }

  set(job: Job): void {
    this.jobs.set(jobKey(job.kind, job.ref), job);
    const heap = this.heaps.get(job.clock) ?? [];
    this.heaps.set(job.clock, heap);
    heap.push(job);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(heap[at] as Job, heap[parent] as Job)) break;
      swap(heap, at, parent);
      at = parent;
    }
  }

  delete(key: string): void {
    this.jobs.delete(key);
  }

  /** The next job of a clock, or undefined. */
  peek(clock: string | null): Job | undefined {
    const heap = this.heaps.get(clock);
    while (heap?.length) {
      const first = heap[0] as Job;
      if (this.jobs.get(jobKey(first.kind, first.ref)) === first) return first;
      pop(heap);
    }
    return undefined;
  }
}

const earlier = (a: Job, b: Job) => a.due < b.due || (a.due === b.due && a.order < b.order);

function swap(heap: Job[], a: number, b: number): void {
  const kept = heap[a] as Job;
  heap[a] = heap[b] as Job;
  heap[b] = kept;
}

function pop(heap: Job[]): void {
  const last = heap.pop() as Job;
  if (heap.length === 0) return;
  heap[0] = last;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    let least = at;
    if (left < heap.length && earlier(heap[left] as Job, heap[least] as Job)) least = left;
    if (left + 1 < heap.length && earlier(heap[left + 1] as Job, heap[least] as Job)) least = left + 1;
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}
