#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from './sandbox.js';

const HELP = `Usage: tollgate-sandbox [options]

A stateful Stripe Billing server for development and tests. Point a Stripe SDK at it with any key sk_test_….

Options:
  --port <number>      port to listen on (default 4010; 0 takes a free one)
  --host <address>     address to listen on (default 127.0.0.1)
  --data-dir <path>    keep the state in this directory (default: in memory only)
  --seed               put the default catalogue in place: three plans with prices, features and a meter
  --json               print the ready line as JSON
  --exit-with-stdin    stop when standard input closes, so that it never outlives its parent
  --help               show this text
`;

interface Arguments {
  port: number;
  host: string;
  dataDir: string | undefined;
  seed: boolean;
  json: boolean;
  exitWithStdin: boolean;
}

function read(args: string[]): Arguments | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4010' },
      host: { type: 'string', default: '127.0.0.1' },
      'data-dir': { type: 'string' },
      seed: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      'exit-with-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  }
  return {
    port: Number(values.port),
    host: values.host,
    dataDir: values['data-dir'],
    seed: values.seed,
    json: values.json,
    exitWithStdin: values['exit-with-stdin'],
  };
}

function explained(error: unknown, given: Arguments | undefined): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `port ${given?.port} of ${given?.host} is in use; stop what uses it or give another --port`;
  if (code === 'EACCES') return `not allowed: ${message}`;
  return message;
}

async function main(): Promise<void> {
  let given: Arguments | undefined;
  let sandbox: Sandbox;
  try {
    const args = read(process.argv.slice(2));
    if (args === 'help') {
      process.stdout.write(HELP);
      return;
    }
    given = args;
    const { port, host, dataDir, seed } = args;
    sandbox = await startSandbox({ port, host, seed, freeze: false, ...(dataDir === undefined ? {} : { dataDir }) });
  } catch (error) {
    process.stderr.write(`tollgate-sandbox: ${explained(error, given)}\n`);
    process.exitCode = 1;
    return;
  }
  const ready = { url: sandbox.url, port: sandbox.port, pid: process.pid };
  process.stdout.write(
    given.json ? `${JSON.stringify(ready)}\n` : `Stripe sandbox ready on ${sandbox.url}\nDashboard: ${sandbox.url}/\n`,
  );
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (given.exitWithStdin) {
    process.stdin.on('end', stop);
    process.stdin.on('close', stop);
    process.stdin.resume();
  }
}

await main();
