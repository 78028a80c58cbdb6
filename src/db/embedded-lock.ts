import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../errors.js';

/** A process, told apart from a later one that got the same number. */
interface Holder {
  pid: number;
  startedAt: string;
}

/**
 * Takes the data directory for this process, or throws a `StartError` naming the gateway that has it. A holder that
 * died leaves nothing behind that has to be cleaned by hand.
 * @returns gives the directory back
 */
export function lockDirectory(folder: string): () => void {
  const path = join(folder, 'gateway.lock');
  const mine: Holder = { pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  const staging = `${path}.${process.pid}`;
  writeFileSync(staging, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (;;) {
      // A link either appears whole or not at all, and only for one of several who try.
      if (tryLink(staging, path)) break;
      const holder = readHolder(path);
      if (holder && holder.pid !== process.pid && startOf(holder.pid) === holder.startedAt) throw inUse(folder, holder);
      if (holder?.pid === process.pid && holder.startedAt === mine.startedAt) throw inUse(folder, holder);
      removeStale(path, holder);
    }
  } finally {
    rmSync(staging, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** Whether a living process has the directory. */
export function isLocked(folder: string): boolean {
  const holder = readHolder(join(folder, 'gateway.lock'));
  return holder !== null && startOf(holder.pid) === holder.startedAt;
}

/**
 * Ends a PostgreSQL that an earlier run left on this cluster (its gateway and its guard both died), or waits for one
 * that is being stopped. The directory's lock must be held.
 */
export async function endLeftover(clusterFolder: string): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  const pid = Number.parseInt(readOr(pidFile, '').split('\n')[0] ?? '', 10);
  if (!pid) return;
  // A guard that has just lost its parent needs a moment; then we do its work.
  for (const signal of [null, 'SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!isPostgresOf(pid, clusterFolder)) break;
    if (signal) process.kill(pid, signal);
    const until = Date.now() + (signal === null ? 1_000 : 8_000);
    while (Date.now() < until && isPostgresOf(pid, clusterFolder)) await delay(25);
  }
  // PostgreSQL itself would refuse when an unrelated process has that number by now.
  rmSync(pidFile, { force: true });
}

function isPostgresOf(pid: number, clusterFolder: string): boolean {
  const command = commandLineOf(pid);
  return command.includes('postgres') && command.includes(clusterFolder);
}

function inUse(folder: string, holder: Holder): StartError {
  return new StartError('DATA_DIR_IN_USE', `${folder} is in use by a running gateway (process ${holder.pid}).`, {
    hint: 'Stop it, or set DATA_DIR to another directory.',
  });
}

// Between our reading and our renaming another process may have replaced the stale lock by its own: look at what was
// taken away, and put a live one back.
function removeStale(path: string, stale: Holder | null): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const taken = readHolder(aside);
  if (taken && (taken.pid !== stale?.pid || taken.startedAt !== stale.startedAt)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | null {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value.pid === 'number' ? value : null;
  } catch {
    return null;
  }
}

/** When a process began, as its system says it; null if it does not run. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return ps(pid, 'lstart=') || null;
  const fields = readOr(`/proc/${pid}/stat`, '').split(') ').at(-1)?.split(' ') ?? [];
  return fields[0] === 'Z' ? null : (fields[19] ?? null);
}

function commandLineOf(pid: number): string {
  return process.platform === 'linux' ? readOr(`/proc/${pid}/cmdline`, '') : ps(pid, 'command=');
}

function ps(pid: number, column: string): string {
  try {
    return execFileSync('ps', ['-p', String(pid), '-o', column], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}
