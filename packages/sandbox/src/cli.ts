#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { type Command, readArguments, type StartArguments } from './command-line/arguments.js';
import { HELP } from './command-line/help.js';
import { runRemote } from './command-line/remote.js';
import type { Sandbox } from './sandbox.js';
import { API_VERSION } from './versions/api-versions.js';

function explained(error: unknown, command: Command | undefined): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE' && command?.name === 'start') {
    const { host, port } = command.given;
    return `port ${port} of ${host} is in use; stop what uses it or give another --port`;
  }
  if (code === 'EACCES') return `not allowed: ${message}`;
  if (code === 'ENOENT') return `there is no file ${(error as NodeJS.ErrnoException).path}`;
  return message;
}

async function start({ dataDir, seedFile, snapshot, port, host, seed }: StartArguments): Promise<Sandbox> {
  // Loaded when it is needed: a command to a running sandbox is quick.
  const { startSandbox } = await import('./sandbox.js');
  return startSandbox({
    port,
    host,
    seed,
    freeze: false,
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(seedFile === undefined ? {} : { seedFile }),
    ...(snapshot === undefined ? {} : { snapshot: readFileSync(snapshot, 'utf8') }),
  });
}

function serve(sandbox: Sandbox, { json, exitWithStdin }: StartArguments): void {
  const ready = { url: sandbox.url, port: sandbox.port, pid: process.pid };
  process.stdout.write(
    json ? `${JSON.stringify(ready)}\n` : `Stripe sandbox ready on ${sandbox.url}\nDashboard: ${sandbox.url}/\n`,
  );
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (exitWithStdin) {
    process.stdin.on('end', stop);
    process.stdin.on('close', stop);
    process.stdin.resume();
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return `tollgate-sandbox ${manifest.version}, Stripe API ${API_VERSION}\n`;
}

async function main(): Promise<void> {
  let command: Command | undefined;
  try {
    command = readArguments(process.argv.slice(2));
    if (command.name === 'start') serve(await start(command.given), command.given);
    else if (command.name === 'help') process.stdout.write(HELP);
    else if (command.name === 'version') process.stdout.write(version());
    else process.stdout.write(await runRemote(command.name, command.file, command.url));
  } catch (error) {
    process.stderr.write(`tollgate-sandbox: ${explained(error, command)}\n`);
    process.exitCode = 1;
  }
}

await main();
