import type { Owner } from '../accounts.js';
import type { Queryable } from '../connect.js';
import { compileRead, compileReads, type Statement } from './compile.js';
import { PreparedTexts } from './prepared-texts.js';
import type { LoadedRow } from './rows.js';
import type { ReadNode, ShapeName } from './tree.js';

/** Which root rows a statement reads. `OfOwner`: none that belong to somebody else. */
export type Root = 'accountOfOwner' | 'ids' | 'id' | 'idOfOwner';

const owned = '(r.owner_kind = $2 and r.owner_id = $3)';
const customersOwned = `exists (select 1 from billing_accounts s
  where s.stripe_customer_id = r.customer_id and s.owner_kind = $2 and s.owner_id = $3)`;
const given: Record<Root, number> = { accountOfOwner: 2, ids: 1, id: 1, idOfOwner: 3 };

/** The statement that reads `node` for the rows that the root's values will choose. */
export function compileRoot(root: Root, node: ReadNode): Statement {
  return compileRead(node, whereOf(root, node.shape), given[root]);
}

/** The statement that looks an id up among several kinds of objects. */
export function compileAny(root: 'id' | 'idOfOwner', nodes: readonly (readonly [string, ReadNode])[]): Statement {
  const reads = nodes.map(([name, node]) => ({ name, node, where: whereOf(root, node.shape) }));
  return compileReads(reads, given[root]);
}

function whereOf(root: Root, shape: ShapeName): string {
  switch (root) {
    case 'accountOfOwner':
      return 'r.owner_kind = $1 and r.owner_id = $2';
    case 'ids':
      return 'r.id = any($1::text[])';
    case 'id':
      return 'r.id = $1';
    case 'idOfOwner':
      return `r.id = $1 and ${shape === 'account' ? owned : customersOwned}`;
  }
}

/** Runs reads over one pool; what comes again is prepared. */
export class Reader {
  readonly #texts = new PreparedTexts();

  constructor(private readonly q: Queryable) {}

  accountOfOwner(statement: Statement, owner: Owner): Promise<LoadedRow | null> {
    return this.#first(statement, [owner.kind, owner.id]);
  }

  /** One row each that exists, in no order. */
  ids(statement: Statement, ids: readonly string[]): Promise<LoadedRow[]> {
    return this.#run(statement, [ids]);
  }

  /** @param owner null for a statement of root `id`; else of `idOfOwner`, and null is answered for what is others' */
  id(statement: Statement, id: string, owner: Owner | null): Promise<LoadedRow | null> {
    return this.#first(statement, owner ? [id, owner.kind, owner.id] : [id]);
  }

  async #first(statement: Statement, given: unknown[]): Promise<LoadedRow | null> {
    const [row] = await this.#run(statement, given);
    return row ?? null;
  }

  #run({ text, params }: Statement, given: unknown[]): Promise<LoadedRow[]> {
    // postgres.js prepares only where the pool does (DATABASE_PREPARE).
    return this.q.sql.unsafe<LoadedRow[]>(text, [...given, ...params] as never[], {
      prepare: this.#texts.admits(text),
    });
  }
}
