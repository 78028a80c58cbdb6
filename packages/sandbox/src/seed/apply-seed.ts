import type { Engine } from '../engine/engine.js';
import { StripeError } from '../engine/errors.js';
import { type Hash, isHash } from '../engine/hash.js';
import type { Transaction } from '../engine/transaction.js';
import { readShape } from '../http/params.js';
import type { Route } from '../http/route.js';
import { NAMED, PRICES, SECTIONS, type Section } from './sections.js';
import { type Path, SeedError, type SeedSource } from './seed-source.js';

interface Seeding {
  tx: Transaction;
  routes: readonly Route[];
  source: SeedSource;
}

/**
 * Puts everything in a seed in place, or (for an entry that the API refuses) nothing. What is there already stays as
 * it is, so that seeding again changes nothing.
 *
 * @throws SeedError with file, line and what the API says
 */
export function applySeed(engine: Engine, routes: readonly Route[], source: SeedSource): void {
  const known = SECTIONS.map(({ name }) => name);
  for (const name of Object.keys(source.data)) {
    if (known.includes(name)) continue;
    throw new SeedError(`${source.where([name])}: unknown list ${name}; known are ${known.join(', ')}`);
  }
  engine.transact((tx) => {
    for (const section of SECTIONS) seedAll({ tx, routes, source }, section, source.data[section.name], [section.name]);
  });
}

/** From the last to the first: the newest is listed first, so lists have the order of the file. */
function seedAll(seeding: Seeding, section: Section, entries: unknown, path: Path, more: Hash = {}): void {
  if (entries === undefined || entries === null) return;
  if (!Array.isArray(entries)) throw wrong(seeding, path, 'send a list');
  for (let place = entries.length - 1; place >= 0; place--) {
    const here = [...path, place];
    if (!isHash(entries[place])) throw wrong(seeding, here, 'an entry is a hash of parameters');
    seedOne(seeding, section, { ...(entries[place] as Hash), ...more }, here);
  }
}

/** Members of an entry that its route does not take: a seed's own. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  product: ['features', 'prices', 'default_price'],
  webhook_endpoint: ['secret'],
};

function seedOne(seeding: Seeding, section: Section, entry: Hash, path: Path): void {
  const { tx } = seeding;
  const { kind, key, idPrefix, find } = section;
  const name = entry[key];
  if (typeof name !== 'string' || name === '') {
    throw wrong(seeding, path, `give it ${key}, which says which ${kind} it is when it is seeded again`);
  }
  const made = key !== 'id' && idPrefix !== '' ? `${idPrefix}${name}` : undefined;
  const id = typeof entry.id === 'string' ? entry.id : made;
  const present = find?.(tx, name) ?? (id !== undefined && tx.get(kind, id) ? id : undefined);
  const params = Object.entries(entry).filter(([member]) => !OWN[kind]?.includes(member));
  const object = present ?? create(seeding, section, Object.fromEntries(params), id, path);
  const { features, prices, default_price, secret } = entry;
  if (kind === 'webhook_endpoint' && secret !== undefined && !present) {
    tx.put('_webhook_secret', { id: object, secret: String(secret) });
  }
  if (kind !== 'product') return;
  attachFeatures(seeding, object, features, [...path, 'features']);
  seedAll(seeding, PRICES, prices, [...path, 'prices'], { product: object });
  if (default_price === undefined || tx.require('product', object).default_price) return;
  call(seeding, 'POST', `/v1/products/${object}`, { default_price }, path);
}

/** By their lookup keys; a new attachment has an id made of both. */
function attachFeatures(seeding: Seeding, product: string, features: unknown, path: Path): void {
  const { tx } = seeding;
  if (features === undefined) return;
  if (!Array.isArray(features)) throw wrong(seeding, path, 'send a list of lookup keys');
  features.forEach((lookupKey: unknown, place) => {
    const feature = tx.where('entitlements.feature', 'lookup_key', String(lookupKey))[0];
    if (!feature) throw wrong(seeding, [...path, place], `there is no feature ${lookupKey}; list it below features`);
    const attached = tx.where('_product_feature', 'product', product);
    if (attached.some((link) => link.feature === feature.id)) return;
    const id = `prodft_${product.replace(/^prod_/, '')}_${feature.lookup_key}`;
    withId(tx, 'product_feature', id, () =>
      call(seeding, 'POST', `/v1/products/${product}/features`, { entitlement_feature: feature.id }, [...path, place]),
    );
  });
}

function create(seeding: Seeding, section: Section, entry: Hash, id: string | undefined, path: Path): string {
  const { tx } = seeding;
  // These two take an id themselves.
  const takesId = section.kind === 'product' || section.kind === 'coupon';
  const { id: _, ...params } = entry;
  const sent = takesId ? entry : params;
  return withId(tx, section.kind, takesId ? undefined : id, () => call(seeding, 'POST', section.route, sent, path));
}

/** The first new object of the kind gets this id. */
function withId<T>(tx: Transaction, kind: string, id: string | undefined, run: () => T): T {
  if (id === undefined) return run();
  const newId = tx.newId.bind(tx);
  let isTaken = false;
  tx.newId = (of) => {
    if (of !== kind || isTaken) return newId(of);
    isTaken = true;
    return id;
  };
  try {
    return run();
  } finally {
    tx.newId = newId;
  }
}

/** As a request to the API would do it. Returns the object's id. */
function call(seeding: Seeding, method: Route['method'], path: string, params: Hash, at: Path): string {
  const { tx, routes } = seeding;
  const [route, ids] = matching(routes, method, path);
  try {
    const given = named(tx, asForm(params) as Hash);
    const result = route.handle({ tx, params: readShape(route.shape, given), ids, path });
    return (result as { id: string }).id;
  } catch (error) {
    // What is refused here undoes the whole seed, also where a request would keep its declined payment.
    if (error instanceof StripeError) throw refused(seeding, at, error);
    throw error;
  }
}

function matching(routes: readonly Route[], method: string, path: string): [Route, Record<string, string>] {
  const parts = path.split('/');
  for (const route of routes) {
    const pattern = route.path.split('/');
    if (route.method !== method || pattern.length !== parts.length) continue;
    if (!pattern.every((part, at) => part.startsWith(':') || part === parts[at])) continue;
    const named = pattern.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), parts[at] as string]] : []));
    return [route, Object.fromEntries(named)];
  }
  throw new Error(`no route ${method} ${path}`);
}

/** Every value a text, as a form has them; nothing is ''. */
function asForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asForm);
  if (isHash(value)) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asForm(member)]));
  return value === null || value === undefined ? '' : String(value);
}

/** Lookup keys, codes and event names become the ids that they stand for. */
function named(tx: Transaction, params: Hash): Hash {
  const member = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => member(name, item));
    if (isHash(value)) return named(tx, value);
    return (name !== 'metadata' && NAMED[name]?.(tx, value as string)) || value;
  };
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, name === 'metadata' ? value : member(name, value)]),
  );
}

/** The API's words at the line of the parameter that they are about. */
function refused({ source }: Seeding, path: Path, { body }: StripeError): SeedError {
  const param = (body.param ?? '')
    .split(/[[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  const about = param.length > 0 ? ` (${body.param})` : '';
  return new SeedError(`${source.where([...path, ...param])}: ${shown(path)}: ${body.message}${about}`);
}

const wrong = ({ source }: Seeding, path: Path, message: string) =>
  new SeedError(`${source.where(path)}: ${shown(path)}: ${message}`);
const shown = (path: Path) =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('');
