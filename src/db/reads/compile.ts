import { shapes } from './shapes.js';
import type { ReadJoin, ReadNode, ShapeName } from './tree.js';

export interface Statement {
  text: string;
  /** Values of the placeholders after those of `where`. */
  params: unknown[];
}
/** Numbers the values of a statement: `bind(v)` is the placeholder that stands for `v`. */
type Bind = (value: unknown) => string;

/**
 * The statement that reads `node` for every root row that `where` chooses (alias `r`, `given` placeholders). What is
 * related comes as JSON, built by PostgreSQL. Its text depends on what is read, never on a value.
 */
export function compileRead(node: ReadNode, where: string, given: number): Statement {
  const params: unknown[] = [];
  return { text: rowsOf(node, where, binding(params, given)), params };
}

/** The same for several kinds of root rows at once; each row answers its kind's `name` and `row`. */
export function compileReads(
  reads: readonly { name: string; node: ReadNode; where: string }[],
  given: number,
): Statement {
  const params: unknown[] = [];
  const bind = binding(params, given);
  const parts = reads.map(
    ({ name, node, where }) =>
      `select ${bind(name)}::text as name, row_to_json(o) as row from (${rowsOf(node, where, bind)}) o`,
  );
  return { text: parts.join(' union all '), params };
}

function binding(params: unknown[], given: number): Bind {
  return (value) => `$${given + params.push(value)}`;
}

function rowsOf(node: ReadNode, where: string, bind: Bind): string {
  const conditions = [where, ...shapes[node.shape].where('r')].join(' and ');
  return `select ${columnsOf(node, 'r', bind)} from ${shapes[node.shape].from('')} r where ${conditions}`;
}

function columnsOf(node: ReadNode, alias: string, bind: Bind): string {
  const { columns } = shapes[node.shape];
  const parts: string[] = [];
  for (const name of node.columns) {
    const column = columns[name];
    if (!column) throw new Error(`The shape ${node.shape} has no column ${name}.`);
    parts.push(`${column(alias)} as "${name}"`);
  }
  for (const [key, join] of node.joins) parts.push(`${related(node.shape, join, alias, bind)} as "${key}"`);
  return parts.join(', ');
}

function related(from: ShapeName, join: ReadJoin, p: string, bind: Bind): string {
  const relation = shapes[from].relations[join.relation];
  if (!relation) throw new Error(`The shape ${from} has no relation ${join.relation}.`);
  const child = shapes[relation.to];
  // One alias a level, so that a subquery can name the rows around it: r, r1, r2, …
  const c = `r${Number(p.slice(1)) + 1}`;
  const columns = columnsOf(join.node, c, bind);
  const conditions = [relation.where(p, c), ...child.where(c), ...(relation.filter?.(c, join) ?? [])];
  if (!relation.many) {
    const row = `select ${columns} from ${child.from(p)} ${c} where ${conditions.join(' and ')} limit 1`;
    return `(select row_to_json(${c}o) from (${row}) ${c}o)`;
  }

  let tail = '';
  if (relation.sort) {
    const { by, direction } = relation.sort;
    const [first, second] = by(c);
    if (join.page?.after) {
      const [position, id] = join.page.after;
      const beyond = direction === 'desc' ? '<' : '>';
      conditions.push(`(${first}, ${second}) ${beyond} (${bind(position)}::bigint, ${bind(id)}::text)`);
    }
    tail = ` order by ${first} ${direction}, ${second} ${direction}`;
  }
  // One more than the page: it tells whether there is a next one.
  if (join.page) tail += ` limit ${bind(join.page.first + 1)}::int`;
  const rows = `select ${columns} from ${child.from(p)} ${c} where ${conditions.join(' and ')}${tail}`;
  return `(select coalesce(json_agg(${c}o), '[]'::json) from (${rows}) ${c}o)`;
}
