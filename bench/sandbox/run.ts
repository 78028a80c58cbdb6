import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { type Load, measure, median, type Round } from '../measure.js';
import { canPin, type Server, startServer } from '../servers.js';

// npm run bench:sandbox [-- --rounds 7 --seconds 3 --connections 16 --customers 1000]
const option = (name: string, fallback: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const rounds = option('rounds', 7);
const seconds = option('seconds', 3);
const connections = option('connections', 16);
const customerCount = option('customers', 1000);

if (canPin) spawnSync('taskset', ['-a', '-p', '-c', '1', String(process.pid)]);

const headers = { authorization: 'Bearer sk_test_bench', 'content-type': 'application/x-www-form-urlencoded' };
const sandbox = await startServer('./sandbox/server.ts', { node: ['--expose-gc'] });
let floor: Server | undefined;
try {
  const customers = await fill(sandbox.url);
  const price = await create(sandbox.url, 'prices', {
    currency: 'usd',
    unit_amount: '2900',
    'recurring[interval]': 'month',
    'product_data[name]': 'Team',
  });
  const subscription = (await create(sandbox.url, 'subscriptions', subscribing(customers[0] as string, price.id))).id;
  floor = await startServer('./sandbox/floor.ts', { env: { ANSWER: await read(sandbox.url, subscription) } });
  const before = await sandbox.ask<Memory>();

  let next = 0;
  const creation = {
    method: 'POST' as const,
    path: '/v1/subscriptions',
    // Each names its customer and a key of its own, as the official SDK does.
    setupRequest: (request: object) => {
      next += 1;
      const body = new URLSearchParams(subscribing(customers[next % customers.length] as string, price.id)).toString();
      return { ...request, headers: { ...headers, 'idempotency-key': `bench-${next}` }, body };
    },
  };
  const retrieval = { method: 'GET' as const, path: `/v1/subscriptions/${subscription}`, headers };
  const loads: Record<string, Load> = {
    'create, floor': loadOf(floor, creation),
    create: loadOf(sandbox, creation),
    'retrieve, floor': loadOf(floor, retrieval),
    retrieve: loadOf(sandbox, retrieval),
  };
  const results = new Map<string, Round[]>();
  for (let round = 0; round <= rounds; round++) {
    for (const [name, load] of Object.entries(loads)) {
      const result = await measure(load);
      if (round > 0) results.set(name, [...(results.get(name) ?? []), result]);
    }
    process.stderr.write(round === 0 ? 'warm' : ` ${round}`);
  }
  process.stderr.write('\n');
  report(results, before, await sandbox.ask<Memory>());
} finally {
  await floor?.stop();
  await sandbox.stop();
}

interface Memory {
  /** Bytes of heap in use after a collection. */
  heap: number;
  objects: number;
}

function loadOf({ url, pid }: Server, request: Load['requests'][number]): Load {
  return { url, pid, requests: [request], connections, seconds };
}

function subscribing(customer: string, price: string): Record<string, string> {
  return { customer, 'items[0][price]': price };
}

async function fill(url: string): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < customerCount) {
    const card = { payment_method: 'pm_card_visa', 'invoice_settings[default_payment_method]': 'pm_card_visa' };
    ids.push((await create(url, 'customers', { email: `user_${ids.length}@example.com`, ...card })).id);
  }
  return ids;
}

async function create(url: string, resource: string, params: Record<string, string>): Promise<{ id: string }> {
  const answer = await fetch(`${url}/v1/${resource}`, { method: 'POST', headers, body: new URLSearchParams(params) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as { id: string };
}

async function read(url: string, id: string): Promise<string> {
  return (await fetch(`${url}/v1/subscriptions/${id}`, { headers })).text();
}

function report(results: ReadonlyMap<string, readonly Round[]>, before: Memory, after: Memory): void {
  console.log(`${rounds} interleaved rounds of ${seconds} s, ${connections} connections, ${customerCount} customers`);
  console.log(
    `Node ${process.version}, ${cpus()[0]?.model}; ${canPin ? 'server on core 0, load on core 1' : 'not pinned: taskset is missing or there is one core'}`,
  );
  console.log('| what | answers/s (median, min to max) | p50 ms | p99 ms | server CPU µs |');
  console.log('|---|---|---|---|---|');
  for (const [name, of] of results) {
    const rates = of.map(({ rate }) => rate);
    const columns = [
      name,
      `${median(rates).toFixed(0)} (${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)})`,
      median(of.map(({ p50 }) => p50)).toFixed(1),
      median(of.map(({ p99 }) => p99)).toFixed(1),
      median(of.map(({ cpu }) => cpu)).toFixed(0),
    ];
    console.log(`| ${columns.join(' | ')} |`);
  }
  const objects = after.objects - before.objects;
  console.log(
    `Memory: ${((after.heap - before.heap) / objects / 1024).toFixed(2)} KB of heap for each of ${objects} objects more (events counted as objects)`,
  );
}
