import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type RunningProcess, startProcess } from './processes.js';

/** `tollgate <args>` as a process of its own, from source. */
export function tollgate(args: string[], env: NodeJS.ProcessEnv = {}): RunningProcess {
  return startProcess('src/cli/main.ts', args, env);
}

export interface Finished {
  code: number | NodeJS.Signals;
  /** Of both streams. */
  lines: string[];
}

export async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const running = tollgate(args, env);
  const code = await running.ended;
  return { code, lines: running.output().split('\n').filter(Boolean) };
}

/** A data directory for the test file, deleted after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-cli-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
