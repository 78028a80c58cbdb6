import { isMap, LineCounter, parseDocument } from 'yaml';

export type Path = (string | number)[];

/** What is wrong with a seed, with its file and line. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/** A seed as data, and where each part of it is written. */
export interface SeedSource {
  data: Record<string, unknown>;
  /** `catalogue.yaml:12` of the part, or of the nearest part around it. */
  where(path: Path): string;
}

/** @throws SeedError for what is no YAML (or JSON) with lists by name */
export function readSeed(text: string, file: string): SeedSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new SeedError(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
  if (document.contents === null) return { data: {}, where: () => file };
  if (!isMap(document.contents)) throw new SeedError(`${file}:1: a seed is a hash of lists, such as products: […]`);
  const where = (path: Path): string => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return `${file}:${lines.linePos(node.range[0]).line}`;
    }
    return `${file}:1`;
  };
  return { data: document.toJS() as Record<string, unknown>, where };
}

/** A seed that is part of the program. */
export const builtIn = (data: Record<string, unknown>): SeedSource => ({ data, where: () => 'the default catalogue' });
