import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, startChildSandbox } from '../support/child.js';
import { controlOf } from '../support/control.js';

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
  expect((await runCli('restore', '--help').finished).stdout).toBe(stdout);
});

test('--version names the program and the API', async () => {
  const { code, stdout } = await runCli('--version').finished;
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^tollgate-sandbox \d+\.\d+\.\d+, Stripe API 2026-10-28\.endive\n$/),
  ]);
});

test('a seed file, a snapshot of it, and a sandbox that starts from or goes back to that', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const [seedFile, state] = [join(dir, 'seed.yaml'), join(dir, 'state.ndjson')];
  writeFileSync(seedFile, 'products:\n  - { id: prod_basic, name: Basic }\n');
  const counted = async (url: string) =>
    ((await controlOf(url).get('state')).body as { counts: Record<string, number> }).counts.product;
  const first = await startChildSandbox('--seed-file', seedFile);
  expect(await counted(first.url)).toBe(1);
  const at = ['--url', first.url];
  expect((await runCli('snapshot', state, ...at).finished).stdout).toBe(`Snapshot written to ${state}\n`);
  expect((await runCli('seed', ...at).finished).stdout).toBe('Seeded from the default catalogue\n');
  expect(await counted(first.url)).toBe(4);
  expect((await runCli('restore', state, ...at).finished).stdout).toBe(`Restored from ${state}\n`);
  expect(await counted(first.url)).toBe(1);
  expect((await runCli('snapshot', ...at).finished).stdout).toContain('"prod_basic"');
  first.child.kill('SIGTERM');
  await first.finished;

  const second = await startChildSandbox('--snapshot', state);
  expect(await counted(second.url)).toBe(1);
  writeFileSync(seedFile, 'products:\n  - { id: prod_x, nmae: X }\n');
  const refused = await runCli('seed', seedFile, '--url', second.url).finished;
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining(`tollgate-sandbox: ${seedFile}:2: products[0]: Received unknown parameter: nmae`),
  ]);
  second.child.kill('SIGTERM');
  await second.finished;
  const gone = await runCli('snapshot', '--url', second.url).finished;
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining(`no sandbox answers on ${second.url}`)]);
  rmSync(dir, { recursive: true });
});

test('prints one line when it is ready, serves the seed, and stops cleanly on SIGINT and SIGTERM', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { url, child, finished } = await startChildSandbox('--seed');
    const { counts } = (await controlOf(url).get('state')).body as { counts: Record<string, number> };
    expect(counts.product).toBe(3);
    child.kill(signal);
    const { code, stdout, stderr } = await finished;
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
