import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { RequestContext } from '../resolvers/context.js';
import type { Documents } from './documents.js';

/** Compiling takes milliseconds: only what comes again is worth it, and nobody can make us do it with every request. */
const USES_BEFORE = 3;
const MOST_KEPT = 300;
const LONGEST = 10_000;

export interface QueryRequest {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

export interface CompiledQueries {
  /**
   * The answer as JSON, or null when this way does not serve: what is not a query, is not asked often, or does not go
   * through without an error. The caller then takes the ordinary way, which says what is wrong.
   */
  answer(request: QueryRequest, context: RequestContext): Promise<string | null>;
}

interface Entry {
  uses: number;
  /** Null: not compiled yet, or not to be. */
  compiled: CompiledQuery | null;
}

/**
 * Queries that come again, compiled to plain functions. graphql-js interprets a document anew for every request, which
 * costs more than the database does (docs/decisions/0004-compiled-queries.md).
 */
export function createCompiledQueries(schema: GraphQLSchema, documents: Documents): CompiledQueries {
  const entries = new Map<string, Entry>();

  function entryOf(query: string, operationName: string | null): Entry {
    const key = `${operationName ?? ''}\n${query}`;
    const known = entries.get(key);
    const entry = known ?? { uses: 0, compiled: null };
    // Last used last, so that the first is the one to forget.
    if (known) entries.delete(key);
    entries.set(key, entry);
    if (entries.size > MOST_KEPT) entries.delete(entries.keys().next().value as string);
    entry.uses++;
    if (entry.uses === USES_BEFORE) entry.compiled = compile(schema, documents, query, operationName);
    return entry;
  }

  return {
    async answer({ query, operationName = null, variables = null }, context) {
      if (typeof query !== 'string' || query.length > LONGEST) return null;
      if (operationName !== null && typeof operationName !== 'string') return null;
      if (typeof variables !== 'object' || Array.isArray(variables)) return null;
      const { compiled } = entryOf(query, operationName);
      if (!compiled) return null;
      const result = await compiled.query(undefined, context, variables);
      return result.errors ? null : `${JSON.stringify(result)}\n`;
    },
  };
}

function compile(
  schema: GraphQLSchema,
  documents: Documents,
  query: string,
  operationName: string | null,
): CompiledQuery | null {
  // As a key of an object literal it would be the object's prototype, or out of order.
  if (query.includes('__proto__')) return null;
  const document = documents(query);
  if (!('kind' in document) || operationOf(document, operationName)?.operation !== 'query') return null;
  const compiled = compileQuery(schema, document, operationName ?? undefined);
  return isCompiledQuery(compiled) ? compiled : null;
}

function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (name === null) return operations.length === 1 ? (operations[0] ?? null) : null;
  return operations.find((operation) => operation.name?.value === name) ?? null;
}
