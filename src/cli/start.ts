import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { type Config, loadConfig, readSettings, type Settings } from '../config.js';
import { StartError } from '../errors.js';
import { createLogger, type Logger } from '../log.js';
import { type EmbeddedParts, startEmbeddedParts } from './embedded-parts.js';
import { explain, print } from './output.js';
import { terminalLog } from './terminal-log.js';

/** Runs a gateway until it is told to stop, with all it needs that the settings do not name. */
export async function start({ json = false }: { json?: boolean }): Promise<void> {
  const given = readSettings(process.env);
  // The sandbox and the public URL have to know the port before anything listens.
  const env = { ...process.env, PORT: String(await claimPort(given.http)) };
  const settings = readSettings(env);
  const log = createLogger(settings.logLevel, process.stdout.isTTY && !json ? terminalLog(process.stdout) : undefined);
  const closing = new Closing(log);
  try {
    const needs = { database: true, stripe: true };
    const starting = startEmbeddedParts(env, settings, { needs, join: false });
    // The gateway's own code is loaded while the embedded parts start.
    const loading = Promise.all([import('../app.js'), import('./prepare.js'), import('../inbox/poll-events.js')]);
    loading.catch(() => {});
    const parts = await starting;
    closing.push(() => parts.stop());
    const [{ createApp }, { prepare, fillMirror, pollsEvents }, { pollEvents }] = await loading;

    const config = loadConfig(await prepare(parts, settings));
    const app = await createApp(config, { log });
    closing.push(() => app.close());
    const { port } = await app.start();
    const polled = pollsEvents(settings);
    if (polled) {
      const polling = await pollEvents({ ...app, secret: config.stripe.webhookSecrets[0] ?? '' });
      closing.push(() => polling.stop());
    }
    await fillMirror(app, parts.sandbox !== null);
    announce(config, parts, port, { json, polled });

    await Promise.race([closing.asked, parts.broken]);
    await closing.close();
  } catch (error) {
    await closing.close();
    throw error;
  }
  process.exit(0);
}

/** What is to be closed, and the signals that ask for it. */
class Closing {
  readonly asked: Promise<void>;
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(log: Logger) {
    this.asked = new Promise((resolve) => {
      let first = 0;
      const onSignal = () => {
        // Whoever asks again does not want to wait; the embedded parts end with us in any case. One Ctrl-C under
        // npm arrives twice at once: from the terminal and from npm.
        if (first > 0 && performance.now() - first > 1_000) process.exit(130);
        first ||= performance.now();
        resolve();
      };
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      // npm passes a SIGTERM to the shell between us, which dies of it and tells us nothing; killed, it tells nobody.
      const above = ancestors();
      if (process.env.npm_lifecycle_event) {
        setInterval(() => ancestors() !== above && resolve(), 250).unref();
      }
    });
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        log.fatal({ err: error }, 'Something that nobody expected; the gateway stops.');
        process.exit(1);
      });
    }
  }

  push(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer();
  }
}

/** Our parent and, where the system tells it in a file, its parent. */
function ancestors(): string {
  const { ppid } = process;
  try {
    return `${ppid} ${/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${ppid}/status`, 'utf8'))?.[1]}`;
  } catch {
    return String(ppid);
  }
}

/** Known at once, instead of after a database was started for nothing. Any free port where 0 is asked for. */
async function claimPort({ host, port }: Settings['http']): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      // Anything else is told by the gateway's own attempt.
      if (error.code !== 'EADDRINUSE') return resolve(port);
      const hint = 'Stop what uses it, or set PORT to another.';
      reject(new StartError('PORT_IN_USE', `Port ${port} on ${host} is taken.`, { hint }));
    });
    probe.listen({ host, port, exclusive: true }, () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}

interface Announcement {
  json: boolean;
  /** Stripe's events are fetched, not sent. */
  polled: boolean;
}

function announce(config: Config, parts: EmbeddedParts, port: number, { json, polled }: Announcement): void {
  const { http, dataDir } = config;
  const base = http.publicUrl;
  const readyInMs = Math.round(performance.now());
  const developing = config.auth.keys.kind === 'development';
  const sandbox = parts.sandbox?.url ?? null;
  if (json) {
    print(
      JSON.stringify({
        ready: true,
        url: base,
        port,
        sandbox,
        database: parts.database ? 'embedded' : 'given',
        readyInMs,
      }),
    );
    return;
  }
  const rows: [string, string][] = [
    ['GraphQL', `${base}/graphql (WebSocket ${base.replace(/^http/, 'ws')}/graphql)`],
    ...(developing ? [['Console', `${base}/ (explorer ${base}/graphiql)`] as [string, string]] : []),
    ['Webhook', `${base}/webhooks/stripe`],
    [
      'Stripe',
      sandbox ? `sandbox at ${sandbox}, its state in ${dataDir}/sandbox` : (config.stripe.apiBase ?? 'api.stripe.com'),
    ],
    ['Database', parts.database ? `embedded PostgreSQL in ${dataDir}/postgres` : explain(config.database.url)],
    ...(developing ? [['Token', 'npx tollgate token --user user_alice'] as [string, string]] : []),
  ];
  print(`\nTollgate is ready after ${(readyInMs / 1000).toFixed(1)} s.`);
  for (const [name, value] of rows) print(`  ${name.padEnd(9)} ${value}`);
  if (polled) {
    const target = `${base.replace(/^https?:\/\//, '')}/webhooks/stripe`;
    print(
      'Events are polled from Stripe. To have them sent, run this and set STRIPE_WEBHOOK_SECRET to what it prints:',
    );
    print(`  stripe listen --forward-to ${target}`);
  }
  if (process.stdout.isTTY) print('Ctrl-C stops all of it.');
  print('');
}
