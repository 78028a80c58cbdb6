import type { StatusPolicy } from '../access/status-types.js';
import type { Database } from '../db/connect.js';
import { claimDueAccounts, postponeAccount, secondsToNextDue } from '../db/due-accounts.js';
import type { Logger } from '../log.js';
import { type RecomputedStatus, recomputeStatus } from './recompute-status.js';

export interface SweepDeps {
  db: Database;
  policy: StatusPolicy;
  log: Logger;
  /** Called after the commit. */
  publish(versions: readonly RecomputedStatus[]): void;
  /** Accounts in one transaction. */
  batch?: number;
  /** Milliseconds that it sleeps at most: what other instances made due earlier is found by then. */
  longestSleep?: number;
}

export interface Sweep {
  start(): void;
  /** Something may be due earlier than was thought. Cheap, may be called with every change. */
  wake(): void;
  /** Resolves when nothing is due. */
  idle(): Promise<void>;
  /** Resolves when what was under way is committed. */
  stop(): Promise<void>;
}

/** Seconds that an account waits which could not be computed. */
const POSTPONED = 60;
/** Milliseconds between two rounds: many changes wake it once. */
const SHORTEST_SLEEP = 50;

/**
 * Time changes status too: a grace period, a trial or a cancelled period runs out without any event. Recomputes the
 * accounts whose next transition is reached. Any number of instances share the work.
 */
export function createSweep(deps: SweepDeps): Sweep {
  const { db, log, batch = 50, longestSleep = 15_000 } = deps;
  let running: Promise<void> | null = null;
  let stopped = false;
  let woken = false;
  let rouse = () => {};
  const waiting = new Set<() => void>();

  async function run(): Promise<void> {
    for (let failures = 0; !stopped; ) {
      woken = false;
      let sleep: number;
      try {
        while (!stopped && (await sweepBatch(deps, batch)) === batch);
        const seconds = await secondsToNextDue(db);
        sleep = Math.min(longestSleep, seconds === null ? longestSleep : seconds * 1000);
        failures = 0;
        if (sleep > 0 && !woken) {
          for (const resolve of waiting) resolve();
          waiting.clear();
        }
      } catch (error) {
        failures += 1;
        sleep = Math.min(200 * 2 ** failures, longestSleep);
        if (!stopped) log.error({ err: error }, 'The accounts that are due could not be looked at; trying again.');
      }
      if (!stopped) await slept(woken ? SHORTEST_SLEEP : Math.max(sleep, SHORTEST_SLEEP));
    }
  }
  function slept(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        rouse = () => {};
        resolve();
      };
      let timer = setTimeout(end, ms);
      rouse = () => {
        clearTimeout(timer);
        timer = setTimeout(end, stopped ? 0 : SHORTEST_SLEEP);
      };
    });
  }
  const wake = () => {
    if (woken) return;
    woken = true;
    rouse();
  };

  return {
    start() {
      running ??= run();
    },
    wake,
    idle: () =>
      new Promise((resolve) => {
        waiting.add(resolve);
        wake();
      }),
    async stop() {
      stopped = true;
      rouse();
      await running;
      for (const resolve of waiting) resolve();
    },
  };
}

async function sweepBatch(deps: SweepDeps, most: number): Promise<number> {
  let claimed: string[] = [];
  try {
    const statuses = await deps.db.transaction(async (tx) => {
      claimed = await claimDueAccounts(tx, most);
      const done: RecomputedStatus[] = [];
      for (const id of claimed) done.push(...present(await recomputeStatus(tx, id, deps)));
      return done;
    });
    publish(deps, statuses);
  } catch (error) {
    if (claimed.length === 0) throw error;
    for (const id of claimed) await sweepOne(deps, id);
  }
  return claimed.length;
}

/** An account that cannot be computed must not hold up those it was claimed with. */
async function sweepOne(deps: SweepDeps, accountId: string): Promise<void> {
  try {
    publish(deps, present(await deps.db.transaction((tx) => recomputeStatus(tx, accountId, deps))));
  } catch (error) {
    deps.log.error({ err: error, accountId }, 'An account’s status cannot be computed; it is tried again in a minute.');
    await postponeAccount(deps.db, accountId, POSTPONED);
  }
}

function present(status: RecomputedStatus | null): RecomputedStatus[] {
  return status ? [status] : [];
}

function publish(deps: SweepDeps, statuses: readonly RecomputedStatus[]): void {
  const changed = statuses.filter((status) => status.changed);
  if (changed.length > 0) deps.publish(changed);
}
