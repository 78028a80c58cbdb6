import { Clock } from './clock.js';
import type { Item } from './collection.js';
import { StripeError } from './errors.js';
import { Journal } from './journal.js';
import type { AnyKind } from './kinds.js';
import { type Change, type RecordIndexes, type RecordName, Store } from './store.js';
import { AUTOMATIC, type Cause, Transaction } from './transaction.js';

/** Does the work of a due job; `ref` is what it was scheduled for. */
export type JobHandler = (tx: Transaction, ref: string) => void;

export interface EngineOptions {
  kinds: readonly AnyKind[];
  jobs: Readonly<Record<string, JobHandler>>;
  recordIndexes?: RecordIndexes;
  apiVersion: string;
  /** Where the journal is kept; in memory only without it. */
  dataDir?: string;
  /** Freeze every stored object, so that a change in place fails at once (for tests). */
  freeze?: boolean;
  /** Called when a job throws; the job is dropped and its changes undone. */
  onJobError: (kind: string, ref: string, error: unknown) => void;
}

/** Store, clock, jobs and journal under one roof: everything that changes state goes through `transact`. */
export class Engine {
  readonly store: Store;
  readonly clock: Clock;
  /** Set once the server listens; hosted pages are below it. */
  origin = '';
  /** May add to a transaction that is about to be committed. */
  readonly beforeCommit: ((tx: Transaction) => void)[] = [];
  readonly afterCommit: ((tx: Transaction) => void)[] = [];
  readonly clockMoved: (() => void)[] = [];
  /** Called when everything was replaced at once: what is remembered elsewhere is void. */
  readonly stateReplaced: (() => void)[] = [];
  private readonly kinds: ReadonlyMap<string, AnyKind>;
  private readonly journal: Journal | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: EngineOptions) {
    this.kinds = new Map(options.kinds.map((kind) => [kind.object as string, kind]));
    this.store = new Store(this.kinds, options.recordIndexes ?? {}, options.freeze ?? false);
    this.clock = new Clock(this.store);
    if (options.dataDir !== undefined) {
      this.journal = new Journal(options.dataDir);
      this.journal.replay(
        ([name, id, record]) => this.store.apply(name, id, record),
        () => this.store.everything(),
      );
    }
  }

  /** All or nothing. A StripeError with `keepChanges` commits and is thrown on. */
  transact<T>(run: (tx: Transaction) => T, cause: Cause = AUTOMATIC): T {
    const tx = new Transaction({
      store: this.store,
      clock: this.clock,
      kinds: this.kinds,
      apiVersion: this.options.apiVersion,
      origin: this.origin,
      cause,
    });
    try {
      const result = run(tx);
      this.commit(tx);
      return result;
    } catch (error) {
      if (error instanceof StripeError && error.keepChanges) this.commit(tx);
      else tx.rollback();
      throw error;
    }
  }

  /** Moves the sandbox's clock to `seconds` (never back), doing everything due on the way at its own time. */
  advanceTo(seconds: number): void {
    this.runDue(null, seconds);
    const behind = seconds * 1000 - this.clock.nowMs();
    if (behind <= 0) return;
    this.setOffset(this.clock.offsetMs + behind);
  }

  /** Sets a clock that has never been set, to a moment before or after the real one. */
  startClockAt(seconds: number): void {
    if (this.store.of('_clock').get('clock')) return;
    this.setOffset(seconds * 1000 - Date.now());
  }

  private setOffset(offsetMs: number): void {
    this.transact((tx) => tx.put('_clock', { id: 'clock', offsetMs }));
    this.wake();
    for (const listener of this.clockMoved) listener();
  }

  /** Runs the jobs of a clock that are due until `seconds`, in order, each at its own moment. */
  runDue(clock: string | null, seconds: number): void {
    for (;;) {
      const job = this.store.jobs.peek(clock);
      if (!job || job.due > seconds) return;
      const handler = this.options.jobs[job.kind];
      const drop = (tx: Transaction) => tx.unschedule(job.kind, job.ref);
      this.clock.at(clock, job.due, () => {
        try {
          if (!handler) throw new Error(`no handler for job ${job.kind}`);
          this.transact((tx) => {
            drop(tx);
            handler(tx, job.ref);
          });
        } catch (error) {
          this.transact(drop);
          this.options.onJobError(job.kind, job.ref, error);
        }
      });
    }
  }

  /** Starts doing due jobs as real time passes. */
  start(): void {
    this.wake();
  }

  /** Forgets everything but the clock and the records named. */
  reset(keep: readonly RecordName[] = []): void {
    const kept = new Set<RecordName>(['_clock', ...keep]);
    this.transact((tx) => {
      for (const [name, id] of [...this.store.everything()]) if (!kept.has(name)) tx.delete(name, id);
    });
  }

  /** Everything becomes what `changes` say, and the clock goes on from `nowMs`. The journal has all of it or nothing. */
  replaceState(changes: readonly Change[], nowMs: number): void {
    for (const [name, id] of [...this.store.everything()]) this.store.apply(name, id, null);
    for (const [name, id, record] of changes) this.store.apply(name, id, record);
    this.store.apply('_clock', 'clock', { id: 'clock', offsetMs: nowMs - Date.now() } as Item);
    this.journal?.compact(this.store.everything());
    this.wake();
    for (const listener of [...this.stateReplaced, ...this.clockMoved]) listener();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.journal?.close();
  }

  private commit(tx: Transaction): void {
    for (const listener of this.beforeCommit) listener(tx);
    const changes = tx.changes();
    if (changes.length === 0) return;
    if (this.journal) {
      this.journal.append(changes);
      if (this.journal.needsCompaction) this.journal.compact(this.store.everything());
    }
    if (changes.some(([name]) => name === '_job')) this.wake();
    for (const listener of this.afterCommit) listener(tx);
  }

  private wake(): void {
    clearTimeout(this.timer);
    const next = this.store.jobs.peek(null);
    if (!next || this.closed) return;
    const wait = Math.min(Math.max(next.due * 1000 - this.clock.nowMs(), 0), 2 ** 31 - 1);
    this.timer = setTimeout(() => {
      this.runDue(null, this.clock.now());
      this.wake();
    }, wait);
    this.timer.unref();
  }
}
