import type { GraphQLSchema } from 'graphql';
import { developmentKeys, mintToken } from '../auth/development-keys.js';
import { createVerifier } from '../auth/verifier.js';
import type { Config } from '../config.js';
import type { Database } from '../db/connect.js';
import type { SignalBus } from '../feed/signal-bus.js';
import { LARGEST_BODY, type Receiver } from '../inbox/receive.js';
import type { Logger } from '../log.js';
import { secretFingerprint } from '../stripe/signature.js';
import { createAuthenticate } from './authenticate.js';
import { createTokenRoute, serveConsole } from './console.js';
import { createGraphQLRoute } from './graphql.js';
import { answerHealth, createReadinessRoute, gatewayChecks } from './health.js';
import type { MakeContext } from './request-context.js';
import { createHttpServer, type HttpServer } from './server.js';
import { createWebhookRoute } from './webhook.js';
import { createWebSocketRoute } from './websocket.js';

export interface FrontOptions {
  config: Config;
  log: Logger;
  db: Database;
  bus: SignalBus;
  receiver: Receiver;
  schema: GraphQLSchema;
  makeContext: MakeContext;
}

/** Bytes and milliseconds that a request's body may have. */
const body = { most: LARGEST_BODY, within: 10_000 };
/** Milliseconds that a readiness check may take. */
const checkWithin = 2_000;

/** Everything that the outside reaches: the contract's routes and the socket, on one server. */
export async function createFront(options: FrontOptions): Promise<HttpServer> {
  const { config, log, db, bus, receiver, schema, makeContext } = options;
  const { introspection } = config.http;
  // Only where the settings name no other keys, which they may leave out on loopback only.
  const keys = config.auth.keys.kind === 'development' ? developmentKeys(config.dataDir) : null;
  const authenticate = createAuthenticate(createVerifier(config.auth, keys?.publicKey), config.auth);
  const graphql = await createGraphQLRoute({
    ...{ schema, introspection, log, body },
    contextOf: async (exchange) => makeContext(await authenticate(exchange.request), exchange),
  });
  const sockets = createWebSocketRoute({ schema, introspection, log, authenticate, makeContext });
  const webhookSecrets = config.stripe.webhookSecrets.map(secretFingerprint);
  const readiness = createReadinessRoute({ checks: gatewayChecks(db, bus), webhookSecrets, within: checkWithin });
  const mint = keys && createTokenRoute((wanted) => mintToken(keys, config.auth, { ...wanted, expiresIn: 3_600 }));
  const server = createHttpServer({
    settings: config.http,
    log,
    routes: {
      '/graphql': { GET: graphql.handle, POST: graphql.handle },
      '/webhooks/stripe': { POST: createWebhookRoute(receiver, body) },
      '/healthz': { GET: answerHealth },
      '/readyz': { GET: readiness },
      ...(mint ? { '/dev/token': { POST: mint } } : {}),
    },
    files: keys ? serveConsole : undefined,
    sockets: { path: '/graphql', upgrade: sockets.upgrade },
  });
  return {
    listen: server.listen,
    async close() {
      await sockets.close();
      await server.close();
      await graphql.close();
    },
  };
}
