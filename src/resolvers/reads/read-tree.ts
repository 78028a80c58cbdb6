import { createHash } from 'node:crypto';
import { GraphQLError, type GraphQLNamedType, type GraphQLObjectType } from 'graphql';
import { addJoin, type ReadJoin, type ReadNode, readNode, type ShapeName } from '../../db/reads/tree.js';
import { pageOf } from './cursor.js';
import { type Link, readsOf, type TypeName } from './graph.js';
import { type SelectedField, type SelectionInfo, selectedFields } from './selection.js';

/** Objects that lead to each other could be asked for without end. */
const DEEPEST = 12;

interface Place {
  /** Through which types the row of this node is seen. */
  path: string;
  /** Links followed from the root. */
  depth: number;
}

/** What a selection of a type reads. */
export function readTree(info: SelectionInfo, fieldNodes: SelectedField['nodes'], type: TypeName): ReadNode {
  const node = readNode(readsOf(type).shape);
  select(info, fieldNodes, type, node, { path: '', depth: 0 });
  return node;
}

const fullTrees = new Map<TypeName, ReadNode>();

/** Every own field of a type, and of what its row is seen as besides, for what is read without knowing the selection. */
export function fullTree(type: TypeName): ReadNode {
  const known = fullTrees.get(type);
  if (known) return known;
  const node = readNode(readsOf(type).shape);
  node.columns.add('id');
  const seen = new Set<TypeName>([type]);
  for (const each of seen) {
    const { own, links } = readsOf(each);
    for (const reads of Object.values(own)) readOwn(node, reads);
    for (const link of Object.values(links)) {
      if (link.kind === 'same') seen.add(link.to);
      // An own field read a little of a related row; whoever follows the link will find it and want all.
      else if (link.kind !== 'page' && node.joins.has(link.relation)) {
        addJoin(node, link.relation, { relation: link.relation, node: fullTree(link.to) });
      }
    }
  }
  fullTrees.set(type, node);
  return node;
}

/** Under which key a row carries a page: lists of one relation with other arguments have other response keys. */
export function pageKey(path: string, responseName: string): string {
  const key = `${path}@${responseName}`;
  // PostgreSQL cuts names after 63 bytes.
  return key.length <= 60 ? key : `@${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}

/** The join that a link stands for, reading what `node` says. */
export function joinOf(link: Exclude<Link, { kind: 'same' }>, args: Record<string, unknown>, node: ReadNode): ReadJoin {
  if (link.kind !== 'page') return { relation: link.relation, node };
  for (const column of link.cursor) node.columns.add(column);
  return { relation: link.relation, node, page: pageOf(args), ended: args.ended === true };
}

function select(info: SelectionInfo, nodes: SelectedField['nodes'], type: TypeName, into: ReadNode, at: Place): void {
  if (at.depth > DEEPEST) {
    throw new GraphQLError(`This leads through more than ${DEEPEST} objects; ask for less at a time.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const { own, links } = readsOf(type);
  into.columns.add('id');
  for (const field of selectedFields(info, nodes, objectType(info, type))) {
    const link = links[field.name];
    if (link) follow(info, field, link, into, at);
    else readOwn(into, own[field.name] ?? missing(type, field.name));
  }
}

function follow(info: SelectionInfo, field: SelectedField, link: Link, into: ReadNode, { path, depth }: Place): void {
  if (link.kind === 'same') {
    // A notice is found by the ids in the status, so the status is read whatever is selected of it.
    if (link.to === 'Notice') readOwn(into, ['status']);
    select(info, field.nodes, link.to, into, { path: `${path}.${field.name}`, depth: depth + 1 });
    return;
  }
  const node = readNode(readsOf(link.to).shape);
  const entries = link.kind === 'page' ? entryNodes(info, field, link.to) : field.nodes;
  select(info, entries, link.to, node, { path: '', depth: depth + 1 });
  const key = link.kind === 'page' ? pageKey(path, field.responseName) : link.relation;
  addJoin(into, key, joinOf(link, field.args, node));
}

/** Where a connection's selection speaks of the entries themselves. */
function entryNodes(info: SelectionInfo, field: SelectedField, to: TypeName): SelectedField['nodes'] {
  const fields = selectedFields(info, field.nodes, objectType(info, `${to}Connection`));
  return fields.flatMap(({ name, nodes }) => {
    if (name === 'nodes') return nodes;
    if (name !== 'edges') return [];
    return selectedFields(info, nodes, objectType(info, `${to}Edge`)).flatMap((edge) =>
      edge.name === 'node' ? edge.nodes : [],
    );
  });
}

/** The relations that own fields read columns of. */
const shapeOf: Record<string, ShapeName> = {
  customer: 'customer',
  items: 'item',
  latestInvoice: 'invoice',
  noticeInvoices: 'invoice',
};

function readOwn(into: ReadNode, reads: readonly string[]): void {
  for (const read of reads) {
    const [relation, column] = read.split('.') as [string, string?];
    if (column === undefined) {
      into.columns.add(relation);
      continue;
    }
    const node = readNode(shapeOf[relation] ?? unknownRelation(read));
    node.columns.add(column);
    addJoin(into, relation, { relation, node });
  }
}

function objectType(info: SelectionInfo, name: string): GraphQLObjectType {
  return info.schema.getType(name) as GraphQLNamedType as GraphQLObjectType;
}

function missing(type: TypeName, field: string): never {
  throw new Error(`The read graph does not say what ${type}.${field} reads (src/resolvers/reads/graph.ts).`);
}

function unknownRelation(read: string): never {
  throw new Error(`The read graph names a relation that own fields cannot read: ${read}.`);
}
