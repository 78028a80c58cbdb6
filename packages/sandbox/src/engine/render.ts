import { invalidRequest } from './errors.js';
import { type Hash, isHash } from './hash.js';
import { type AnyKind, type KindName, REFERENCES } from './kinds.js';
import type { Transaction } from './transaction.js';

export type ExpandTree = Map<string, ExpandTree>;

const NOTHING: ExpandTree = new Map();
const INLINE_LIMIT = 10;
const MAX_DEPTH = 4;
/** Objects that are embedded whole in others; the answer always shows their present state. */
const EMBEDDED_LIVE = new Set<string>(['price', 'product', 'coupon', 'entitlements.feature']);

/** Turns `expand[]` into a tree; 400 beyond four levels, of which the `data` of a list is one. */
export function expandTree(paths: readonly string[]): ExpandTree {
  if (paths.length === 0) return NOTHING;
  const root: ExpandTree = new Map();
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.length > MAX_DEPTH) {
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, {
        code: 'property_expansion_max_depth',
      });
    }
    let at = root;
    for (const part of parts) {
      const next = at.get(part) ?? new Map();
      at.set(part, next);
      at = next;
    }
  }
  return root;
}

/** The object as Stripe sends it: expand-only members left out, inline lists cut, what `tree` names expanded. */
export function render(tx: Transaction, object: unknown, tree: ExpandTree = NOTHING): unknown {
  return new Renderer(tx).top(object, tree);
}

class Renderer {
  constructor(private readonly tx: Transaction) {}

  top(object: unknown, tree: ExpandTree, path = ''): unknown {
    if (!isHash(object) || object.object === 'event') return object;
    if (object.object === 'list' || object.object === 'search_result') return this.page(object, tree);
    return this.hash(object, tree, this.tx.kind(object.object as string), path);
  }

  private page(page: Hash, tree: ExpandTree): Hash {
    const { total_count, ...shown } = page;
    for (const key of tree.keys()) {
      if (key !== 'data' && !(key === 'total_count' && key in page)) throw notExpandable(key, `data.${key}`);
    }
    const below = tree.get('data') ?? NOTHING;
    const data = (page.data as unknown[]).map((item) => this.top(item, below, 'data'));
    return { ...shown, data, ...(tree.has('total_count') ? { total_count } : {}) };
  }

  private value(value: unknown, tree: ExpandTree, kind: AnyKind | undefined, path: string): unknown {
    if (Array.isArray(value)) {
      let changed: unknown[] | undefined;
      value.forEach((item, at) => {
        const shown = this.value(item, tree, kind, path);
        if (shown !== item) {
          changed ??= [...value];
          changed[at] = shown;
        }
      });
      return changed ?? value;
    }
    if (!isHash(value)) return value;
    const tag = value.object;
    if (typeof tag !== 'string') return this.hash(value, tree, kind, path);
    if (tag === 'list') return this.inlineList(value, tree, kind, path);
    const live = EMBEDDED_LIVE.has(tag) && this.tx.get(tag as 'price', value.id as string);
    return this.hash(live ? (live as unknown as Hash) : value, tree, this.tx.kind(tag), path);
  }

  private inlineList(list: Hash, tree: ExpandTree, kind: AnyKind | undefined, path: string): Hash {
    const all = list.data as unknown[];
    const cut = all.length > INLINE_LIMIT;
    const data = this.value(cut ? all.slice(0, INLINE_LIMIT) : all, tree.get('data') ?? NOTHING, kind, path);
    if (!cut && data === all) return list;
    return { ...list, data, has_more: cut || list.has_more === true };
  }

  private hash(hash: Hash, tree: ExpandTree, kind: AnyKind | undefined, path: string): Hash {
    let shown: Hash | undefined;
    const own = hash.object === undefined ? undefined : kind?.onlyExpanded;
    for (const key of Object.keys(hash)) {
      const value = hash[key];
      if (own?.[key] && !tree.has(key)) {
        shown ??= { ...hash };
        delete shown[key];
        continue;
      }
      const below = tree.get(key);
      const next = below
        ? this.expanded(hash, key, below, kind, path)
        : value !== null && typeof value === 'object'
          ? this.value(value, NOTHING, kind, join(path, key))
          : value;
      if (next !== value) {
        shown ??= { ...hash };
        shown[key] = next;
      }
    }
    for (const [key, below] of tree) {
      if (key in hash && hash[key] !== undefined) continue;
      const make = own?.[key];
      if (!make) throw notExpandable(join(path, key));
      if (make === true) continue;
      shown ??= { ...hash };
      shown[key] = this.value(make(this.tx, hash as never), below, kind, join(path, key));
    }
    return shown ?? hash;
  }

  private expanded(hash: Hash, key: string, tree: ExpandTree, kind: AnyKind | undefined, path: string): unknown {
    const value = hash[key];
    const here = join(path, key);
    if (value === null) return null;
    const make = hash.object !== undefined && kind?.onlyExpanded?.[key];
    if (typeof make === 'function') return this.value(make(this.tx, hash as never), tree, kind, here);
    const refersTo = kind?.references?.[key] === null ? undefined : (kind?.references?.[key] ?? REFERENCES[key]);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string') && refersTo) {
      return value.map((id) => this.referenced(refersTo, id as string, tree, here));
    }
    if (typeof value === 'string' && refersTo) return this.referenced(refersTo, value, tree, here);
    if (typeof value === 'object') return this.value(value, tree, kind, here);
    throw notExpandable(here);
  }

  private referenced(kindName: KindName, id: string, tree: ExpandTree, path: string): unknown {
    const found = this.tx.get(kindName, id);
    if (found) return this.hash(found as unknown as Hash, tree, this.tx.kind(kindName), path);
    return this.tx.get('_tombstone', `${kindName} ${id}`) ? { id, object: kindName, deleted: true } : id;
  }
}

const join = (path: string, key: string) => (path ? `${path}.${key}` : key);
const notExpandable = (path: string, instead?: string) =>
  invalidRequest(
    `This property cannot be expanded (${path}).${instead ? ` You may want to try expanding '${instead}' instead.` : ''}`,
  );
