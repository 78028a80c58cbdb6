import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Stripe } from 'stripe';
import { expect, test } from 'vitest';
import { run, temporaryFolder, tollgate } from '../support/cli.js';
import { postJson, send } from '../support/http.js';
import { eventually, isRunning, type RunningProcess } from '../support/processes.js';

const dataDir = temporaryFolder();
const env = { DATA_DIR: dataDir, PORT: '0', SANDBOX_PORT: '0' };
interface Ready {
  url: string;
  port: number;
  sandbox: string;
  readyInMs: number;
}

async function started(more: NodeJS.ProcessEnv = {}): Promise<RunningProcess & { ready: Ready; children: number[] }> {
  const running = tollgate(['start', '--json'], { ...env, ...more });
  const ready = JSON.parse(await running.line(/"ready":true/)) as Ready;
  return { ...running, ready, children: childrenOf(running.pid) };
}

/** The guard, PostgreSQL and the sandbox. */
function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...childrenOf(child)]);
}
const noneRuns = (pids: number[]) => () => pids.every((pid) => !isRunning(pid));

async function tokenFor(user: string): Promise<string> {
  return (await run(['token', '--user', user], env)).lines[0] ?? '';
}
async function accountId(url: string, token: string): Promise<string> {
  const answer = await postJson(
    `${url}/graphql`,
    { query: '{ billingAccount { id } }' },
    { authorization: `Bearer ${token}` },
  );
  return answer.json.data.billingAccount.id;
}
const readyz = async (url: string) => (await send(`${url}/readyz`)).json;

test('starts everything, keeps everything over a restart, and ends without a trace', async () => {
  const token = await tokenFor('user_alice');
  const first = await started();
  const before = { account: await accountId(first.ready.url, token), ready: await readyz(first.ready.url) };
  expect(before.ready).toMatchObject({ status: 'ready', webhookSecrets: [expect.any(String)] });
  const plans = await postJson(`${first.ready.url}/graphql`, { query: '{ plans { key } }' });
  expect(plans.json.data.plans).toHaveLength(3);
  const stripe = stripeAt(first.ready.sandbox);
  const customer = await stripe.customers.create({ email: 'alice@example.com' });
  expect(first.children.length).toBeGreaterThanOrEqual(3);

  // As a Ctrl-C under npm arrives: twice.
  first.child.kill('SIGINT');
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(noneRuns(first.children)()).toBe(true);

  // The port is another one, so the sandbox's endpoint is replaced: still one, and its secret is ours.
  const second = await started();
  expect(await accountId(second.ready.url, token)).toBe(before.account);
  expect((await stripeAt(second.ready.sandbox).customers.retrieve(customer.id)).id).toBe(customer.id);
  expect((await stripeAt(second.ready.sandbox).webhookEndpoints.list()).data).toHaveLength(1);
  expect(second.ready.readyInMs).toBeLessThan(15_000);
  const product = await stripeAt(second.ready.sandbox).products.create({
    name: 'Extra',
    metadata: { plan_key: 'extra' },
    default_price_data: { currency: 'usd', unit_amount: 500, recurring: { interval: 'month' } },
  });
  await eventually(async () => {
    const { json } = await postJson(`${second.ready.url}/graphql`, { query: '{ plan(key: "extra") { id } }' });
    return json.data.plan?.id === product.id;
  });
  second.child.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(noneRuns(second.children)()).toBe(true);

  // With the same port the endpoint and its secret are those of the last start.
  const third = await started({ PORT: String(second.ready.port) });
  const fingerprints = (await readyz(third.ready.url)).webhookSecrets;
  third.child.kill('SIGKILL');
  await third.ended;
  await eventually(noneRuns(third.children));

  const fourth = await started({ PORT: String(second.ready.port) });
  expect((await readyz(fourth.ready.url)).webhookSecrets).toEqual(fingerprints);
  expect(await accountId(fourth.ready.url, token)).toBe(before.account);
  fourth.child.kill('SIGTERM');
  expect(await fourth.ended).toBe(0);
}, 120_000);

