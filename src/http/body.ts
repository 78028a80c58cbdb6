import type { IncomingMessage, ServerResponse } from 'node:http';

export interface BodyLimits {
  /** Bytes. */
  most: number;
  /** Milliseconds that the whole body may take. */
  within: number;
}

export class BodyError extends Error {
  readonly status: 400 | 408 | 413 | 415;

  constructor(status: 400 | 408 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * The whole body.
 * @throws BodyError when it is too large (413), too slow (408) or breaks off (400)
 */
export function readBody(request: IncomingMessage, { most, within }: BodyLimits): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > most) return Promise.reject(tooLarge(most));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      finish();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) settle(() => reject(tooLarge(most)));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    const onClose = () => settle(() => reject(new BodyError(400, 'The body broke off.')));
    const timer = setTimeout(() => settle(() => reject(new BodyError(408, 'The body came too slowly.'))), within);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/**
 * Ends a request whose body was not read to its end. What is still coming is thrown away for a while, because a client
 * that is cut off in the middle of sending never sees the answer; then the connection goes.
 */
export function abandonBody(request: IncomingMessage, response: ServerResponse, patience = 2_000): void {
  response.setHeader('connection', 'close');
  request.on('error', () => {}).resume();
  const cut = setTimeout(() => request.destroy(), patience);
  request.once('close', () => clearTimeout(cut));
  request.once('end', () => clearTimeout(cut));
}

function tooLarge(most: number): BodyError {
  return new BodyError(413, `The body is larger than ${most / 1024 / 1024} MiB.`);
}
