import { once } from 'node:events';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
  json: any;
}

/** One request over a socket of its own. Unlike fetch it sends any header, Host and Origin included. */
export async function send(url: string, options: RequestOptions & { body?: string | Buffer } = {}): Promise<Answer> {
  const outgoing = request(url, { agent: false, ...options });
  // A server may answer and close while we are still sending.
  outgoing.on('error', () => {});
  const answered = Promise.race([
    once(outgoing, 'response'),
    once(outgoing, 'close').then(() => {
      throw new Error('The connection was closed without an answer.');
    }),
  ]);
  outgoing.end(options.body);
  const [incoming] = (await answered) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, json };
}

export function postJson(url: string, value: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return send(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

/** Everything a server writes to a raw socket until it closes it. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}
