import type { Context, MiddlewareHandler } from 'hono';

/**
 * Whether a request was sent by the sandbox's own pages, or by a program rather than a browser. Browsers name the
 * origin of every POST, and the relation of the sites of every request:
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Origin, …/Headers/Sec-Fetch-Site
 */
export function isOwnRequest(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}

/** Whether a page of some site of the internet, not one that is developed on this machine, sent the request. */
export function isFromForeignPage(c: Context): boolean {
  const origin = c.req.header('origin');
  return origin !== undefined && isLoopback(c.req.header('host')) && !isLoopback(origin.replace(/^https?:\/\//, ''));
}

/**
 * Refuses a `Host` that is not this machine: a site that lets its name lead here (DNS rebinding) would count as the
 * sandbox's own pages. Does nothing for a sandbox that others are meant to reach.
 *
 * @param listensOn the address that the sandbox listens on
 */
export function ownHostOnly(listensOn: string): MiddlewareHandler {
  const guarded = isLoopback(listensOn.includes(':') ? `[${listensOn}]` : listensOn);
  return async (c, next) => {
    const host = c.req.header('host');
    if (!guarded || host === undefined || isLoopback(host)) return next();
    const message = `This sandbox is for programs and browsers on its own machine, and ${host} is not a name of it. To be reached by other names it has to be started with --host 0.0.0.0.`;
    return c.json({ error: { message } }, 403);
  };
}

/** @param host with or without a port */
function isLoopback(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.[\d.]+$/.test(hostname)
  );
}
