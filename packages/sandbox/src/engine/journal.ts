import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Change } from './store.js';

const FILE = /^state-(\d+)\.jsonl$/;
const MIN_COMPACTION_BYTES = 32 * 1024 * 1024;

/**
 * Append-only file of changes, one JSON line a commit. A line is written before its answer is sent and not
 * synced: it survives the end of the process, not of the machine. A torn last line was never acknowledged.
 */
export class Journal {
  private fd = -1;
  private generation = 0;
  private bytes = 0;
  private compactAt = MIN_COMPACTION_BYTES;
  private readonly lock: string;

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
    this.lock = join(dir, 'lock');
    takeLock(this.lock, dir);
  }

  /** Feeds every recorded change to `apply`, then compacts so that the file starts clean. */
  replay(apply: (change: Change) => void, everything: () => Iterable<Change>): void {
    for (const name of readdirSync(this.dir)) {
      const match = FILE.exec(name);
      if (match) this.generation = Math.max(this.generation, Number(match[1]));
    }
    const file = this.path(this.generation);
    if (existsSync(file)) {
      const lines = readFileSync(file, 'utf8').split('\n');
      lines.forEach((line, at) => {
        if (line === '') return;
        let changes: Change[];
        try {
          changes = JSON.parse(line) as Change[];
        } catch {
          if (at === lines.length - 1) return;
          throw new Error(`${file}: line ${at + 1} is damaged; restore a copy, or remove the file to start empty`);
        }
        for (const change of changes) apply(change);
      });
    }
    this.compact(everything());
  }

  append(changes: Change[]): void {
    const line = `${JSON.stringify(changes)}\n`;
    const bytes = Buffer.from(line);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.fd, bytes, written);
    this.bytes += bytes.length;
  }

  get needsCompaction(): boolean {
    return this.bytes > this.compactAt;
  }

  /** Writes the whole state as a new file and drops the old one; a crash in between leaves one of them whole. */
  compact(everything: Iterable<Change>): void {
    const next = this.generation + 1;
    const temporary = join(this.dir, 'state.tmp');
    const fd = openSync(temporary, 'w');
    let bytes = 0;
    let batch: Change[] = [];
    const flush = () => {
      if (batch.length > 0) bytes += writeSync(fd, `${JSON.stringify(batch)}\n`);
      batch = [];
    };
    for (const change of everything) {
      batch.push(change);
      if (batch.length === 200) flush();
    }
    flush();
    renameSync(temporary, this.path(next));
    if (this.fd >= 0) closeSync(this.fd);
    rmSync(this.path(this.generation), { force: true });
    this.fd = fd;
    this.generation = next;
    this.bytes = bytes;
    this.compactAt = Math.max(MIN_COMPACTION_BYTES, bytes * 4);
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
    rmSync(this.lock, { force: true });
  }

  private path(generation: number): string {
    return join(this.dir, `state-${generation}.jsonl`);
  }
}

function takeLock(lock: string, dir: string): void {
  if (existsSync(lock)) {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid !== process.pid && isAlive(pid)) {
      throw new Error(
        `the data directory ${dir} is in use by process ${pid}; stop it or give another --data-dir (or remove ${lock} if that is another program)`,
      );
    }
    rmSync(lock, { force: true });
  }
  const fd = openSync(lock, 'wx');
  writeSync(fd, String(process.pid));
  closeSync(fd);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
