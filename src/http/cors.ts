import type { IncomingMessage, ServerResponse } from 'node:http';
import { isAllowedOrigin, type OriginRule } from '../config.js';

/**
 * Whether the request may go on. Pages of other origins may not read our answers (they get no CORS headers); a browser
 * that says it sends for such a page is refused before anything happens. There is no cookie that could be abused, but
 * a simple GET from any page would cost us work.
 */
export function originPasses(rule: OriginRule, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  response.setHeader('vary', 'Origin');
  if (origin === undefined) return request.headers['sec-fetch-site'] !== 'cross-site' || isNavigation(request);
  if (!isAllowedOrigin(rule, origin)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
  return true;
}

export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, accept, x-request-id, apollo-require-preflight',
    'access-control-max-age': '600',
  });
  response.end();
}

// Following a link from another site opens our page; it does not let that site read it.
function isNavigation(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
}
