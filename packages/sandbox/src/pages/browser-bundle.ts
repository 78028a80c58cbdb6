import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Scripts that run in browsers: what the page gets, from which module it starts. */
export const BROWSER_SCRIPTS = { 'stripe.js': 'stripe.ts', 'elements.js': 'frame/frame.ts' } as const;
export type BrowserScript = keyof typeof BROWSER_SCRIPTS;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const bundled = new Map<BrowserScript, Promise<string>>();

/** A script as browsers get it: bundled when the package was built, or now when the sandbox runs from its sources. */
export function browserScript(name: BrowserScript): Promise<string> {
  let script = bundled.get(name);
  if (!script) {
    script = import.meta.url.endsWith('.ts')
      ? bundle(here(`../stripe-js/${BROWSER_SCRIPTS[name]}`))
      : readFile(here(`../browser/${name}`), 'utf8');
    bundled.set(name, script);
  }
  return script;
}

/** One classic script from a module and all that it imports. */
export async function bundle(entry: string): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2020',
    charset: 'utf8',
    legalComments: 'none',
  });
  return outputFiles[0]?.text ?? '';
}
