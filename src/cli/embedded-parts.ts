import { readSettings, type Settings } from '../config.js';
import { runningEmbeddedUrl, startEmbeddedPostgres } from '../db/embedded.js';
import { StartError } from '../errors.js';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.js';

export interface EmbeddedParts {
  /** The environment with the embedded parts' places filled in. */
  env: NodeJS.ProcessEnv;
  database: boolean;
  sandbox: SandboxProcess | null;
  /** Rejects when a part that runs for us ends by itself. */
  broken: Promise<never>;
  stop(): Promise<void>;
}

interface Options {
  /** What the command needs; nothing else is started. */
  needs: { database: boolean; stripe: boolean };
  /** A gateway that runs on the same data directory is used instead of refused. */
  join: boolean;
}

/** Starts, or finds running, what the settings do not replace. @throws StartError */
export async function startEmbeddedParts(
  given: NodeJS.ProcessEnv,
  settings: Settings,
  options: Options,
): Promise<EmbeddedParts> {
  const { dataDir, sandboxPort } = settings;
  const stops: (() => Promise<void>)[] = [];
  const ends: Promise<string>[] = [];
  const env = { ...given };

  const database = async () => {
    const running = options.join ? await runningEmbeddedUrl(dataDir) : null;
    if (running) return running;
    const server = await startEmbeddedPostgres({ dataDir });
    stops.push(server.stop);
    ends.push(server.exited.then(() => 'The embedded PostgreSQL'));
    return server.url;
  };
  const stripe = async () => {
    const url = `http://127.0.0.1:${sandboxPort}`;
    if (options.join && (await isSandbox(url))) return { url, process: null };
    const process = await startSandboxProcess({ dataDir, port: sandboxPort });
    stops.push(process.stop);
    ends.push(process.exited.then(() => 'The Stripe sandbox'));
    return { url: process.url, process };
  };

  const needsDatabase = options.needs.database && settings.database === null;
  const needsStripe = options.needs.stripe && settings.stripe === null;
  const started = await Promise.allSettled([needsDatabase ? database() : null, needsStripe ? stripe() : null]);
  const stop = async () => {
    await Promise.all(stops.splice(0).map((one) => one()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const [url, sandbox] = started.map((one) => (one.status === 'fulfilled' ? one.value : null)) as [
    string | null,
    Awaited<ReturnType<typeof stripe>> | null,
  ];
  if (url !== null) env.DATABASE_URL = url;
  if (sandbox) {
    Object.assign(env, {
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
      STRIPE_API_BASE: sandbox.url,
      STRIPE_JS_URL: `${sandbox.url}/stripe.js`,
    });
  }
  const broken = Promise.race([...ends, new Promise<string>(() => {})]).then((part) => {
    throw new StartError('EMBEDDED_PART_ENDED', `${part} ended; its log in ${dataDir} says why.`);
  });
  broken.catch(() => {});
  return { env, database: url !== null, sandbox: sandbox?.process ?? null, broken, stop };
}

/** The embedded parts that a short command needs, running ones used; `work` gets an environment that names them. */
export async function withEmbeddedParts<T>(
  given: NodeJS.ProcessEnv,
  needs: Options['needs'],
  work: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const parts = await startEmbeddedParts(given, readSettings(given), { needs, join: true });
  try {
    return await work(parts.env);
  } finally {
    await parts.stop();
  }
}

async function isSandbox(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_sandbox/clock`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
