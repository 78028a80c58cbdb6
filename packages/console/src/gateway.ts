import { type Client, createClient } from 'graphql-ws';
import { tokenOf, type Viewer } from './viewers';

export const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;

/** Runs one operation as the viewer. GraphQL errors become one Error with their messages. */
export async function run<Data>(viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenOf(viewer)}` },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (body.errors?.length) throw new Error(body.errors.map((error) => error.message).join(' '));
  if (!body.data) throw new Error(`The gateway answered ${response.status} without data.`);
  return body.data;
}

/** A socket as the viewer; it reconnects for as long as it is kept, each time with a fresh token. */
export function socketOf(viewer: Viewer, on: { connected?: () => void; closed?: () => void } = {}): Client {
  return createClient({
    url: socketUrl,
    connectionParams: async () => ({ authorization: `Bearer ${await tokenOf(viewer)}` }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    on,
  });
}
