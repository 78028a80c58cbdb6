import type { GraphQLResolveInfo } from 'graphql';
import type { Owner } from '../../db/accounts.js';
import type { LoadedRow } from '../../db/reads/rows.js';
import type { Connection } from '../../schema/connections.js';
import type { RequestContext } from '../context.js';
import { encodeCursor, pageOf } from './cursor.js';
import { type Link, readsOf, type TypeName, type ViewName, type ViewOf, viewOf } from './graph.js';
import { fullTree, joinOf, pageKey } from './read-tree.js';
import { statementFor, statementForAny } from './statements.js';

type Awaitable<T> = T | Promise<T>;
/** A view of a row, as relations start from it. */
interface Viewed {
  row: object;
  path?: string;
}

/** The account of an owner with what is selected of it, in one statement; null while it does not exist. */
export async function loadAccountOfOwner<Name extends 'BillingAccount' | 'BillingStatus'>(
  ctx: RequestContext,
  type: Name,
  owner: Owner,
  info: GraphQLResolveInfo,
): Promise<ViewOf<Name> | null> {
  const row = await ctx.loaders.reader.accountOfOwner(statementFor(info, type, 'accountOfOwner'), owner);
  return row && viewOf(type, row);
}

/**
 * An object with what is selected of it, in one statement; null where there is none, or not for `owner`.
 * @param owner null: whoever asks may see every account's
 */
export async function loadById<Name extends ViewName>(
  ctx: RequestContext,
  type: Name,
  id: string,
  owner: Owner | null,
  info: GraphQLResolveInfo,
): Promise<ViewOf<Name> | null> {
  const statement = statementFor(info, type, owner ? 'idOfOwner' : 'id');
  const row = await ctx.loaders.reader.id(statement, id, owner);
  return row && viewOf(type, row);
}

const byIdAlone = ['BillingAccount', 'BillingSubscription', 'Invoice', 'PaymentMethod'] as const;

/** As `loadById`, whatever kind of object has the id. */
export async function loadAnyById(
  ctx: RequestContext,
  id: string,
  owner: Owner | null,
  info: GraphQLResolveInfo,
): Promise<ViewOf<(typeof byIdAlone)[number]> | null> {
  const statement = statementForAny(info, byIdAlone, owner ? 'idOfOwner' : 'id');
  const found = (await ctx.loaders.reader.id(statement, id, owner)) as { name: ViewName; row: LoadedRow } | null;
  return found && (viewOf(found.name, found.row) as ViewOf<(typeof byIdAlone)[number]>);
}

/** The related object of a link: what the root's statement brought, else a read shared with its siblings. */
export function linkedOne<Name extends ViewName>(
  ctx: RequestContext,
  from: TypeName,
  view: Viewed,
  field: string,
): Awaitable<ViewOf<Name> | null> {
  const link = linkOf(from, field, 'one');
  return mapAwaitable(related(ctx, from, view, link.relation, link, {}), (row) =>
    row ? viewOf(link.to as Name, row as LoadedRow) : null,
  );
}

/** The related objects of a link, as `linkedOne`. */
export function linkedMany<Name extends ViewName>(
  ctx: RequestContext,
  from: TypeName,
  view: Viewed,
  field: string,
): Awaitable<ViewOf<Name>[]> {
  const link = linkOf(from, field, 'many');
  return mapAwaitable(related(ctx, from, view, link.relation, link, {}), (rows) =>
    ((rows ?? []) as LoadedRow[]).map((row) => viewOf(link.to as Name, row)),
  );
}

/** A page of the related objects of a link, as `linkedOne`. */
export function linkedPage<Name extends ViewName>(
  ctx: RequestContext,
  from: TypeName,
  view: Viewed,
  field: string,
  args: Record<string, unknown>,
  info: GraphQLResolveInfo,
): Awaitable<Connection<ViewOf<Name>>> {
  const link = linkOf(from, field, 'page');
  const { first, after } = pageOf(args);
  const key = pageKey(view.path ?? '', String(info.path.key));
  return mapAwaitable(related(ctx, from, view, key, link, args), (answer) => {
    const rows = (answer ?? []) as LoadedRow[];
    const shown = rows.slice(0, first);
    const cursorOf = (row: LoadedRow) => encodeCursor([row[link.cursor[0]] as number, row[link.cursor[1]] as string]);
    const nodes = shown.map((row) => viewOf(link.to as Name, row));
    return {
      nodes,
      get edges() {
        return nodes.map((node, i) => ({ node, cursor: cursorOf(shown[i] as LoadedRow) }));
      },
      get pageInfo() {
        const [start, end] = [shown[0], shown.at(-1)];
        return {
          hasNextPage: rows.length > first,
          hasPreviousPage: after !== null,
          startCursor: start ? cursorOf(start) : null,
          endCursor: end ? cursorOf(end) : null,
        };
      },
    };
  });
}

function related(
  ctx: RequestContext,
  from: TypeName,
  { row }: Viewed,
  key: string,
  link: Exclude<Link, { kind: 'same' }>,
  args: Record<string, unknown>,
): Awaitable<unknown> {
  const loaded = row as LoadedRow;
  if (key in loaded) return loaded[key];
  const options = link.kind === 'page' ? ` ${JSON.stringify([args.first, args.after, args.ended])}` : '';
  const node = fullTree(link.to);
  const copy = { shape: node.shape, columns: new Set(node.columns), joins: new Map(node.joins) };
  const join = joinOf(link, args, copy);
  return ctx.loaders.rows.related(readsOf(from).shape, `${link.relation}${options}`, join, loaded.id as string);
}

function linkOf<Kind extends Link['kind']>(from: TypeName, field: string, kind: Kind): Extract<Link, { kind: Kind }> {
  const link = readsOf(from).links[field];
  if (link?.kind !== kind) throw new Error(`${from}.${field} is not a link of kind ${kind} in the read graph.`);
  return link as Extract<Link, { kind: Kind }>;
}

function mapAwaitable<T, U>(value: Awaitable<T>, map: (value: T) => U): Awaitable<U> {
  return value instanceof Promise ? value.then(map) : map(value);
}
