import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import { afterEach } from 'vitest';
import { BillingHistory, type HistoryEvent } from '../conformance/billing-history.js';
import { ConformingTraffic } from './conforming-traffic.js';

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
  /** The official SDK, its requests and answers checked after the test. */
  stripe: Stripe;
  /** Ends it and, unless it is killed, checks all of its events first. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

const traffic = new ConformingTraffic();
afterEach(() => traffic.verify());

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
  const stripe = childSdk(port);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (signal !== 'SIGKILL') await checkEvents(stripe);
    child.kill(signal);
    return finished;
  };
  return { url, port, child, finished, stripe, stop };
}

/** Retries are off, as in the tests of this process. */
export function childSdk(port: number): Stripe {
  return new Stripe('sk_test_sandbox', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(traffic.fetch),
  });
}

/** All that the sandbox of another process remembers: each event as Stripe types it, and a history that can be. */
export async function checkEvents(stripe: Stripe): Promise<void> {
  const events: Stripe.Event[] = [];
  for await (const event of stripe.events.list({ limit: 100 })) events.push(event);
  const history = new BillingHistory();
  const impossible = events.reverse().flatMap((event) => history.next(event as unknown as HistoryEvent));
  if (impossible.length > 0) throw new Error(`A history that cannot be:\n  ${impossible.join('\n  ')}`);
}
