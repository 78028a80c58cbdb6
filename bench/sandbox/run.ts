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
  const customers = await fill(sandbox.url, customerCount);
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
  await reportMonths();
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

async function fill(url: string, count: number, more: Record<string, string> = {}): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const card = { payment_method: 'pm_card_visa', 'invoice_settings[default_payment_method]': 'pm_card_visa' };
    ids.push((await create(url, 'customers', { email: `user_${ids.length}@example.com`, ...card, ...more })).id);
  }
  return ids;
}

/** How long a month of a hundred subscriptions takes: on a test clock until it is ready, and on the sandbox's own. */
async function reportMonths(): Promise<void> {
  const months: { clock: number; own: number }[] = [];
  while (months.length < rounds) {
    const server = await startServer('./sandbox/server.ts');
    try {
      const recurring = { currency: 'usd', unit_amount: '2900', 'recurring[interval]': 'month' };
      const price = (await create(server.url, 'prices', { ...recurring, 'product_data[name]': 'Team' })).id;
      const start = Math.floor(Date.now() / 1000);
      const { id: clock } = await create(server.url, 'test_helpers/test_clocks', { frozen_time: String(start) });
      const onClock = await fill(server.url, 100, { test_clock: clock });
      for (const customer of onClock) await create(server.url, 'subscriptions', subscribing(customer, price));
      const onOwn = await fill(server.url, 100);
      for (const customer of onOwn) await create(server.url, 'subscriptions', subscribing(customer, price));
      months.push({
        clock: await timed(async () => {
          const path = `test_helpers/test_clocks/${clock}`;
          await create(server.url, `${path}/advance`, { frozen_time: String(start + 32 * 86_400) });
          while (!(await (await fetch(`${server.url}/v1/${path}`, { headers })).text()).includes('"ready"'));
        }),
        own: await timed(async () => {
          await fetch(`${server.url}/_sandbox/clock`, { method: 'POST', body: '{"advance":2764800}' });
        }),
      });
      const paid = await fetch(`${server.url}/v1/invoices?status=paid&limit=100&created[gt]=${start + 86_400}`, {
        headers,
      });
      const { data, has_more } = (await paid.json()) as { data: unknown[]; has_more: boolean };
      if (data.length !== 100 || !has_more) throw new Error('The renewals of the month are not there.');
    } finally {
      await server.stop();
    }
  }
  const of = (way: 'clock' | 'own') => median(months.map((month) => month[way])).toFixed(0);
  console.log(
    `A month of 100 subscriptions: ${of('clock')} ms on a test clock, ${of('own')} ms on the sandbox's clock`,
  );
}

async function timed(run: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
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
