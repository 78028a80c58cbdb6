import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { isAllowedOrigin, type Settings } from '../config.js';
import { StartError } from '../errors.js';
import type { Logger } from '../log.js';
import { abandonBody, BodyError } from './body.js';
import { answerPreflight, originPasses } from './cors.js';
import { type Exchange, type Handler, sendError } from './exchange.js';
import { internalError } from './mask-error.js';
import { hasToken } from './url-tokens.js';

export interface HttpOptions {
  settings: Settings['http'];
  log: Logger;
  /** By path, then by method. */
  routes: Readonly<Record<string, Readonly<Record<string, Handler>>>>;
  /** GET of any other path. */
  files?: Handler | undefined;
  /** A WebSocket handshake on this path goes here; its origin was looked at. */
  sockets?: { path: string; upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void } | undefined;
}

export interface HttpServer {
  /** @throws StartError when the address is taken or not ours */
  listen(): Promise<{ port: number }>;
  /** Takes no more requests, lets those under way end (10 s at most). Sockets must have been closed before. */
  close(): Promise<void>;
}

export function createHttpServer(options: HttpOptions): HttpServer {
  const { settings, log } = options;
  const listener: RequestListener = (request, response) => {
    const requestId = requestIdOf(request);
    response.setHeader('x-request-id', requestId);
    response.setHeader('x-content-type-options', 'nosniff');
    const url = urlOf(request);
    if (!url) return sendError(response, 400, 'BAD_REQUEST', 'The address cannot be read.');
    const exchange = exchangeOf({ request, response, url, requestId }, log);
    route(options, exchange).catch((error) => recover(exchange, error));
  };
  const server = settings.tls
    ? createTlsServer({ cert: readFileSync(settings.tls.certFile), key: readFileSync(settings.tls.keyFile) }, listener)
    : createServer(listener);
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  // Longer than the usual load balancer's, so that it is never us who close a connection it is about to use.
  server.keepAliveTimeout = 75_000;
  server.on('upgrade', (request, socket, head) => upgrade(options, request, socket, head));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    refuseSocket(
      socket,
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400,
    );
  });
  return { listen: () => listen(server, settings), close: () => close(server) };
}

async function route(options: HttpOptions, exchange: Exchange): Promise<void> {
  const { request, response, url } = exchange;
  if (hasToken(url)) {
    return sendError(
      response,
      400,
      'TOKEN_IN_URL',
      'A token does not belong in a URL; send it as Authorization: Bearer <token>.',
    );
  }
  if (!originPasses(options.settings.allowedOrigins, request, response)) {
    return sendError(
      response,
      403,
      'FORBIDDEN',
      'Pages of this origin may not call this gateway; ALLOWED_ORIGINS lists those that may.',
    );
  }
  if (request.method === 'OPTIONS') return answerPreflight(response);
  const methods = options.routes[url.pathname];
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const handler = methods ? methods[method] : method === 'GET' ? options.files : undefined;
  if (handler) return handler(exchange);
  if (!methods) return sendError(response, 404, 'NOT_FOUND', 'There is nothing here.');
  response.setHeader('allow', Object.keys(methods).join(', '));
  sendError(response, 405, 'METHOD_NOT_ALLOWED', `${url.pathname} takes ${Object.keys(methods).join(' and ')} only.`);
}

function recover({ request, response, log }: Exchange, error: unknown): void {
  if (error instanceof BodyError) {
    if (error.status !== 415) abandonBody(request, response);
    sendError(response, error.status, 'BAD_REQUEST', error.message);
    return;
  }
  log.error({ err: error }, 'A request failed.');
  if (response.headersSent) response.destroy();
  else sendError(response, 500, 'INTERNAL_SERVER_ERROR', internalError);
}

function upgrade(options: HttpOptions, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', (error) => options.log.debug({ err: error }, 'A socket broke.'));
  const status = upgradeRefusal(options, request);
  if (status !== null) refuseSocket(socket, status);
  else options.sockets?.upgrade(request, socket, head);
}

function upgradeRefusal({ sockets, settings }: HttpOptions, request: IncomingMessage): number | null {
  const url = urlOf(request);
  if (!url || hasToken(url)) return 400;
  if (url.pathname !== sockets?.path) return 404;
  const { origin } = request.headers;
  return origin === undefined || isAllowedOrigin(settings.allowedOrigins, origin) ? null : 403;
}

function refuseSocket(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** A logger of its own costs as much as reading the request: it is made when something is logged. */
function exchangeOf(parts: Omit<Exchange, 'log'>, log: Logger): Exchange {
  let own: Logger | undefined;
  return {
    ...parts,
    get log() {
      own ??= log.child({ requestId: parts.requestId });
      return own;
    },
  };
}

// Drawing random bytes by the few costs more than the rest of a request's reception.
let drawn = Buffer.alloc(0);
function randomId(): string {
  if (drawn.length < 9) drawn = randomBytes(9 * 256);
  const id = drawn.toString('base64url', 0, 9);
  drawn = drawn.subarray(9);
  return id;
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{8,100}$/.test(given) ? given : randomId();
}

function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(request.url ?? '/', 'http://gateway.invalid');
  } catch {
    return null;
  }
}

function listen(server: Server, { host, port }: Settings['http']): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new StartError(
          taken ? 'PORT_IN_USE' : 'LISTEN_FAILED',
          taken ? `Port ${port} on ${host} is taken.` : `Cannot listen to port ${port} on ${host}: ${error.message}`,
          { hint: taken ? 'Stop what uses it, or set PORT to another.' : 'Look at HOST and PORT.', cause: error },
        ),
      );
    });
    server.listen(port, host, () => resolve({ port: (server.address() as AddressInfo).port }));
  });
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), 10_000);
  await closed;
  clearTimeout(timer);
}
