import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkEvents, childSdk } from '../support/child.js';
import { type Published, publish } from './published-package.js';

let published: Published;

beforeAll(async () => {
  published = await publish();
}, 300_000);
afterAll(() => published?.remove());

const IMPORT = /^(?:import|export|\}).*\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
/** Found when the sandbox runs from its sources only: see `browser-bundle.ts`. */
const AT_BUILD_TIME = 'esbuild';

test('it holds what is built and what is to be read, and no sources or tests', () => {
  const { files } = published;
  for (const path of [
    'package.json',
    'README.md',
    'LICENSE',
    'COVERAGE.md',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli.js',
  ]) {
    expect(files).toContain(path);
  }
  expect(files.filter((path) => !/^(dist\/.+(\.js|\.d\.ts)|package\.json|[A-Z]+(\.md)?)$/.test(path))).toEqual([]);
});

test('it imports itself, Node and what it declares, and nothing of the gateway', () => {
  const declared = [...Object.keys(published.manifest.dependencies), ...builtinModules];
  for (const path of published.files.filter((each) => each.endsWith('.js') && !each.startsWith('dist/browser/'))) {
    for (const found of readFileSync(join(published.folder, path), 'utf8').matchAll(IMPORT)) {
      const name = found.slice(1).find(Boolean) ?? '';
      if (name.startsWith('.')) {
        expect(join(path, '..', name)).toMatch(/^dist\//);
        continue;
      }
      const bare = name.replace(/^node:/, '').replace(/^(@[^/]+\/[^/]+|[^@/][^/]*)\/.*$/, '$1');
      expect([path, bare !== AT_BUILD_TIME && !declared.includes(bare) ? bare : '']).toEqual([path, '']);
    }
  }
});

test('its command runs in a project with the declared dependencies only, and names its dashboard', async () => {
  const command = join(published.folder, 'dist/cli.js');
  expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const child = spawn(process.execPath, [command, '--seed', '--port', '0'], {
    cwd: published.consumer,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === 2) break;
    const [, url = ''] = /^Stripe sandbox ready on (\S+)$/.exec(lines[0] ?? '') ?? [];
    expect(lines[1]).toBe(`Dashboard: ${url}/`);
    const stripe = childSdk(Number(new URL(url).port));
    expect((await stripe.products.list()).data).toHaveLength(3);
    for (const path of ['/', '/assets/dashboard.css', '/assets/dashboard.js', '/stripe.js']) {
      expect([path, (await fetch(url + path, { headers: { accept: 'text/html' } })).status]).toEqual([path, 200]);
    }
    await checkEvents(stripe);
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

const CONSUMER = `
import { type Sandbox, type SandboxOptions, startSandbox } from 'tollgate-sandbox';
const options: SandboxOptions = { seed: true, port: 0 };
const sandbox: Sandbox = await startSandbox(options);
const url: string = sandbox.url;
const secret: string | undefined = sandbox.webhookSecretFor('we_1');
// @ts-expect-error there is no such option
await startSandbox({ prot: 1 });
// @ts-expect-error a number
const port: string = sandbox.port;
await sandbox.close();
export { port, secret, url };
`;

test.each([
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
])('its types hold for a consumer with $moduleResolution resolution', async (resolution) => {
  published.add('@types/node');
  // Stripe is an optional peer: without it the consumer skips what its types say.
  expect(await published.typeErrors(CONSUMER, { ...resolution, skipLibCheck: true })).toBe('');
});

test('its types hold to the letter beside the SDK', async () => {
  published.add('@types/node', 'stripe');
  const resolution = { module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['ES2023', 'DOM', 'DOM.Iterable'] };
  const errors = await published.typeErrors(CONSUMER, { ...resolution, skipLibCheck: false });
  expect(
    errors
      .split('\n')
      .filter((line) => !/node_modules\/(?!tollgate-sandbox)/.test(line))
      .join('\n'),
  ).toBe('');
}, 180_000);
