import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../config.js';
import { sandboxCommand } from './sandbox-process.js';

export interface SandboxOptions {
  port?: string;
  host: string;
  dataDir?: string;
  snapshot?: string;
  seed: boolean;
  seedFile?: string;
  json?: boolean;
}

/** The Stripe sandbox alone, in the foreground. */
export async function sandbox(options: SandboxOptions): Promise<void> {
  const settings = readSettings(process.env);
  const folder = options.dataDir ?? join(settings.dataDir, 'sandbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const args = ['--port', options.port ?? String(settings.sandboxPort), '--host', options.host, '--data-dir', folder];
  if (options.snapshot) args.push('--snapshot', options.snapshot);
  if (options.seed) args.push('--seed');
  if (options.seedFile) args.push('--seed-file', options.seedFile);
  if (options.json) args.push('--json');
  const child = spawn(process.execPath, [...sandboxCommand(), ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  // A Ctrl-C reaches both of us; a signal sent to us alone is passed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}
