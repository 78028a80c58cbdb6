import { isDeepStrictEqual } from 'node:util';
import { type CauseHint, causeOf } from '../access/cause.js';
import { emptyStatus, statusOf } from '../access/status.js';
import type { StatusPolicy } from '../access/status-types.js';
import { accountFacts } from '../db/account-facts.js';
import { confirmStatus, lockStatus, storeStatus } from '../db/account-status.js';
import type { Tx } from '../db/connect.js';

export interface RecomputeOptions {
  policy: StatusPolicy;
  /** What led here, where the change of state alone may not tell. */
  cause?: CauseHint;
  /** Another now than the account's own; Stripe's seconds. */
  now?: number;
}
export interface RecomputedStatus {
  accountId: string;
  version: number;
  /** A new version was stored: signal it after the commit. */
  changed: boolean;
}

/**
 * Brings an account's stored status up to its rows, in the caller's transaction: what a projection wrote, the status
 * that follows and its feed entry commit together. Takes the account's row lock if the caller has not, so versions
 * grow in commit order. The caller signals after the commit. Null: there is no such account.
 */
export async function recomputeStatus(
  tx: Tx,
  accountId: string,
  { policy, cause, now }: RecomputeOptions,
): Promise<RecomputedStatus | null> {
  // Two statements, sent together: the facts must be read after the lock is held, not when waiting for it began.
  const [stored, loaded] = await Promise.all([lockStatus(tx, accountId), accountFacts(tx, accountId)]);
  if (!stored || !loaded) return null;
  const { status, nextTransitionAt } = statusOf(loaded.facts, policy, now ?? loaded.now);
  // A test clock's time does not pass by itself: its own events bring the account here again.
  const transition = loaded.onTestClock ? null : nextTransitionAt;

  if (isDeepStrictEqual(stored.status ?? emptyStatus, status)) {
    await confirmStatus(tx, accountId, status, transition);
    return { accountId, version: stored.version, changed: false };
  }
  const change = { status, cause: causeOf(stored.status, status, cause), nextTransitionAt: transition };
  return { accountId, version: await storeStatus(tx, accountId, change), changed: true };
}
