import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SignJWT } from 'jose';
import { connect } from '../src/db/connect.js';
import { startEmbeddedPostgres } from '../src/db/embedded.js';
import { migrate } from '../src/db/migrate.js';
import { fillDatabase, ownerOf, standardSize } from './data.js';
import { type Load, measure, median, type Round } from './measure.js';
import { type OperationName, operations, tokenSecret } from './operations.js';
import { canPin, type Server, startServer } from './servers.js';

// npm run bench [-- --rounds 7 --seconds 4 --connections 16]
const option = (name: string, fallback: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const rounds = option('rounds', 7);
const seconds = option('seconds', 4);
const connections = option('connections', 16);
const viewers = 200;

// Load and database share the core that the servers leave free; children inherit it.
if (canPin) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);

const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir });
const servers: Server[] = [];
try {
  await fill(postgres.url);
  const contenders = {
    floor: await startServer('./floor.ts', { env: { DATABASE_URL: postgres.url } }),
    gateway: await startServer('./gateway.ts', { env: { DATABASE_URL: postgres.url } }),
  };
  servers.push(...Object.values(contenders));
  const tokens = await Promise.all(Array.from({ length: viewers }, (_, i) => tokenOf(ownerOf(1 + i * 97))));
  await checkAnswers(contenders, tokens);

  const results = new Map<string, Round[]>();
  const names = Object.keys(operations) as OperationName[];
  // The first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const operation of names) {
      for (const [name, { url, pid }] of Object.entries(contenders)) {
        const result = await measure({ url, pid, requests: requestsOf(operation, tokens), connections, seconds });
        if (round > 0) results.set(`${operation} ${name}`, [...(results.get(`${operation} ${name}`) ?? []), result]);
      }
    }
    process.stderr.write(round === 0 ? 'warm' : ` ${round}`);
  }
  process.stderr.write('\n');
  report(results, names);
} finally {
  for (const server of servers) await server.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true });
}

async function fill(url: string): Promise<void> {
  const db = connect(url, { pool: 2 });
  await migrate(db);
  await fillDatabase(db, standardSize);
  await db.close();
}

function tokenOf(userId: string): Promise<string> {
  const token = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(userId).setExpirationTime('6h');
  return token.sign(new TextEncoder().encode(tokenSecret));
}

function requestsOf(operation: OperationName, tokens: readonly string[]): Load['requests'] {
  const body = bodyOf(operation);
  return tokens.map((token) => ({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  }));
}

function bodyOf(operation: OperationName): string {
  const operationName = operation.charAt(0).toUpperCase() + operation.slice(1);
  return JSON.stringify({ query: operations[operation], operationName });
}

/** Nothing is measured that does not give the same answer everywhere. */
async function checkAnswers(contenders: Record<string, Server>, tokens: readonly string[]): Promise<void> {
  for (const operation of Object.keys(operations) as OperationName[]) {
    for (const token of tokens.slice(0, 20)) {
      const answers = await Promise.all(
        Object.values(contenders).map(async ({ url }) => {
          const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
          const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: bodyOf(operation) });
          return answer.json() as Promise<{ data?: unknown; errors?: unknown }>;
        }),
      );
      const [first, ...others] = answers;
      if (!first?.data || first.errors || !others.every((other) => isDeepStrictEqual(other, first))) {
        throw new Error(`The answers to ${operation} differ:\n${answers.map((it) => JSON.stringify(it)).join('\n')}`);
      }
    }
  }
}

function report(results: ReadonlyMap<string, readonly Round[]>, names: readonly OperationName[]): void {
  const { customers, invoicesEach } = standardSize;
  console.log(
    `${customers} customers, ${customers * invoicesEach} invoices; ${rounds} interleaved rounds of ${seconds} s, ${connections} connections, ${viewers} viewers`,
  );
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; ${canPin ? 'server on core 0, load and database on core 1' : 'not pinned: taskset is missing or there is one core'}`,
  );
  console.log('| query | who | answers/s (median, min to max) | of the floor | p50 ms | p99 ms | server CPU µs |');
  console.log('|---|---|---|---|---|---|---|');
  for (const operation of names) {
    const floor = results.get(`${operation} floor`) ?? [];
    for (const name of ['floor', 'gateway']) {
      const of = results.get(`${operation} ${name}`) ?? [];
      const rates = of.map(({ rate }) => rate);
      const share = median(of.map(({ rate }, i) => rate / (floor[i]?.rate ?? Number.NaN)));
      const columns = [
        operation,
        name,
        `${median(rates).toFixed(0)} (${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)})`,
        `${(share * 100).toFixed(0)} %`,
        median(of.map(({ p50 }) => p50)).toFixed(1),
        median(of.map(({ p99 }) => p99)).toFixed(1),
        median(of.map(({ cpu }) => cpu)).toFixed(0),
      ];
      console.log(`| ${columns.join(' | ')} |`);
    }
  }
}
