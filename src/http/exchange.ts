import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../log.js';

/** One request and its answer. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  /** Also in the answer's `x-request-id`. */
  requestId: string;
  log: Logger;
}

export type Handler = (exchange: Exchange) => Promise<void>;

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** A refusal in the shape of a GraphQL answer, which every client of ours can read. */
export function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}
