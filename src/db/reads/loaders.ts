import DataLoader from 'dataloader';
import { compileRoot, type Reader } from './read.js';
import type { LoadedRow } from './rows.js';
import { type ReadJoin, type ReadNode, readNode, type ShapeName } from './tree.js';

/** Reads of single objects, gathered into one statement for all that are asked for at once. One set for a request. */
export class RowLoaders {
  readonly #loaders = new Map<string, DataLoader<string, unknown>>();

  constructor(private readonly reader: Reader) {}

  /** What a join of the row of that id answers; `kind` names the join with its options. */
  related(shape: ShapeName, kind: string, join: ReadJoin, id: string): Promise<unknown> {
    const node = readNode(shape);
    node.joins.set('related', join);
    return this.#loader(`${shape} ${kind}`, node, (row) => row.related).load(id);
  }

  #loader(name: string, node: ReadNode, answer: (row: LoadedRow) => unknown): DataLoader<string, unknown> {
    const known = this.#loaders.get(name);
    if (known) return known;
    node.columns.add('id');
    const statement = compileRoot('ids', node);
    const loader = new DataLoader<string, unknown>(async (ids) => {
      const rows = new Map((await this.reader.ids(statement, ids)).map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = rows.get(id);
        return row ? answer(row) : null;
      });
    });
    this.#loaders.set(name, loader);
    return loader;
  }
}
