/**
 * What is to be read of one object and of what it leads to: neutral between GraphQL, which chooses it, and SQL, which
 * it becomes. One tree is one statement.
 */
export interface ReadNode {
  shape: ShapeName;
  columns: Set<string>;
  /** By the key under which the row will carry the result. */
  joins: Map<string, ReadJoin>;
}
export interface ReadJoin {
  relation: string;
  node: ReadNode;
  page?: Page;
  /** Subscriptions: those that are ended, too. */
  ended?: boolean;
}
export interface Page {
  /** Entries at most; the row carries one more when there are more. */
  first: number;
  after: Cursor | null;
}
/** The sort key of the entry after which a page begins. */
export type Cursor = readonly [number, string];

export type ShapeName = 'account' | 'customer' | 'subscription' | 'item' | 'invoice' | 'invoiceLine' | 'paymentMethod';

export function readNode(shape: ShapeName): ReadNode {
  return { shape, columns: new Set(), joins: new Map() };
}

/** Everything that `from` reads is read by `into`, too. */
export function mergeRead(into: ReadNode, from: ReadNode): void {
  for (const column of from.columns) into.columns.add(column);
  for (const [key, join] of from.joins) addJoin(into, key, join);
}

/** Joins of one key differ in what they read of the related rows only. */
export function addJoin(into: ReadNode, key: string, join: ReadJoin): void {
  const known = into.joins.get(key);
  if (known) mergeRead(known.node, join.node);
  else into.joins.set(key, join);
}
