import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { AuthError } from '../errors.js';
import type { Logger } from '../log.js';
import type { RequestContext } from '../resolvers/context.js';
import { BodyError, readBody } from './body.js';
import { createCompiledQueries, type QueryRequest } from './compiled-queries.js';
import { createDocuments } from './documents.js';
import { type Exchange, type Handler, sendError } from './exchange.js';
import { maskError } from './mask-error.js';

export interface GraphQLOptions {
  schema: GraphQLSchema;
  introspection: boolean;
  log: Logger;
  /** @throws AuthError for a token that is not good */
  contextOf(exchange: Exchange): Promise<RequestContext>;
  /** Bytes and milliseconds that a body may have. */
  body: { most: number; within: number };
}

export interface GraphQLRoute {
  handle: Handler;
  close(): Promise<void>;
}

/** Queries and mutations by POST, queries by GET. Parsed and validated documents are kept. */
export async function createGraphQLRoute(options: GraphQLOptions): Promise<GraphQLRoute> {
  const { schema, introspection, log, contextOf, body } = options;
  const server = new ApolloServer<RequestContext>({
    schema,
    introspection,
    nodeEnv: 'production',
    logger: log,
    // No cookies, so nothing that another site's page could borrow; POST takes JSON only, which such a page may not
    // send unasked, and src/http/cors.ts turns its simple GETs away.
    csrfPrevention: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => maskError(error).formatted,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), logSurprises],
  });
  await server.start();
  const compiled = createCompiledQueries(schema, createDocuments(schema, introspection));

  return {
    close: () => server.stop(),
    async handle(exchange) {
      const { request, response, url } = exchange;
      const parsed = request.method === 'POST' ? await readJson(exchange, body) : { value: undefined };
      if (!parsed) return;
      let context: RequestContext;
      try {
        context = await contextOf(exchange);
      } catch (error) {
        return refuseCaller(exchange, error);
      }
      if (parsed.value && acceptsJson(request.headers.accept)) {
        const answer = await compiled.answer(parsed.value, context);
        if (answer !== null) {
          response.setHeader('content-type', 'application/json; charset=utf-8');
          response.end(answer);
          return;
        }
      }
      const headers = new HeaderMap();
      for (const [name, value] of Object.entries(request.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
      }
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: { method: request.method ?? 'GET', headers, search: url.search, body: parsed.value },
        context: async () => context,
      });
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      response.statusCode = answer.status ?? 200;
      if (answer.body.kind === 'complete') {
        // Apollo counts the characters of its answer as bytes when it sets no length: leave that to Node.
        response.end(answer.body.string);
        return;
      }
      for await (const chunk of answer.body.asyncIterator) response.write(chunk);
      response.end();
    },
  };
}

/** Whoever asks for the newer media type, or for none that we have, is answered by Apollo, which knows the rules. */
function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || accept === 'application/json';
}

/** The body as JSON; answers itself, and gives null, when it is none. */
async function readJson(
  { request, response }: Exchange,
  limits: GraphQLOptions['body'],
): Promise<{ value: QueryRequest } | null> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new BodyError(415, 'The body must be JSON: send it with content-type application/json.');
  }
  const text = (await readBody(request, limits)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { value: value as QueryRequest };
    sendError(response, 400, 'BAD_REQUEST', 'The body must be one JSON object with a query; batches are not accepted.');
  } catch (error) {
    sendError(response, 400, 'BAD_REQUEST', `The body is not JSON: ${(error as Error).message}`);
  }
  return null;
}

function refuseCaller({ response, log }: Exchange, error: unknown): void {
  const { formatted, surprise } = maskError(error);
  const code = String(formatted.extensions?.code);
  if (error instanceof AuthError) response.setHeader('www-authenticate', 'Bearer');
  else log.error({ err: surprise ?? error }, 'The caller could not be identified.');
  sendError(
    response,
    error instanceof AuthError ? 401 : code === 'INTERNAL_SERVER_ERROR' ? 500 : 503,
    code,
    formatted.message,
  );
}

const logSurprises: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, contextValue, operationName }) {
        for (const error of errors) {
          const { surprise } = maskError(error);
          if (surprise)
            contextValue.log.error({ err: surprise, operationName, path: error.path }, 'An operation failed.');
        }
      },
    };
  },
};
