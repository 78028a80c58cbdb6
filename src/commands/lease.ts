import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { releaseLease, renewLease, takeLease } from '../db/command-leases.js';
import type { Database } from '../db/connect.js';
import { BillingRefusal } from '../errors.js';

export interface Lease {
  accountId: string;
  holder: string;
}
export interface LeaseTimes {
  /** Seconds that a lease outlives its holder's crash. */
  leaseSeconds?: number;
  /** Milliseconds that a command waits for another of the same account. */
  waitMs?: number;
}

export interface Leases {
  /**
   * Runs `work` as the account's only command, on all instances. No transaction, lock or connection is held
   * meanwhile, nor while waiting. Throws IN_PROGRESS when another command takes too long.
   */
  hold<T>(accountId: string, work: (lease: Lease) => Promise<T>): Promise<T>;
}

const POLL_MS = { first: 10, most: 250 };

export function createLeases(db: Database, { leaseSeconds = 15, waitMs = 10_000 }: LeaseTimes = {}): Leases {
  // Waiters of this process stand in line here, so that only the first of an account asks the database.
  const lines = new Map<string, Promise<void>>();

  const standInLine = async (accountId: string, deadline: number): Promise<() => void> => {
    const before = lines.get(accountId);
    let leave = () => {};
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const line = (before ?? Promise.resolve()).then(() => mine);
    lines.set(accountId, line);
    void line.then(() => lines.get(accountId) === line && lines.delete(accountId));
    if (before && !(await settledBy(before, deadline))) {
      leave();
      throw inProgress();
    }
    return leave;
  };

  return {
    async hold(accountId, work) {
      const deadline = Date.now() + waitMs;
      const leaveLine = await standInLine(accountId, deadline);
      const holder = randomUUID();
      try {
        await takeBy(db, accountId, holder, leaseSeconds, deadline);
        const heartbeat = setInterval(
          // A beat that fails is followed by others; a lease that is lost shows when the ledger is written.
          () => void renewLease(db, accountId, holder, leaseSeconds).catch(() => {}),
          (leaseSeconds * 1000) / 3,
        );
        try {
          return await work({ accountId, holder });
        } finally {
          clearInterval(heartbeat);
          // Where the database is away the lease ends by itself.
          await releaseLease(db, accountId, holder).catch(() => {});
        }
      } finally {
        leaveLine();
      }
    },
  };
}

async function takeBy(db: Database, accountId: string, holder: string, seconds: number, deadline: number) {
  for (let pause = POLL_MS.first; ; pause = Math.min(pause * 2, POLL_MS.most)) {
    if (await takeLease(db, accountId, holder, seconds)) return;
    const left = deadline - Date.now();
    if (left <= 0) throw inProgress();
    await delay(Math.min(left, pause * (0.5 + Math.random())));
  }
}

async function settledBy(promise: Promise<void>, deadline: number): Promise<boolean> {
  const stop = new AbortController();
  const late = delay(Math.max(0, deadline - Date.now()), false, { signal: stop.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), late]);
  stop.abort();
  return settled;
}

export function inProgress(): BillingRefusal {
  const message =
    'Another command of this account is being carried out. Repeat this one with the same idempotency key.';
  return new BillingRefusal('IN_PROGRESS', message, { retryable: true });
}
