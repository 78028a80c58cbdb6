import type { DestinationStream } from 'pino';

/** The log's JSON lines as a person reads them at a terminal. */
export function terminalLog(terminal: NodeJS.WritableStream): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, err, requestId } = JSON.parse(line) as Record<string, unknown> & {
        err?: { message?: string };
      };
      const reason = err?.message ? `: ${err.message}` : '';
      const request = typeof requestId === 'string' ? ` [${requestId}]` : '';
      terminal.write(`${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${msg ?? ''}${reason}${request}\n`);
    },
  };
}
