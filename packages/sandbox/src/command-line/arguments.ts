import { parseArgs } from 'node:util';

export interface StartArguments {
  port: number;
  host: string;
  dataDir: string | undefined;
  snapshot: string | undefined;
  seed: boolean;
  seedFile: string | undefined;
  json: boolean;
  exitWithStdin: boolean;
}

export type Command =
  | { name: 'start'; given: StartArguments }
  | { name: 'seed' | 'snapshot' | 'restore'; file: string | undefined; url: string }
  | { name: 'help' }
  | { name: 'version' };

const DEFAULT_URL = 'http://127.0.0.1:4010';
const START = {
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
  'data-dir': { type: 'string' },
  snapshot: { type: 'string' },
  seed: { type: 'boolean', default: false },
  'seed-file': { type: 'string' },
  json: { type: 'boolean', default: false },
  'exit-with-stdin': { type: 'boolean', default: false },
} as const;
const ASKED = { help: { type: 'boolean', default: false }, version: { type: 'boolean', default: false } } as const;

/** @throws an Error whose message says what is wrong with the arguments */
export function readArguments(args: string[]): Command {
  const [first] = args;
  if (first === 'seed' || first === 'snapshot' || first === 'restore') return remoteCommand(first, args.slice(1));
  if (first !== undefined && !first.startsWith('-')) {
    throw new Error(`unknown command ${first}; commands are seed, snapshot and restore, or none to start`);
  }
  const { values } = parseArgs({ args, options: { ...START, ...ASKED } });
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  }
  return {
    name: 'start',
    given: {
      port: Number(values.port),
      host: values.host,
      dataDir: values['data-dir'],
      snapshot: values.snapshot,
      seed: values.seed,
      seedFile: values['seed-file'],
      json: values.json,
      exitWithStdin: values['exit-with-stdin'],
    },
  };
}

function remoteCommand(name: 'seed' | 'snapshot' | 'restore', args: string[]): Command {
  const options = { url: { type: 'string', default: DEFAULT_URL }, ...ASKED } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return { name: 'help' };
  const [file, ...more] = positionals;
  if (more.length > 0) throw new Error(`${name} takes one file`);
  if (name === 'restore' && file === undefined) throw new Error('restore needs the file of a snapshot');
  return { name, file, url: values.url.replace(/\/$/, '') };
}
