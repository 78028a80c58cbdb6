import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface RunningProcess {
  child: ChildProcess;
  pid: number;
  /** Everything written to stdout and stderr so far. */
  output(): string;
  /** The first line (of either stream) that matches, past or to come; throws when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
}

/** Runs one of our TypeScript files as a process of its own; killed after the test if it still runs. */
export function startProcess(file: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): RunningProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  let closed = false;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      lines.push(text);
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    closed = true;
    for (const listener of listeners) listener();
    return code ?? signal;
  });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(`${file} ${args.join(' ')} said:\n${lines.join('\n')}`);
    if (closed) return;
    child.kill('SIGKILL');
    await ended;
  });

  return {
    child,
    pid: child.pid ?? 0,
    output: () => lines.join('\n'),
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((text) => pattern.test(text));
          if (found === undefined && !closed) return;
          listeners.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`The process ended without a line like ${pattern}:\n${lines.join('\n')}`));
        };
        listeners.add(look);
        look();
      }),
  };
}

/** A process that ended but was not yet waited for does not count. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // Where there is no /proc, the signal's answer is all there is.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

/** Until the condition holds; for what no event announces (another process's end, a row written elsewhere). */
export async function eventually(condition: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const until = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`Still not so after ${within} ms: ${condition}`);
    await delay(20);
  }
}
