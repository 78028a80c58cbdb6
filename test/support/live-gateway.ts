import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import { SignJWT } from 'jose';
import { afterAll, vi } from 'vitest';
import WebSocket from 'ws';
import { createVerifier } from '../../src/auth/verifier.js';
import { type Config, loadConfig } from '../../src/config.js';
import { versionsBeyond } from '../../src/db/account-status.js';
import { connect } from '../../src/db/connect.js';
import { postgresSignals } from '../../src/feed/postgres-signals.js';
import { createSignalBus, type SignalBus } from '../../src/feed/signal-bus.js';
import { createAuthenticate } from '../../src/http/authenticate.js';
import { createContextMaker } from '../../src/http/request-context.js';
import { createHttpServer } from '../../src/http/server.js';
import { createWebSocketRoute, type WebSocketOptions } from '../../src/http/websocket.js';
import { createLogger } from '../../src/log.js';
import { createReads } from '../../src/resolvers/reads/loaders.js';
import { buildGraphQLSchema } from '../../src/schema/build.js';

const secret = 'a secret of at least thirty-two bytes';
type Resolvers = Parameters<typeof buildGraphQLSchema>[0];

export interface LiveGateway {
  url: string;
  bus: SignalBus;
  config: Config;
  /** How many are open, as the server sees it. */
  sockets(): number;
  close(): Promise<void>;
}

/** The live half of a gateway: sockets, resolvers and feed over a real database, without Stripe and commands. */
export async function startLiveGateway(
  databaseUrl: string,
  resolvers: Resolvers,
  options: Partial<WebSocketOptions> & { env?: Record<string, string>; checkEvery?: number } = {},
): Promise<LiveGateway> {
  const { env, checkEvery, ...sockets } = options;
  const config = loadConfig({
    ...{ AUTH_JWT_SECRET: secret, DATABASE_URL: databaseUrl },
    ...{ STRIPE_SECRET_KEY: 'sk_test_world', STRIPE_WEBHOOK_SECRET: 'whsec_world' },
    ...env,
  });
  const log = createLogger('silent');
  const db = connect(databaseUrl, { pool: 5 });
  const bus = createSignalBus({
    transport: postgresSignals(databaseUrl),
    versionsBeyond: (known) => versionsBeyond(db, known),
    log,
    checkEvery,
  });
  const schema = buildGraphQLSchema(resolvers);
  const route = createWebSocketRoute({
    ...{ schema, log, introspection: true },
    authenticate: createAuthenticate(createVerifier(config.auth), config.auth),
    // No resolver given here carries out a command.
    makeContext: createContextMaker({ db, bus, config, log, reads: createReads(db), commands: {} as never }),
    ...sockets,
  });
  const open = new Set<object>();
  const server = createHttpServer({
    settings: { ...config.http, port: 0 },
    log,
    routes: {},
    sockets: {
      path: '/graphql',
      upgrade(request, socket, head) {
        open.add(socket);
        socket.on('close', () => open.delete(socket));
        route.upgrade(request, socket, head);
      },
    },
  });
  const { port } = await server.listen();
  await vi.waitFor(() => {
    if (!bus.connected) throw new Error('not connected');
  });
  let closing: Promise<void> | null = null;
  const close = async () => {
    await route.close();
    await server.close();
    await bus.close();
    await db.close();
  };
  const gateway: LiveGateway = {
    ...{ bus, config, url: `ws://127.0.0.1:${port}/graphql`, sockets: () => open.size },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  afterAll(() => gateway.close());
  return gateway;
}

/** A token as the test's issuer gives it; `expiresIn` in seconds. */
export function token(claims: Record<string, unknown>, expiresIn = 3_600): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt(now)
    .setExpirationTime(now + expiresIn)
    .sign(new TextEncoder().encode(secret));
}

export interface Watch {
  /** Answers as they came. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  answers: any[];
  /** How the operation ended, once it has. */
  ended: Promise<unknown>;
  client: Client;
  socket(): WebSocket;
  stop(): Promise<void>;
}

/** One operation on a socket of its own, by the public client. */
export function watch(url: string, payload: SubscribePayload, connectionParams?: Record<string, unknown>): Watch {
  const opened: WebSocket[] = [];
  class Recorded extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      opened.push(this);
    }
  }
  const client = createClient({
    url,
    connectionParams,
    webSocketImpl: Recorded,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });
  const answers: unknown[] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe(payload, {
      next: (answer) => answers.push(answer),
      error: resolve,
      complete: () => resolve('complete'),
    });
  });
  return {
    ...{ answers, ended, client },
    socket: () => opened.at(-1) as WebSocket,
    stop: async () => void (await client.dispose()),
  };
}
