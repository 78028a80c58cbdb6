import type { Owner } from '../accounts.js';
import type { Queryable } from '../connect.js';
import { compileRead, type Statement } from './compile.js';
import { PreparedTexts } from './prepared-texts.js';
import type { LoadedRow } from './rows.js';
import type { ReadNode, ShapeName } from './tree.js';

/** Which root rows a statement reads. The first are told apart by what they ask for, the last two by whom they show. */
export type Root = 'accountOfOwner' | 'ids' | 'idOfOwner';

const customerOf = (column: string) =>
  `exists (select 1 from billing_accounts s where s.stripe_customer_id = r.${column} and s.owner_kind = $2 and s.owner_id = $3)`;
const ownedBy: Partial<Record<ShapeName, string>> = {
  account: 'r.owner_kind = $2 and r.owner_id = $3',
  subscription: customerOf('customer_id'),
  invoice: customerOf('customer_id'),
  paymentMethod: customerOf('customer_id'),
};

/** The statement that reads `node` for the rows that the root's values will choose. */
export function compileRoot(root: Root, node: ReadNode): Statement {
  if (root === 'accountOfOwner') return compileRead(node, 'r.owner_kind = $1 and r.owner_id = $2', 2);
  if (root === 'ids') return compileRead(node, 'r.id = any($1::text[])', 1);
  const owned = ownedBy[node.shape];
  if (!owned) throw new Error(`The shape ${node.shape} belongs to no account by itself.`);
  return compileRead(node, `r.id = $1 and ${owned}`, 3);
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

  /** Null, too, when it is not the owner's. */
  idOfOwner(statement: Statement, id: string, owner: Owner): Promise<LoadedRow | null> {
    return this.#first(statement, [id, owner.kind, owner.id]);
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
