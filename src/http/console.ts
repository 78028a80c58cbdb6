import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasLoopbackHost } from './authenticate.js';
import { readBody } from './body.js';
import { type Handler, sendError, sendJson } from './exchange.js';

const built = fileURLToPath(new URL('../../packages/console/dist/', import.meta.url));
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
};
const pages: Record<string, string> = { '/': '/index.html', '/graphiql': '/explorer.html' };
// The explorer's editor sets styles and starts workers from blobs; nothing comes from elsewhere.
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
].join('; ');

/** The development console's files, for browsers on this machine; not found for everybody else. */
export const serveConsole: Handler = async ({ request, response, url }) => {
  if (!hasLoopbackHost(request)) return sendError(response, 404, 'NOT_FOUND', 'There is nothing here.');
  const path = normalize(pages[url.pathname] ?? decoded(url.pathname));
  const file = join(built, path);
  const found = file.startsWith(built) ? await stat(file).catch(() => null) : null;
  if (!found?.isFile()) {
    const unbuilt = url.pathname === '/';
    const message = unbuilt
      ? 'The console is not built: run `npm run build -w packages/console`.'
      : 'There is nothing here.';
    return sendError(response, 404, 'NOT_FOUND', message);
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': policy,
  });
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
};

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '/not-found';
  }
}

export type Mint = (request: { user: string; org?: string | undefined; scope?: string | undefined }) => Promise<string>;

/** Tokens for whoever the console wants to be. For pages and programs on this machine. */
export function createTokenRoute(mint: Mint): Handler {
  return async ({ request, response }) => {
    if (!hasLoopbackHost(request)) return sendError(response, 404, 'NOT_FOUND', 'There is nothing here.');
    const wanted = asTokenRequest((await readBody(request, { most: 16 * 1024, within: 5_000 })).toString('utf8'));
    // A page of another site may send a form unasked, but not JSON.
    if (!wanted || !/^application\/json/i.test(request.headers['content-type'] ?? '')) {
      return sendError(
        response,
        400,
        'BAD_REQUEST',
        'Send JSON like {"user": "user_alice", "org": "org_acme", "scope": "billing:write"}.',
      );
    }
    sendJson(response, 200, { token: await mint(wanted) });
  };
}

function asTokenRequest(text: string): Parameters<Mint>[0] | null {
  try {
    const { user, org, scope } = JSON.parse(text) as Record<string, unknown>;
    const optional = (value: unknown) => value === undefined || value === null || typeof value === 'string';
    if (typeof user !== 'string' || !user || !optional(org) || !optional(scope)) return null;
    return { user, org: (org as string | null) ?? undefined, scope: (scope as string | null) ?? undefined };
  } catch {
    return null;
  }
}
