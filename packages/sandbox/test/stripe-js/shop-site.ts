import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface ShopSite {
  url: string;
  /** The address of a page, with what its script reads from it. */
  page(name: ShopPage, params?: Record<string, string>): string;
  /** Everything that came to the shop's server: paths, headers, bodies. */
  received: string[];
  close(): void;
}

export type ShopPage = keyof typeof ENTRIES;
const ENTRIES = { plain: 'plain.ts', react: 'react.tsx' };

/** A shop of another origin than the sandbox, whose pages include `/stripe.js` before their own bundle. */
export async function openShopSite(sandboxUrl: string): Promise<ShopSite> {
  const received: string[] = [];
  const scripts = new Map<string, Promise<string>>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push(`${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks)}`);
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    const name = pathname.slice(1).replace(/\.js$/, '') as ShopPage;
    if (pathname.endsWith('.js') && name in ENTRIES) {
      if (!scripts.has(name)) scripts.set(name, bundle(ENTRIES[name]));
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(await scripts.get(name));
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      name in ENTRIES ? shopPage(sandboxUrl, name) : `<!doctype html><link rel="icon" href="data:,"><h1>Thank you</h1>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    received,
    page: (name, params = {}) => `${url}/${name}?${new URLSearchParams(params)}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const shopPage = (sandboxUrl: string, name: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<style>body { font: 16px/1.5 system-ui; margin: 0; background: #f3f4f8; } main { max-width: 460px; margin: 40px auto; background: #fff; padding: 28px; border-radius: 14px; } button { margin-top: 18px; width: 100%; padding: 12px; font: inherit; font-weight: 600; border: 0; border-radius: 8px; background: #2447d8; color: #fff; } .line { border: 1px solid #d9dfe8; border-radius: 8px; padding: 10px 12px; margin-bottom: 10px; }</style>
<script src="${sandboxUrl}/stripe.js"></script></head>
<body><main id="root"></main><script src="/${name}.js"></script></body></html>`;

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`./shop/${entry}`, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"development"' },
  });
  return outputFiles[0]?.text ?? '';
}