test('the sandbox alone starts with the seed file and the snapshot that it is given', async () => {
  const seedFile = join(dataDir, 'own.yaml');
  const snapshot = join(dataDir, 'own.ndjson');
  writeFileSync(seedFile, 'products:\n  - { id: prod_own, name: Own }\n');
  const productsWith = async (name: string, args: string[]) => {
    const running = tollgate(['sandbox', '--port', '0', '--json', '--data-dir', join(dataDir, name), ...args], env);
    const { url } = JSON.parse(await running.line(/"url"/)) as { url: string };
    const products = (await stripeAt(url).products.list()).data.map(({ id }) => id);
    writeFileSync(snapshot, await (await fetch(`${url}/_sandbox/snapshot`)).text());
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    return products;
  };
  expect(await productsWith('seeded', ['--no-seed', '--seed-file', seedFile])).toEqual(['prod_own']);
  expect(await productsWith('restored', ['--no-seed', '--snapshot', snapshot])).toEqual(['prod_own']);
  expect(await productsWith('with-catalogue', ['--seed-file', seedFile])).toHaveLength(4);
});

test('a directory in use, a taken port and a taken sandbox port are one clear line each', async () => {
  const gateway = await started();
  const again = await run(['start'], env);
  expect(again).toEqual({
    code: 1,
    lines: [
      `tollgate: ${dataDir} is in use by a running gateway (process ${gateway.pid}). Stop it, or set DATA_DIR to another directory.`,
    ],
  });
  const port = String(gateway.ready.port);
  expect(await run(['start'], { ...env, PORT: port })).toEqual({
    code: 1,
    lines: [`tollgate: Port ${port} on 127.0.0.1 is taken. Stop what uses it, or set PORT to another.`],
  });
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);

  const squatter = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => squatter.once('listening', listening));
  const taken = String((squatter.address() as { port: number }).port);
  const { code, lines } = await run(['start'], { ...env, SANDBOX_PORT: taken });
  squatter.close();
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^tollgate: The Stripe sandbox does not start: port ${taken} .* is in use.*SANDBOX_PORT`),
    ),
  ]);
  expect(code).toBe(1);
}, 120_000);

test('a running gateway is joined by commands: customers are linked, the mirror filled', async () => {
  const sandboxPort = await freePort();
  const gateway = await started({ SANDBOX_PORT: sandboxPort });
  const stripe = stripeAt(gateway.ready.sandbox);
  const [one, two] = [await stripe.customers.create({}), await stripe.customers.create({})];
  const link = (...args: string[]) => run(['link', ...args], { ...env, SANDBOX_PORT: sandboxPort });

  expect(await link('--user', 'user_bob', '--customer', one.id)).toEqual({
    code: 0,
    lines: [expect.stringMatching(new RegExp(`^${one.id} belongs to user:user_bob \\(tga_\\w+\\)$`))],
  });
  expect((await stripe.customers.retrieve(one.id)).lastResponse.statusCode).toBe(200);
  expect(await stripe.customers.retrieve(one.id)).toMatchObject({ metadata: { tollgate_owner: 'user:user_bob' } });
  expect((await link('--user', 'user_bob', '--customer', one.id)).lines[0]).toMatch(/, as before$/);
  expect(await link('--user', 'user_alice', '--customer', one.id)).toEqual({
    code: 1,
    lines: [expect.stringMatching(/^tollgate: Customer cus_\w+ .*user:user_bob's/)],
  });

  const map = join(dataDir, 'map.csv');
  writeFileSync(map, `owner,customer\norganization:org_acme,${two.id}\nuser:user_alice,cus_none\n`);
  const many = await link('--file', map, '--json');
  expect(many.code).toBe(1);
  expect(many.lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([
    { owner: 'organization:org_acme', customer: two.id, accountId: expect.stringMatching(/^tga_/), changed: true },
    { owner: 'user:user_alice', customer: 'cus_none', error: 'Stripe has no customer cus_none.' },
  ]);
  expect(many.lines[2]).toBe('tollgate: 1 of 2 were not linked; see above.');

  const filled = await run(['backfill', '--json'], { ...env, SANDBOX_PORT: sandboxPort });
  expect(filled.code).toBe(0);
  expect(JSON.parse(filled.lines.at(-1) ?? '').read.customers).toBeGreaterThanOrEqual(2);
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
}, 120_000);

function stripeAt(url: string): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe('sk_test_cli', { host: hostname, port, protocol: 'http' });
}
async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => probe.once('listening', listening));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return String(port);
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a %s of npm alone stops everything below it',
  async (signal) => {
    const npm = spawn('npm', ['start', '--silent', '--', '--json'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: npm.stdout })) if (line.includes('"ready":true')) break;
    // npm's shell, the gateway, the sandbox, the guard and PostgreSQL with its own.
    const below = childrenOf(npm.pid ?? 0);
    expect(below.length).toBeGreaterThan(5);
    npm.kill(signal);
    await eventually(noneRuns(below), 20_000);
  },
  120_000,
);
