import { ConfigError, TollgateError } from '../errors.js';
import { withoutSecrets } from '../log.js';

/** What an error means for the person at the terminal: one line that says what to do. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) return oneLine(error.problems.join(' '));
  if (error instanceof TollgateError) return oneLine([error.message, error.hint].filter(Boolean).join(' '));
  const { code, message, cause } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const reason = (cause as Partial<NodeJS.ErrnoException> | undefined)?.code ?? code;
  if (reason === 'ECONNREFUSED' || reason === 'CONNECT_TIMEOUT' || reason === 'ENOTFOUND') {
    return oneLine(`Cannot connect (${message || reason}): check DATABASE_URL and that the server runs.`);
  }
  return oneLine(message || String(error));
}

/** Ends the command: exit code 1 and one line on stderr. */
export function fail(error: unknown): never {
  process.stderr.write(`tollgate: ${explain(error)}\n`);
  process.exit(1);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress: one line that is written over on a terminal; elsewhere a plain line for each part that is done. */
export function createProgress(terminal: NodeJS.WriteStream = process.stderr) {
  let shown = false;
  return {
    update(all: string, part: string, done: boolean): void {
      if (terminal.isTTY) terminal.write(`\r\u001b[2K${all}`);
      else if (done) terminal.write(`${part}\n`);
      shown = terminal.isTTY === true;
    },
    end(): void {
      if (shown) terminal.write('\n');
      shown = false;
    },
  };
}

function oneLine(text: string): string {
  return withoutSecrets(text)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
