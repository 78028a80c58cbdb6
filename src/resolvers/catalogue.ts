import { activeProducts } from '../db/catalogue.js';
import type { Queryable } from '../db/connect.js';
import { type PlanPriceView, PlanView } from './views/plan.js';

/** The plans on offer, as of one moment. */
export class Catalogue {
  /** By group, rank and key. */
  readonly plans: readonly PlanView[];
  readonly #byKey = new Map<string, PlanView>();
  readonly #byId = new Map<string, PlanView>();
  readonly #prices = new Map<string, PlanPriceView>();

  constructor(active: readonly PlanView[]) {
    // Two active products with one key: the older wins.
    for (const plan of [...active].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))) {
      this.#byId.set(plan.id, plan);
      for (const price of plan.prices) this.#prices.set(price.id, price);
      const recurring = plan.prices.some(({ interval }) => interval !== 'ONE_TIME');
      if (recurring && !this.#byKey.has(plan.key)) this.#byKey.set(plan.key, plan);
    }
    this.plans = [...this.#byKey.values()].sort(
      (a, b) => compare(a.group, b.group) || a.rank - b.rank || compare(a.key, b.key),
    );
  }

  plan(key: string): PlanView | null {
    return this.#byKey.get(key) ?? null;
  }
  /** Any active product, whether it is a plan or not. */
  product(id: string): PlanView | null {
    return this.#byId.get(id) ?? null;
  }
  /** An active price of an active product. */
  price(id: string): PlanPriceView | null {
    return this.#prices.get(id) ?? null;
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export interface CatalogueCache {
  /** At once where it is fresh. */
  current(): Catalogue | Promise<Catalogue>;
  /** Plans or prices may have changed. */
  invalidate(): void;
}

/** Serves for signals that were lost. */
const longestMs = 10_000;

/** The catalogue in memory, until a signal or its age says that it may be another. */
export function createCatalogueCache(q: Queryable, clock: () => number = Date.now): CatalogueCache {
  let fresh: { catalogue: Catalogue; until: number } | null = null;
  let loading: Promise<Catalogue> | null = null;
  let generation = 0;

  async function load(): Promise<Catalogue> {
    const loaded = generation;
    const catalogue = new Catalogue((await activeProducts(q)).map((each) => new PlanView(each)));
    // Invalidated meanwhile: what was read may be older than what the signal told of.
    if (loaded !== generation) return load();
    fresh = { catalogue, until: clock() + longestMs };
    return catalogue;
  }

  return {
    current() {
      if (fresh && clock() < fresh.until) return fresh.catalogue;
      loading ??= load().finally(() => {
        loading = null;
      });
      return loading;
    },
    invalidate() {
      generation++;
      fresh = null;
    },
  };
}
