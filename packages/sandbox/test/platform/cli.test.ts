import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { runCli, startChildSandbox } from '../support/child.js';
import { controlOf } from '../support/control.js';

test('--help explains every option and exits 0', async () => {
  const { code, stdout, stderr } = await runCli('--help').finished;
  expect([code, stderr]).toEqual([0, '']);
  for (const option of ['--port', '--host', '--data-dir', '--seed', '--json', '--exit-with-stdin']) {
    expect(stdout).toContain(option);
  }
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

test.each([[['--port', 'many']], [['--prot', '1']], [['extra']]])('%j is refused with one line', async (args) => {
  const { code, stderr } = await runCli(...args).finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^tollgate-sandbox: .+\n$/);
});

test('with --exit-with-stdin it does not outlive its parent', async () => {
  const { child, finished } = await startChildSandbox('--exit-with-stdin');
  child.stdin?.end();
  expect((await finished).code).toBe(0);
});
