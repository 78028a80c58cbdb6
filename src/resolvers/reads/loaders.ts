import DataLoader from 'dataloader';
import { pricesById, productsById } from '../../db/catalogue.js';
import type { Queryable } from '../../db/connect.js';
import { RowLoaders } from '../../db/reads/loaders.js';
import { Reader } from '../../db/reads/read.js';
import { type Catalogue, type CatalogueCache, createCatalogueCache } from '../catalogue.js';
import { PlanPriceView, PlanView } from '../views/plan.js';

/** What reads share for the life of the process. */
export interface Reads {
  /** A fresh set, for one request or one push: what it has loaded it does not load again. */
  loaders(): Loaders;
  /** To be called when the feed says that plans or prices changed. */
  catalogue: CatalogueCache;
}

export function createReads(q: Queryable): Reads {
  const reader = new Reader(q);
  const catalogue = createCatalogueCache(q);
  return { catalogue, loaders: () => new Loaders(q, reader, catalogue) };
}

export class Loaders {
  readonly #made = new Map<string, Promise<unknown>>();
  #rows: RowLoaders | null = null;
  #products: DataLoader<string, PlanView | null> | null = null;
  #prices: DataLoader<string, PlanPriceView | null> | null = null;

  constructor(
    private readonly q: Queryable,
    readonly reader: Reader,
    private readonly cache: CatalogueCache,
  ) {}

  get rows(): RowLoaders {
    this.#rows ??= new RowLoaders(this.reader);
    return this.#rows;
  }

  /** The plans on offer; from memory where it is fresh. */
  catalogue(): Catalogue | Promise<Catalogue> {
    return this.cache.current();
  }

  /** A plan by its product, on offer or not; null while it is not mirrored. */
  plan(productId: string): PlanView | null | Promise<PlanView | null> {
    const catalogue = this.catalogue();
    if (catalogue instanceof Promise) return catalogue.then((it) => it.product(productId) ?? this.#product(productId));
    return catalogue.product(productId) ?? this.#product(productId);
  }

  /** A price, on offer or not; null while it is not mirrored. */
  price(priceId: string): PlanPriceView | null | Promise<PlanPriceView | null> {
    const catalogue = this.catalogue();
    if (catalogue instanceof Promise) return catalogue.then((it) => it.price(priceId) ?? this.#price(priceId));
    return catalogue.price(priceId) ?? this.#price(priceId);
  }

  /** What `make` answers, made once in the life of this set. */
  once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key);
    if (known) return known as Promise<T>;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  #product(id: string): Promise<PlanView | null> {
    this.#products ??= new DataLoader(async (ids) => {
      const found = new Map((await productsById(this.q, ids)).map((each) => [each.product.id, new PlanView(each)]));
      return ids.map((each) => found.get(each) ?? null);
    });
    return this.#products.load(id);
  }

  #price(id: string): Promise<PlanPriceView | null> {
    this.#prices ??= new DataLoader(async (ids) => {
      const rows = await pricesById(this.q, ids);
      const found = new Map(rows.map(({ price, product }) => [price.id, new PlanPriceView(price, product)]));
      return ids.map((each) => found.get(each) ?? null);
    });
    return this.#prices.load(id);
  }
}
