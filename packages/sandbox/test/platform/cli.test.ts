import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArguments } from '../../src/command-line/arguments.js';
import { runRemote } from '../../src/command-line/remote.js';
import { runCli, startChildSandbox } from '../support/child.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

test('--help explains every option and exits 0', async () => {
  const { code, stdout, stderr } = await runCli('--help').finished;
  expect([code, stderr]).toEqual([0, '']);
  const known = [
    'port',
    'host',
    'data-dir',
    'snapshot',
    'seed',
    'seed-file',
    'json',
    'exit-with-stdin',
    'url',
    'version',
  ];
  for (const option of known) expect(stdout).toMatch(new RegExp(`^  --${option} `, 'm'));
  for (const command of ['seed', 'snapshot', 'restore']) expect(stdout).toContain(`tollgate-sandbox ${command} `);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(readArguments(['restore', '--help'])).toEqual({ name: 'help' });
});

test('--version names the program and the API', async () => {
  const { code, stdout } = await runCli('--version').finished;
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^tollgate-sandbox \d+\.\d+\.\d+, Stripe API 2026-10-28\.endive\n$/),
  ]);
});

describe('commands to a running sandbox', () => {
  let box: TestSandbox;
  let dir: string;
  beforeAll(async () => {
    box = await startTestSandbox();
    dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  });
  afterAll(async () => {
    await box.close();
    rmSync(dir, { recursive: true });
  });
  const run = (...args: string[]) => {
    const command = readArguments([...args, '--url', `${box.url}/`]);
    return 'url' in command ? runRemote(command.name, command.file, command.url) : Promise.reject(command);
  };
  const products = async () => (await box.stripe.products.list()).data.map(({ id }) => id);

  test('seed it, keep its state in a file and bring that back', async () => {
    const [seedFile, state] = [join(dir, 'seed.yaml'), join(dir, 'state.ndjson')];
    writeFileSync(seedFile, 'products:\n  - { id: prod_basic, name: Basic }\n');
    expect(await run('seed', seedFile)).toBe(`Seeded from ${seedFile}\n`);
    expect(await run('snapshot', state)).toBe(`Snapshot written to ${state}\n`);
    expect(await run('seed')).toBe('Seeded from the default catalogue\n');
    expect(await products()).toHaveLength(4);
    expect(await run('restore', state)).toBe(`Restored from ${state}\n`);
    expect(await products()).toEqual(['prod_basic']);
    expect(await run('snapshot')).toContain('"prod_basic"');
  });

  test('a seed that is wrong is told with file and line', async () => {
    const seedFile = join(dir, 'wrong.yaml');
    writeFileSync(seedFile, 'products:\n  - { id: prod_x, nmae: X }\n');
    await expect(run('seed', seedFile)).rejects.toThrow(`${seedFile}:2: products[0]: Received unknown parameter: nmae`);
    await expect(run('restore', seedFile)).rejects.toThrow('line 1: not a snapshot');
  });

  test('where none runs, they say so on one line', async () => {
    const { code, stderr } = await runCli('snapshot', '--url', 'http://127.0.0.1:1').finished;
    expect([code, stderr]).toEqual([
      1,
      'tollgate-sandbox: no sandbox answers on http://127.0.0.1:1; start one, or say where it is with --url\n',
    ]);
  });

  test('--snapshot starts from one, --seed-file adds to it', async () => {
    const [seedFile, state] = [join(dir, 'more.yaml'), join(dir, 'start.ndjson')];
    await run('seed');
    await run('snapshot', state);
    writeFileSync(seedFile, 'products:\n  - { id: prod_more, name: More }\n');
    const { url, stop } = await startChildSandbox('--snapshot', state, '--seed-file', seedFile);
    const { counts } = (await controlOf(url).get('state')).body as { counts: Record<string, number> };
    expect(counts.product).toBe((await products()).length + 1);
    await stop();
  });
});

test('prints one line when it is ready, serves the seed, and stops cleanly on SIGINT and SIGTERM', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { url, stop } = await startChildSandbox('--seed');
    const { counts } = (await controlOf(url).get('state')).body as { counts: Record<string, number> };
    expect(counts.product).toBe(3);
    const { code, stdout, stderr } = await stop(signal);
    expect([code, stderr, stdout.trim().split('\n').length]).toEqual([0, '', 1]);
  }
});

test('a taken port is one clear line and exit 1', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as AddressInfo;
  const { code, stdout, stderr } = await runCli('--port', String(port)).finished;
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `tollgate-sandbox: port ${port} of 127.0.0.1 is in use; stop what uses it or give another --port\n`,
  );
  await new Promise((done) => taken.close(done));
});

test.each([
  [['--port', 'many']],
  [['--prot', '1']],
  [['extra']],
  [['restore']],
  [['seed', 'a', 'b']],
  [['--seed-file', 'nowhere.yaml']],
  [['--snapshot', 'nowhere.ndjson']],
])('%j is refused with one line', async (args) => {
  const { code, stderr } = await runCli(...args).finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^tollgate-sandbox: .+\n$/);
});

test('with --exit-with-stdin it does not outlive its parent', async () => {
  const { child, finished } = await startChildSandbox('--exit-with-stdin');
  child.stdin?.end();
  expect((await finished).code).toBe(0);
});
