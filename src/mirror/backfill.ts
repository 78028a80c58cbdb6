import { randomUUID } from 'node:crypto';
import { endTurn, remember, remembered, takeTurn } from '../db/installation.js';
import { customerIdsAfter, markSynced, testClockIds } from '../db/mirror-lists.js';
import { StripeCallError } from '../stripe/errors.js';
import type { ObjectList } from './lists.js';
import * as lists from './lists.js';
import { type WalkDeps, walkList } from './walk-list.js';

export interface BackfillProgress {
  /** Stripe's word for what is being read. */
  list: string;
  /** Objects read by this run. */
  read: number;
  done: boolean;
}
export interface BackfillOptions {
  onProgress?(progress: BackfillProgress): void;
  signal?: AbortSignal;
}
export type BackfillState = 'never' | 'unfinished' | 'done';

interface Stored {
  startedAt: string;
  completedAt: string | null;
  /** By list: behind which id to go on; null: nothing was read yet. */
  positions: Record<string, { after: string | null; done: boolean }>;
}
const KEY = 'backfill';
const TURN = 'backfill_turn';
/** Seconds without a page after which another instance may go on. */
const TURN_SECONDS = 120;
const CUSTOMERS_AT_ONCE = 4;

// What others hang on comes first, so that accounts get their status from whole rows.
const stages: Record<string, ObjectList>[] = [
  { testClocks: lists.testClocks, products: lists.products, prices: lists.prices, customers: lists.customers },
  { subscriptions: lists.subscriptions, invoices: lists.invoices, openCheckoutSessions: lists.openCheckoutSessions },
];

export async function backfillState(deps: Pick<WalkDeps, 'db'>): Promise<BackfillState> {
  const stored = await remembered<Stored>(deps.db, KEY);
  if (!stored) return 'never';
  return stored.completedAt ? 'done' : 'unfinished';
}

/**
 * Reads everything from Stripe: ended subscriptions too, every customer's payment methods, checkout sessions that are
 * open. Safe while events arrive. An unfinished run goes on where it stopped; after a finished one it begins anew.
 * False: another instance is at it. Throws `StripeCallError`; what was read until then is stored.
 */
export async function backfill(deps: WalkDeps, options: BackfillOptions = {}): Promise<boolean> {
  const holder = randomUUID();
  if (!(await takeTurn(deps.db, TURN, holder, TURN_SECONDS))) return false;
  try {
    const run = await createRun(deps, holder, options);
    for (const stage of stages) {
      await Promise.all(Object.entries(stage).map(([name, list]) => run.list(name, list)));
    }
    await run.clockedCustomers();
    await run.paymentMethods();
    await run.complete();
    return true;
  } finally {
    await endTurn(deps.db, TURN, holder);
  }
}

async function createRun(deps: WalkDeps, holder: string, { onProgress, signal }: BackfillOptions) {
  const { db } = deps;
  const before = await remembered<Stored>(db, KEY);
  const began = { startedAt: new Date().toISOString(), completedAt: null, positions: {} };
  const state: Stored = before && !before.completedAt ? before : began;
  const counts = new Map<string, number>();

  const note = async (name: string, after: string | null, read: number, done = false) => {
    counts.set(name, (counts.get(name) ?? 0) + read);
    state.positions[name] = { after, done };
    await remember(db, KEY, state);
    await takeTurn(db, TURN, holder, TURN_SECONDS);
    onProgress?.({ list: name, read: counts.get(name) ?? 0, done });
  };
  const walk = (name: string, list: ObjectList, after: string | undefined) =>
    walkList(deps, list, { after, signal, onPage: (ids, last) => note(name, last, ids.length) });

  const readCustomer = async (id: string) => {
    const projector = deps.projectors.get('customer');
    if (projector) await deps.orderedRead(projector, id);
  };

  return {
    async list(name: string, list: ObjectList) {
      const { after, done } = state.positions[name] ?? { after: null, done: false };
      if (done) return;
      try {
        await walk(name, list, after ?? undefined).catch((error) => {
          // A cursor that was deleted meanwhile leads nowhere: the list is read from its beginning.
          if (!isRefused(error) || !state.positions[name]?.after) throw error;
          return walk(name, list, undefined);
        });
      } catch (error) {
        // Test clocks exist in test mode only.
        if (list !== lists.testClocks || !isRefused(error)) throw error;
      }
      await note(name, null, 0, true);
    },
    // Stripe leaves what lives on a test clock out of its lists, unless they are asked for by clock or customer.
    async clockedCustomers() {
      const name = 'clockedCustomers';
      if (state.positions[name]?.done) return;
      for (const testClock of await testClockIds(db)) {
        const customers = await walkList(deps, lists.customers, { testClock, signal });
        await eachOf(customers, CUSTOMERS_AT_ONCE, async (customer) => {
          for (const list of Object.values(stages[1] ?? {})) await walkList(deps, list, { customer, signal });
        });
        await note(name, null, customers.length);
      }
      await note(name, null, 0, true);
    },
    async paymentMethods() {
      const name = 'paymentMethods';
      for (let after = state.positions[name]?.after ?? ''; ; ) {
        const customers = await customerIdsAfter(db, after, 100);
        await eachOf(customers, CUSTOMERS_AT_ONCE, async (customer) => {
          await walkList(deps, lists.paymentMethods, { customer, signal }).catch(async (error) => {
            // A customer that was deleted since it was read has none: its own read says so.
            if (!isRefused(error)) throw error;
            await readCustomer(customer);
          });
        });
        const last = customers.at(-1);
        if (last === undefined) break;
        after = last;
        await note(name, after, customers.length);
      }
      await note(name, null, 0, true);
    },
    async complete() {
      await markSynced(db, null, new Date(state.startedAt));
      await remember(db, KEY, { ...state, completedAt: new Date().toISOString() });
    },
  };
}

async function eachOf<T>(values: readonly T[], atOnce: number, work: (value: T) => Promise<void>): Promise<void> {
  const rest = values.values();
  const runner = async () => {
    for (const value of rest) await work(value);
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
}

const isRefused = (error: unknown) =>
  error instanceof StripeCallError && (error.kind === 'refused' || error.kind === 'not_found');
