import { randomUUID } from 'node:crypto';
import { takeTurn } from '../db/installation.js';
import type { Logger } from '../log.js';
import * as lists from './lists.js';
import { type WalkDeps, walkList } from './walk-list.js';

export interface CatalogueRefresh {
  start(): void;
  /** Ends after what is being read. */
  stop(): Promise<void>;
}

/**
 * Reads products with their features, and prices, again and again: Stripe sends no events for a product's features.
 * However many instances run, one of them reads in each interval (`CATALOGUE_REFRESH`, in milliseconds).
 */
export function createCatalogueRefresh(deps: WalkDeps & { log: Logger; interval: number }): CatalogueRefresh {
  const holder = randomUUID();
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const turn = async () => {
    try {
      // The turn is kept: it runs out when the next is due, a little early so that a slow timer misses none.
      if (!(await takeTurn(deps.db, 'catalogue_refresh', holder, (deps.interval / 1000) * 0.9))) return;
      await refreshCatalogue(deps, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) deps.log.warn({ err: error }, 'The catalogue could not be read again; it will be.');
    }
  };
  return {
    start() {
      timer = setInterval(() => {
        running = turn();
      }, deps.interval).unref();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}

export async function refreshCatalogue(deps: WalkDeps, signal?: AbortSignal): Promise<void> {
  await Promise.all([walkList(deps, lists.products, { signal }), walkList(deps, lists.prices, { signal })]);
}
