import type { Collection } from '../engine/collection.js';
import { invalidRequest, noSuch } from '../engine/errors.js';
import type { AnyKind, KindName } from '../engine/kinds.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { type ParamsOf, pageSize, type Range, type Shape, str } from './params.js';
import { type Call, type Route, route } from './route.js';

export interface List<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

export const PAGE = { limit: pageSize(), starting_after: str(), ending_before: str() };
type PageParams = ParamsOf<typeof PAGE>;

/**
 * One page of `items` (newest first) that `keep` wants, by Stripe's cursors. A cursor need not be one of those itself
 * (it may have changed since its page); 400 for one that names nothing, and for both at once.
 */
export function page<T extends { id?: string }>(
  items: Iterable<T>,
  params: PageParams,
  url: string,
  noun = 'object',
  keep: (item: T) => boolean = () => true,
): List<T> {
  const limit = params.limit ?? 10;
  const { starting_after: after, ending_before: before } = params;
  if (before !== undefined) {
    const all = [...items];
    const end = all.findIndex(({ id }) => id === before);
    if (after !== undefined && !all.some(({ id }) => id === after)) throw noSuch(noun, after, 'starting_after');
    if (end < 0) throw noSuch(noun, before, 'ending_before');
    if (after !== undefined) {
      throw invalidRequest('Received both starting_after and ending_before parameters. Please pass in only one.');
    }
    const data = all.slice(0, end).filter(keep);
    return { object: 'list', data: data.slice(-limit), has_more: data.length > limit, url };
  }
  const data: T[] = [];
  let started = after === undefined;
  for (const item of items) {
    if (!started) started = item.id === after;
    else if (keep(item)) data.push(item);
    if (data.length > limit) break;
  }
  if (!started) throw noSuch(noun, after as string, 'starting_after');
  return { object: 'list', data: data.slice(0, limit), has_more: data.length > limit, url };
}

export function inRange(value: number, range: Range | undefined): boolean {
  if (!range) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return value > gt && value >= gte && value < lt && value <= lte;
}

/** `GET …/:id`. A deleted object answers only if its kind says so. */
export function retrieveRoute(methodAndPath: string, kind: KindName): Route {
  return route(methodAndPath, {}, ({ tx, ids }) => {
    const id = ids.id as string;
    const stone = tx.kind(kind)?.answersDeleted && tx.get('_tombstone', `${kind} ${id}`);
    return stone ? { id, object: kind, deleted: true } : tx.require(kind, id);
  });
}

/**
 * `GET` of a list. A parameter named like an index of the kind uses it; `created` is a range; any other must
 * equal the member of its name, unless `match` decides.
 */
export function listRoute<K extends KindName, const S extends Shape>(
  methodAndPath: string,
  kind: K,
  shape: S,
  options: {
    match?: (object: StripeObjects[K], params: ParamsOf<S>, call: Call<ParamsOf<S>>) => boolean;
    from?: (call: Call<ParamsOf<S>>) => Iterable<StripeObjects[K]>;
  } = {},
): Route {
  return route(methodAndPath, { ...PAGE, ...shape }, (call) => {
    const params = call.params as ParamsOf<S> & PageParams & Record<string, unknown>;
    const { tx } = call;
    const definition = tx.kind(kind) as AnyKind;
    const indexed = Object.keys(definition.indexes ?? {}).find((name) => typeof params[name] === 'string');
    const source = options.from?.(call as never) ?? sourceOf(tx, kind, indexed, params);
    const plain = Object.keys(shape).filter(
      (name) => name !== 'created' && name !== indexed && params[name] !== undefined,
    );
    const keep = (object: StripeObjects[K]) => {
      const members = object as unknown as Record<string, unknown>;
      if (params.created && !inRange(members.created as number, params.created as Range)) return false;
      if (options.match) return options.match(object, params, call as never);
      return plain.every((name) => members[name] === params[name]);
    };
    const noun = definition.noun ?? kind;
    return page(source as Iterable<{ id: string }>, params, call.path, noun, keep as (item: object) => boolean);
  });
}

function sourceOf<K extends KindName>(
  tx: Transaction,
  kind: K,
  index: string | undefined,
  params: Record<string, unknown>,
) {
  const objects = index ? tx.where(kind, index, params[index] as string) : tx.newestFirst(kind);
  return objects as ReturnType<Collection<StripeObjects[K] & { id: string }>['newestFirst']>;
}

/** Metadata after an update: '' removes a key, null (an emptied parameter) all of them. */
export function mergeMetadata(
  before: Record<string, string>,
  given: Record<string, string> | null | undefined,
): Record<string, string> {
  if (given === undefined) return before;
  if (given === null) return {};
  const merged = { ...before, ...given };
  for (const [key, value] of Object.entries(given)) if (value === '') delete merged[key];
  return merged;
}
