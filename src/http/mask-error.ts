import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isUnavailable } from '../db/sql-state.js';
import { TollgateError } from '../errors.js';

export const internalError = 'Something went wrong on our side; it is in our log under this request id.';

/** What a client is told, and whether it is a surprise that belongs in the log. */
export interface MaskedError {
  formatted: GraphQLFormattedError;
  /** The error as it happened, when it was not raised on purpose. */
  surprise: unknown;
}

/**
 * Errors that we or GraphQL raised on purpose say what they say; an unreachable database says that; everything else is
 * a surprise, of which a client learns only that it happened.
 */
export function maskError(error: unknown): MaskedError {
  const { path, locations } = error instanceof GraphQLError ? error : {};
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) };
  const say = (code: string, message: string, surprise: unknown = null): MaskedError => ({
    formatted: { message, ...place, extensions: { code } },
    surprise,
  });
  const original = error instanceof GraphQLError ? error.originalError : error;
  if (original instanceof TollgateError) return say(original.code, original.message);
  if (error instanceof GraphQLError && (!original || original instanceof GraphQLError)) {
    return say(String(error.extensions.code ?? 'BAD_REQUEST'), error.message);
  }
  if (isUnavailable(original)) {
    return say('SERVICE_UNAVAILABLE', 'The database cannot be reached at the moment; try again.', original);
  }
  return say('INTERNAL_SERVER_ERROR', internalError, original);
}
