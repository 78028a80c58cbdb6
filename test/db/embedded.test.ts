import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded.js';
import { eventually, isRunning, startProcess } from '../support/processes.js';

const host = 'test/support/embedded-host.fixture.ts';
let dataDir = '';
const started: EmbeddedPostgres[] = [];

async function start(port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, port });
  started.push(server);
  return server;
}
async function query(url: string, text: string): Promise<unknown[]> {
  const db = connect(url, { pool: 1 });
  try {
    return await db.sql.unsafe(text);
  } finally {
    await db.close();
  }
}
const postmaster = () => Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tollgate-embedded-'));
});
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('a restart keeps the data, the port and the password', async () => {
  const first = await start();
  await query(first.url, 'create table kept (n int); insert into kept values (1)');
  const pid = postmaster();
  await first.stop();
  expect(isRunning(pid)).toBe(false);
  expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');

  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('text is UTF-8 and time is UTC', async () => {
  const { url } = await start();
  expect(
    await query(
      url,
      `select current_setting('server_encoding') as encoding, current_setting('timezone') as zone,
      upper('ä') as upper, current_setting('server_version_num')::int / 10000 as version`,
    ),
  ).toEqual([{ encoding: 'UTF8', zone: 'UTC', upper: 'Ä', version: 18 }]);
});

test('a password is needed, on loopback too', async () => {
  const { url } = await start();
  await expect(query(url.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password authentication failed');
});

test('kill -9 of the parent leaves no process, and the next start works', async () => {
  const parent = startProcess(host, [dataDir]);
  const { url } = JSON.parse(await parent.line(/^{/));
  await query(url, 'create table kept (n int); insert into kept values (1)');
  const pid = postmaster();
  parent.child.kill('SIGKILL');
  await parent.ended;
  await eventually(() => !isRunning(pid));
  expect(await query((await start()).url, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('SIGTERM of the parent is a clean shutdown', async () => {
  const parent = startProcess(host, [dataDir]);
  await parent.line(/^{/);
  const pid = postmaster();
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toBe(0);
  expect(isRunning(pid)).toBe(false);
  expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).toContain('database system is shut down');
});

test('a directory in use is one clear error, from this process and from another', async () => {
  await start();
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'DATA_DIR_IN_USE',
    message: `${dataDir} is in use by a running gateway (process ${process.pid}).`,
  });
  const other = startProcess(host, [dataDir]);
  expect(await other.line(/^{/)).toContain(`in use by a running gateway (process ${process.pid})`);
});

test('a remembered port that is taken is replaced by a free one, a wanted one is an error', async () => {
  const first = await start();
  await first.stop();
  const squatter = createServer().listen(first.port, '127.0.0.1');
  await new Promise((listening) => squatter.once('listening', listening));
  try {
    await expect(start(first.port)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  } finally {
    await new Promise((closed) => squatter.close(closed));
  }
});

test('a server left behind by a run that died with its guard is ended, its data kept', async () => {
  const parent = startProcess(host, [dataDir]);
  const { url } = JSON.parse(await parent.line(/^{/));
  await query(url, 'create table kept (n int); insert into kept values (1)');
  const orphan = postmaster();
  const guard = Number(/PPid:\s+(\d+)/.exec(await readFile(`/proc/${orphan}/status`, 'utf8'))?.[1]);
  process.kill(guard, 'SIGKILL');
  parent.child.kill('SIGKILL');
  await parent.ended;
  expect(isRunning(orphan)).toBe(true);

  expect(await query((await start()).url, 'select n from kept')).toEqual([{ n: 1 }]);
  expect(isRunning(orphan)).toBe(false);
});

test('a server that crashed has its committed data after recovery', async () => {
  const first = await start();
  await query(first.url, 'create table kept (n int); insert into kept values (1)');
  process.kill(postmaster(), 'SIGKILL');
  await first.exited;
  expect(await query((await start()).url, 'select n from kept')).toEqual([{ n: 1 }]);
});

test('a stale postmaster.pid with the number of an unrelated process does not hinder', async () => {
  await (await start()).stop();
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  await writeFile(pidFile, `${process.pid}\n${join(dataDir, 'postgres')}\n0\n5432\n\n127.0.0.1\n0 0\nready   \n`);
  expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a cluster of another PostgreSQL is refused and left alone', async () => {
  await (await start()).stop();
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start()).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES_VERSION' });
});

test('a server that cannot start says why', async () => {
  await (await start()).stop();
  await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
  await expect(start()).rejects.toThrow(/does not start: .*no_such_setting/);
});
