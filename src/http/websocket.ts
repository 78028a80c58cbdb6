import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import { AuthError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Authenticate } from './authenticate.js';
import { createDocuments } from './documents.js';
import { maskError } from './mask-error.js';
import type { MakeContext } from './request-context.js';
import { createSocketFlow, type SocketFlow } from './socket-flow.js';
import { type SubscribeArgs, subscribe } from './subscribe.js';

export interface WebSocketOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  log: Logger;
  authenticate: Authenticate;
  makeContext: MakeContext;
  /** Milliseconds between pings; a socket that answers none until the next is dead. */
  keepAlive?: number;
  /** Bytes that a message from a client may have, and that may wait to be written to it. */
  maxMessage?: number;
  maxBuffered?: number;
  /** Operations at a time on one socket. */
  maxOperations?: number;
}

export interface WebSocketRoute {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client to come back later (1001) and waits for its answer, 2 s at most. */
  close(): Promise<void>;
}

/** Close codes of ours beside those of the protocol and of RFC 6455. */
export const closeCodes = { goingAway: 1001, internal: 1011, badToken: 4401, tokenExpired: 4403 } as const;

interface Connection {
  socket: WebSocket;
  flow: SocketFlow;
  request: IncomingMessage;
  requestId: string;
  log: Logger;
  viewer: Viewer | null;
  expiry?: NodeJS.Timeout;
}
type SocketContext = Context<Record<string, unknown>, Connection>;

/** Thrown by hooks: the socket closes with that code. */
class SocketRefusal extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

/** GraphQL over WebSocket, protocol `graphql-transport-ws`. */
export function createWebSocketRoute(options: WebSocketOptions): WebSocketRoute {
  const { schema, log, keepAlive = 12_000, maxMessage = 128 * 1024, maxBuffered = 4 * 1024 * 1024 } = options;
  const documents = createDocuments(schema, options.introspection);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessage, handleProtocols });
  let opened = 0;

  const server = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: 5_000,
    onConnect: (context) => identify(context, options.authenticate),
    onSubscribe: (context, _id, payload) => argsOf(context, payload, options, documents),
    subscribe: (args) => subscribe(args as SubscribeArgs),
    onNext: (context, _id, payload, _args, result) => {
      if (!result.errors) return undefined;
      return { ...result, errors: told(context, payload, result.errors) };
    },
    onError: (context, _id, payload, errors) => told(context, payload, errors),
  });

  function open(socket: WebSocket, request: IncomingMessage): void {
    const requestId = `ws-${++opened}-${Math.random().toString(36).slice(2, 8)}`;
    const flow = createSocketFlow(socket, maxBuffered);
    const own = log.child({ requestId });
    const connection: Connection = { ...{ socket, flow, request, requestId }, log: own, viewer: null };
    let alive = true;
    const hear = () => {
      alive = true;
    };
    const pings = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, keepAlive);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: flow.send,
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => {
            hear();
            take(String(data)).catch((error) => end(connection, error));
          });
        },
      },
      connection,
    );
    socket.on('pong', hear);
    socket.on('error', (error) => own.debug({ err: error }, 'A WebSocket broke.'));
    socket.on('close', (code, reason) => {
      clearInterval(pings);
      clearTimeout(connection.expiry);
      closed(code, String(reason)).catch((error) => own.error({ err: error }, 'A subscription did not end in order.'));
    });
  }

  return {
    upgrade: (request, socket, head) => sockets.handleUpgrade(request, socket, head, open),
    async close() {
      const open = [...sockets.clients];
      const gone = Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      for (const socket of open) socket.close(closeCodes.goingAway, 'The gateway is going away; connect again.');
      const timer = setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, 2_000);
      await gone;
      clearTimeout(timer);
      sockets.close();
    },
  };
}

function end({ socket, log }: Connection, error: unknown): void {
  if (error instanceof SocketRefusal) {
    socket.close(error.code, error.message);
  } else {
    log.error({ err: error }, 'A WebSocket failed.');
    socket.close(closeCodes.internal, 'Something went wrong on our side.');
  }
}

/** Who speaks is settled once, with `connection_init`; the socket ends with its token. */
async function identify({ extra, connectionParams }: SocketContext, authenticate: Authenticate): Promise<boolean> {
  try {
    extra.viewer = await authenticate(extra.request, authorizationIn(connectionParams));
  } catch (error) {
    if (error instanceof AuthError) throw new SocketRefusal(closeCodes.badToken, reasonOf(error.message));
    throw error;
  }
  if (extra.viewer?.expiresAt) expireAt(extra, extra.viewer.expiresAt * 1000);
  return true;
}

/** `authorization` in any spelling, at the top or among `headers`, as clients have the habit. */
function authorizationIn(params: Record<string, unknown> | undefined): unknown {
  for (const place of [params, params?.headers]) {
    if (typeof place !== 'object' || place === null) continue;
    const entry = Object.entries(place).find(([name]) => name.toLowerCase() === 'authorization');
    if (entry) return entry[1];
  }
  return undefined;
}

function expireAt(connection: Connection, time: number): void {
  const left = time - Date.now();
  // Longer waits than this a timer cannot hold.
  const most = 2 ** 31 - 1;
  connection.expiry = setTimeout(
    () => {
      if (left > most) expireAt(connection, time);
      else connection.socket.close(closeCodes.tokenExpired, 'The token expired; connect again with a new one.');
    },
    Math.max(0, Math.min(left, most)),
  );
}

/** A close frame holds 123 bytes of reason. */
function reasonOf(message: string): string {
  return Buffer.from(message)
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD+$/, '');
}

function argsOf(
  { extra, subscriptions }: SocketContext,
  { query, operationName, variables }: SubscribePayload,
  { schema, makeContext, maxOperations = 100 }: WebSocketOptions,
  documents: ReturnType<typeof createDocuments>,
): ExecutionArgs | readonly GraphQLError[] {
  if (Object.keys(subscriptions).length > maxOperations) {
    const extensions = { code: 'TOO_MANY_OPERATIONS' };
    return [new GraphQLError(`One socket carries ${maxOperations} operations at a time.`, { extensions })];
  }
  const document = documents(query);
  if (!('kind' in document)) return document;
  const { requestId, log, flow } = extra;
  const freshContext = () => makeContext(extra.viewer, { requestId, log, drained: flow.drained });
  const args: SubscribeArgs = {
    ...{ schema, document, freshContext },
    operationName,
    variableValues: variables,
    contextValue: freshContext(),
  };
  return args;
}

/** The errors as the client is told them. Nobody who asks for what needs a token is told to come with one: 4401. */
function told(
  { extra }: SocketContext,
  { operationName }: SubscribePayload,
  errors: readonly (GraphQLError | GraphQLFormattedError)[],
): GraphQLFormattedError[] {
  return errors.map((error) => {
    const { formatted, surprise } = maskError(error);
    if (surprise) extra.log.error({ err: surprise, operationName, path: error.path }, 'An operation failed.');
    if (extra.viewer === null && formatted.extensions?.code === 'UNAUTHENTICATED') {
      throw new SocketRefusal(closeCodes.badToken, reasonOf(formatted.message));
    }
    return formatted;
  });
}
