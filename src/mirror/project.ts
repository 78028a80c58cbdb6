import { setTimeout as delay } from 'node:timers/promises';
import type { CauseHint } from '../access/cause.js';
import type { StatusPolicy } from '../access/status-types.js';
import type { Database, Tx } from '../db/connect.js';
import {
  attachCustomer,
  customersOnClocks,
  detachCustomers,
  lockAccountsOf,
  markAccountsDue,
} from '../db/customer-accounts.js';
import { isConflict } from '../db/sql-state.js';
import type { Logger } from '../log.js';
import { type Change, customerOfRow, type Item, type Outcome, projectItems } from './project-items.js';
import type { ObjectType } from './projector.js';
import { ACCOUNT_METADATA, ownerFrom } from './projectors/customer.js';
import { recomputeStatus } from './recompute-status.js';

/** What is told after the commit: a hint that clients of these accounts, or of the catalogue, look again. */
export interface Signals {
  publish(versions: readonly { accountId: string; version: number }[]): void;
  publishCatalogue(): void;
}

export interface ProjectOptions {
  cause?: CauseHint;
  /** Runs first in the transaction and may throw to stop it (a lost lease). */
  before?(tx: Tx): Promise<void>;
  /** Runs last in the transaction: what is decided of the items commits with them. */
  after?(tx: Tx, outcomes: readonly ProjectedOutcome[]): Promise<void>;
}
export interface ProjectedOutcome extends Outcome {
  /** Null: the customer is nobody's yet, or there is none. */
  accountId: string | null;
}
export type Project = (items: readonly Item[], options?: ProjectOptions) => Promise<ProjectedOutcome[]>;

export interface ProjectDeps {
  db: Database;
  policy: StatusPolicy;
  signals: Signals;
  log: Logger;
}

/**
 * The only door to the mirror: events, answers to reads and commands, backfill. Rows, the status that follows from
 * them and its feed entry commit in one transaction; signals are sent after it.
 */
export function createProject(deps: ProjectDeps): Project {
  return async (items, options = {}) => {
    if (items.length === 0 && !options.before) return [];
    const done = await retrying(() => deps.db.transaction((tx) => projectOnce(tx, deps, items, options)));
    if (done.versions.length > 0) deps.signals.publish(done.versions);
    if (done.catalogue) deps.signals.publishCatalogue();
    return done.outcomes;
  };
}

async function projectOnce(tx: Tx, deps: ProjectDeps, items: readonly Item[], options: ProjectOptions) {
  await options.before?.(tx);
  const { outcomes, changes } = await projectItems(tx, items);
  const changed = changes.filter((change) => change.changed);
  const detached = await detachCustomers(tx, goneCustomers(changed));
  for (const change of changed) await attach(tx, deps.log, change);

  const customers = new Set(outcomes.flatMap(({ customerId }) => customerId ?? []));
  const moved = changed.flatMap(({ projector, before, row }) => [
    customerOfRow(projector, before) ?? [],
    customerOfRow(projector, row) ?? [],
  ]);
  const clocked = await customersOnClocks(tx, changedIds(changed, 'test_helpers.test_clock'));
  const changedCustomers = new Set([...moved.flat(), ...clocked]);
  const accounts = await lockAccountsOf(tx, [...new Set([...customers, ...changedCustomers])]);

  const due = [...changedCustomers].flatMap((customer) => accounts.get(customer) ?? []);
  const eventType = changed.findLast((change) => change.eventType)?.eventType ?? null;
  const versions: { accountId: string; version: number }[] = [];
  for (const accountId of [...new Set([...due, ...detached])].sort()) {
    const status = await recomputeStatus(tx, accountId, {
      policy: deps.policy,
      cause: { eventType, ...options.cause },
    });
    if (status?.changed) versions.push({ accountId, version: status.version });
  }
  const catalogue = await followCatalogue(tx, changed);
  const projected = outcomes.map((outcome) => ({
    ...outcome,
    accountId: (outcome.customerId && accounts.get(outcome.customerId)) ?? null,
  }));
  await options.after?.(tx, projected);
  return { outcomes: projected, versions, catalogue };
}

const goneCustomers = (changed: readonly Change[]) =>
  changed.flatMap(({ projector, row }) => (projector.type === 'customer' && row.deletedAt ? row.id : []));

async function attach(tx: Tx, log: Logger, { projector, row, payload }: Change): Promise<void> {
  if (projector.type !== 'customer' || payload === null) return;
  const { owner, email, metadata } = row as unknown as {
    owner: string | null;
    email: string | null;
    metadata: Record<string, string>;
  };
  const named = ownerFrom(owner);
  if (!named) return;
  const options = { accountId: metadata[ACCOUNT_METADATA], email };
  const { result, accountId } = await attachCustomer(tx, row.id, named, options);
  if (result !== 'conflict') return;
  log.warn({ customerId: row.id, owner, accountId }, 'A customer names an owner whose account has another customer.');
}

// Accounts feel the catalogue through what their plans grant; the sweep computes them again, in its own transactions.
async function followCatalogue(tx: Tx, changed: readonly Change[]): Promise<boolean> {
  const [productIds, priceIds] = [changedIds(changed, 'product'), changedIds(changed, 'price')];
  if (productIds.length + priceIds.length === 0) return false;
  await markAccountsDue(tx, { productIds, priceIds });
  return true;
}

const changedIds = (changed: readonly Change[], type: ObjectType) =>
  changed.filter(({ projector }) => projector.type === type).map(({ row }) => row.id);

// PostgreSQL ends one of two transactions that wait for each other; nothing of it happened, so it is done again.
async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || attempt === 5) throw error;
      await delay(Math.random() * 20 * attempt);
    }
  }
}
