import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { StartError } from '../errors.js';

export interface SandboxProcess {
  url: string;
  port: number;
  /** Settles when it has ended, asked for or not. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

/** How to run the sandbox's own command line: from source beside our source, built beside what is built. */
export function sandboxCommand(): string[] {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = (path: string) => fileURLToPath(new URL(`../../packages/sandbox/${path}`, import.meta.url));
  if (fromSource) return ['--import', 'tsx', file('src/cli.ts')];
  if (existsSync(file('dist/cli.js'))) return [file('dist/cli.js')];
  throw new StartError('SANDBOX_MISSING', 'The Stripe sandbox is not built.', {
    hint: 'Run `npm run build -w packages/sandbox`, or set STRIPE_SECRET_KEY.',
  });
}

/**
 * The Stripe sandbox as a process of its own, its state in `sandbox` below the data directory. It ends with us,
 * however we end.
 * @throws StartError when the port is taken or it does not start
 */
export async function startSandboxProcess(options: { dataDir: string; port: number }): Promise<SandboxProcess> {
  const folder = join(options.dataDir, 'sandbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logFile = join(options.dataDir, 'sandbox.log');
  const log = openSync(logFile, 'w', 0o600);
  const args = [...sandboxCommand(), '--port', String(options.port), '--data-dir', folder, '--seed', '--json'];
  // Detached from our terminal: a Ctrl-C there is for us, and we stop it after what still needs it.
  const child = spawn(process.execPath, [...args, '--exit-with-stdin'], {
    detached: true,
    stdio: ['pipe', 'pipe', log],
  });
  closeSync(log);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('A child with pipes has none.');
  const exited = once(child, 'exit').then(() => {});
  const firstLine = new Promise<string | null>((resolve) => {
    createInterface({ input: stdout })
      .once('line', resolve)
      .once('close', () => resolve(null));
  });
  const ready = await firstLine;
  if (ready === null) {
    await exited;
    const complaint = readFileSync(logFile, 'utf8')
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^tollgate-sandbox: /, '');
    throw new StartError('SANDBOX_START', `The Stripe sandbox does not start: ${complaint || 'it said nothing'}.`, {
      hint: complaint?.includes('in use') ? 'Or set SANDBOX_PORT.' : `Its log is ${logFile}.`,
    });
  }
  const { url, port } = JSON.parse(ready) as { url: string; port: number };
  return {
    url,
    port,
    exited,
    async stop() {
      stdin.destroy();
      await exited;
    },
  };
}
