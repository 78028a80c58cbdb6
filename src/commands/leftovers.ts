import { setTimeout as delay } from 'node:timers/promises';
import { isEnded } from '../access/subscription-end.js';
import { accountById } from '../db/accounts.js';
import { accountsWithLeftovers } from '../db/command-reads.js';
import { BillingRefusal } from '../errors.js';
import type { Deps } from './command-deps.js';
import { runCommand } from './run-command.js';
import { standingOf } from './standing.js';
import { expireSessions, withdrawStarts } from './withdraw.js';

export interface Leftovers {
  /** To be told of every account whose status changed; returns at once. */
  look(accountIds: readonly string[]): void;
  /** Looks at all accounts now and then: what an instance was told may be lost with it. */
  start(): void;
  /** Resolves when everything told until now was looked at. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}
export interface LeftoverTimes {
  /** Milliseconds between a change and the look, so that many changes are one look. */
  settleMs?: number;
  sweepMs?: number;
}

/**
 * When a subscription comes into force, on whatever way, nothing of its group that could still be paid stays: open
 * Checkout pages are expired, starts that were never paid are withdrawn. An old tab then cannot buy a second time.
 */
export function createLeftovers(deps: Deps, { settleMs = 100, sweepMs = 60_000 }: LeftoverTimes = {}): Leftovers {
  const stopped = new AbortController();
  const told = new Set<string>();
  let working: Promise<void> | null = null;
  let sweep: NodeJS.Timeout | undefined;

  const clearAll = async (accountIds: readonly string[] | null) => {
    for (const id of await accountsWithLeftovers(deps.db, accountIds)) {
      if (!stopped.signal.aborted) await clearLeftovers(deps, id);
    }
  };
  const guarded = (work: () => Promise<void>) =>
    work().catch((error: unknown) => {
      if (!stopped.signal.aborted)
        deps.log.warn({ err: error }, 'What is left of earlier starts could not be cleared.');
    });
  const work = async () => {
    await delay(settleMs, undefined, { signal: stopped.signal }).catch(() => {});
    while (told.size > 0 && !stopped.signal.aborted) {
      const ids = [...told];
      told.clear();
      await guarded(() => clearAll(ids));
    }
    working = null;
  };

  return {
    look(accountIds) {
      if (stopped.signal.aborted) return;
      for (const id of accountIds) told.add(id);
      if (told.size > 0) working ??= work();
    },
    start() {
      sweep ??= setInterval(() => void guarded(() => clearAll(null)), sweepMs);
      sweep.unref();
    },
    async idle() {
      while (working) await working;
    },
    async stop() {
      stopped.abort();
      clearInterval(sweep);
      await working;
    },
  };
}

async function clearLeftovers(deps: Deps, accountId: string): Promise<void> {
  const customerId = (await accountById(deps.db, accountId))?.stripeCustomerId;
  if (!customerId) return;
  const call = { accountId, operation: 'clearLeftovers', input: null, idempotencyKey: null };
  try {
    await runCommand(deps, call, async (run) => {
      const { held, sessions } = await standingOf(deps.db, run, customerId);
      const live = held.filter(({ status }) => !isEnded(status) && status !== 'incomplete');
      const groups = new Set(live.flatMap(({ group }) => group ?? []));
      const open = sessions.filter(({ metadata }) => groups.has(metadata?.tollgate_group ?? ''));
      const begun = held.filter(({ status, group }) => status === 'incomplete' && group !== null && groups.has(group));
      await expireSessions(
        run,
        open.map(({ id }) => id),
      );
      await withdrawStarts(
        run,
        begun.map(({ id }) => id),
      );
      return {};
    });
  } catch (error) {
    // The sweep comes by again.
    if (!(error instanceof BillingRefusal)) throw error;
    deps.log.info({ accountId, code: error.code }, 'What is left of earlier starts is still there.');
  }
}
