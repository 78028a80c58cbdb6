import type { Context } from 'hono';

/**
 * Whether a form was sent from the sandbox's own pages, or by a program rather than a browser. Browsers name the
 * origin of every POST: https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Origin
 */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}
