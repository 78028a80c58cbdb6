import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Server {
  url: string;
  pid: number;
  /** Sends the server a message and waits for its answer; only servers that answer. */
  ask<T>(): Promise<T>;
  stop(): Promise<void>;
}

/** Whether processes can be kept on a core of their own here. */
export const canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0;

/** A server of this folder, on core 0; `env` is what it is told, `node` are options of Node's. */
export async function startServer(
  file: string,
  { env = {}, node: nodeOptions = [] }: { env?: Record<string, string>; node?: string[] } = {},
): Promise<Server> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const node = [process.execPath, ...nodeOptions, '--import', 'tsx', path];
  const [command = '', ...args] = canPin ? ['taskset', '-c', '0', ...node] : node;
  const child = spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const port = await portOf(child, file);
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async ask<T>() {
      const answered = once(child, 'message');
      child.send('');
      return (await answered)[0] as T;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function portOf(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code}.`)));
  });
}
