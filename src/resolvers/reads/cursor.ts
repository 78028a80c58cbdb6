import { GraphQLError } from 'graphql';
import type { Cursor, Page } from '../../db/reads/tree.js';

const MOST = 100;

/** @throws GraphQLError (`BAD_USER_INPUT`) naming the argument that is wrong */
export function pageOf(args: Record<string, unknown>): Page {
  const { first, after } = args as { first?: number | null; after?: string | null };
  if (first == null || first < 0 || first > MOST) {
    throw badInput(`first takes a number from 0 to ${MOST}, not ${first}. Ask for more with after.`);
  }
  return { first, after: after == null ? null : decodeCursor(after) };
}

/** Opaque to clients: the sort key of an entry, so that a page stays where it is while newer entries arrive. */
export function encodeCursor([position, id]: Cursor): string {
  return Buffer.from(`${position} ${id}`).toString('base64url');
}

function decodeCursor(text: string): Cursor {
  const [, position, id] = /^(\d{1,15}) (.{1,255})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (position === undefined || id === undefined || id.includes('\0')) {
    throw badInput('after takes a cursor as a page of this list gave it (edges.cursor or pageInfo.endCursor).');
  }
  return [Number(position), id];
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
