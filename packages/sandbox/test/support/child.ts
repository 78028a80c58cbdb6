import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** The command line as a process of its own. */
export function runCli(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const finished = once(child, 'close').then(
    ([code, signal]): Finished => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, ...output }),
  );
  return { child, output, finished };
}

export interface ChildSandbox {
  url: string;
  port: number;
  child: ChildProcess;
  finished: Promise<Finished>;
}

/** Resolves when the process says that it is ready; rejects with what it printed if it ends before. */
export async function startChildSandbox(...args: string[]): Promise<ChildSandbox> {
  const { child, output, finished } = runCli('--port', '0', '--json', ...args);
  const ready = new Promise<{ url: string; port: number }>((resolve) => {
    child.stdout.on('data', () => {
      if (output.stdout.includes('\n')) resolve(JSON.parse(output.stdout));
    });
  });
  const ended = finished.then((result) => Promise.reject(new Error(`ended: ${result.stdout}${result.stderr}`)));
  const { url, port } = await Promise.race([ready, ended]);
  ended.catch(() => {});
  return { url, port, child, finished };
}
