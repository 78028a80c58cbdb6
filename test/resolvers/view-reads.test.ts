import { isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { resolvers } from '../../src/resolvers/index.js';
import { graph, readsOf, type TypeName, type ViewName, viewOf } from '../../src/resolvers/reads/graph.js';
import { buildGraphQLSchema } from '../../src/schema/build.js';

const schema = buildGraphQLSchema(resolvers);
const names = Object.keys(graph) as TypeName[];

/** A row that has only what was read; anything else that is asked of it is an error. */
function rowOf(reads: readonly string[], path = ''): object {
  const own = reads.filter((read) => !read.includes('.'));
  const below = new Map<string, string[]>();
  for (const read of reads) {
    const [relation, column] = read.split('.') as [string, string?];
    if (column) below.set(relation, [...(below.get(relation) ?? []), column]);
  }
  const values: Record<string, unknown> = { currency: 'usd', discounts: [], ownerKind: 'user', type: 'card' };
  return new Proxy(
    {},
    {
      get(_, key) {
        if (typeof key === 'symbol') return undefined;
        const columns = below.get(key);
        if (columns) return key === 'items' ? [rowOf(columns, `${path}items.`)] : rowOf(columns, `${path}${key}.`);
        if (!own.includes(key)) throw new Error(`reads ${path}${key}, which the graph does not list`);
        return values[key] ?? null;
      },
      has: (_, key) => own.includes(String(key)) || below.has(String(key)),
      ownKeys: () => [...own, ...below.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    },
  );
}

describe.each(names)('%s', (name) => {
  test('every field of the type is in the graph, and nothing else', () => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no object type.`);
    const { own, links } = readsOf(name);
    expect([...Object.keys(own), ...Object.keys(links)].sort()).toEqual(Object.keys(type.getFields()).sort());
  });

  test('a field reads no more of a row than the graph says', () => {
    // A notice is an entry of the status; the others are views of rows.
    if (name === 'Notice') return expect(readsOf(name).shape).toBe('account');
    for (const [field, reads] of Object.entries(readsOf(name).own)) {
      const view = viewOf(name as ViewName, rowOf(reads) as Record<string, unknown>) as unknown as Record<
        string,
        unknown
      >;
      expect(() => JSON.stringify(view[field] ?? null), `${name}.${field}`).not.toThrow();
    }
  });
});
