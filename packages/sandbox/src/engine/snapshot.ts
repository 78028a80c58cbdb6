import type { Item } from './collection.js';
import type { Engine } from './engine.js';
import type { Change, RecordName } from './store.js';

/** The first line; each other is one record, `[name, id, record]`. */
interface Header {
  tollgate_sandbox_snapshot: 1;
  api_version: string;
  /** Milliseconds of the sandbox's clock, which goes on from there when it is restored. */
  now: number;
  /** Where hosted pages were; their links are moved to wherever it is restored. */
  origin: string;
}

export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** The whole state as lines of JSON, all of one moment. */
export function takeSnapshot(engine: Engine, apiVersion: string): string[] {
  const header: Header = {
    tollgate_sandbox_snapshot: 1,
    api_version: apiVersion,
    now: engine.clock.nowMs(),
    origin: engine.origin,
  };
  const lines = [`${JSON.stringify(header)}\n`];
  for (const change of engine.store.everything()) lines.push(`${JSON.stringify(change)}\n`);
  return lines;
}

/** Replaces everything by a snapshot's state; throws a SnapshotError that names the line, and changes nothing then. */
export function restoreSnapshot(engine: Engine, text: string, apiVersion: string): void {
  const [first = '', ...lines] = text.split('\n');
  const header = headerOf(first, apiVersion);
  const changes = lines.flatMap((line, place) => {
    if (line === '') return [];
    const here = header.origin === '' ? line : line.replaceAll(header.origin, engine.origin);
    return [changeOf(here, place + 2)];
  });
  engine.replaceState(changes, header.now);
}

function headerOf(line: string, apiVersion: string): Header {
  let header: Partial<Header>;
  try {
    header = JSON.parse(line) as Partial<Header>;
  } catch {
    header = {};
  }
  if (header?.tollgate_sandbox_snapshot !== 1 || typeof header.now !== 'number') {
    throw new SnapshotError('line 1: not a snapshot of a sandbox; take one with GET /_sandbox/snapshot');
  }
  if (header.api_version !== apiVersion) {
    throw new SnapshotError(
      `line 1: the snapshot is of API version ${header.api_version}, this sandbox of ${apiVersion}; take a new one`,
    );
  }
  return { origin: '', ...header } as Header;
}

function changeOf(line: string, number: number): Change {
  let change: unknown;
  try {
    change = JSON.parse(line);
  } catch {
    throw new SnapshotError(`line ${number}: not JSON; the snapshot is cut short or was edited`);
  }
  const [name, id, record] = (Array.isArray(change) ? change : []) as [RecordName, string, Item | null];
  if (typeof name !== 'string' || typeof id !== 'string' || record === null || record?.id !== id) {
    throw new SnapshotError(`line ${number}: not a record: [name, id, { id, … }]`);
  }
  return [name, id, record];
}
