import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Engine } from './engine/engine.js';
import { Api } from './http/api.js';
import { ApiFaults } from './http/api-faults.js';
import { RESOURCES } from './resources/index.js';

/** The API version whose objects and routes the sandbox speaks. */
export const API_VERSION = '2026-10-28.endive';

export interface SandboxOptions {
  /** 0 (the default) takes a free port. */
  port?: number;
  host?: string;
  /** Keeps the state there; in memory only without it. */
  dataDir?: string;
  /** Accept only these API keys. */
  keys?: readonly string[];
  /** Fail at once when code changes a stored object in place; on by default, costs some speed. */
  freeze?: boolean;
  /** Where unexpected errors are reported; standard error by default. */
  onError?: (error: unknown) => void;
}

export interface Sandbox {
  url: string;
  port: number;
  engine: Engine;
  close(): Promise<void>;
}

/** Starts a sandbox in this process. Rejects with EADDRINUSE for a taken port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const onError = options.onError ?? ((error: unknown) => console.error(error));
  const engine = new Engine({
    kinds: RESOURCES.flatMap((resource) => resource.kinds ?? []),
    jobs: Object.assign({}, ...RESOURCES.map((resource) => resource.jobs ?? {})),
    recordIndexes: Object.assign({}, ...RESOURCES.map((resource) => resource.recordIndexes ?? {})),
    apiVersion: API_VERSION,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    freeze: options.freeze ?? true,
    onJobError: (kind, ref, error) => onError(new Error(`job ${kind} of ${ref} failed`, { cause: error })),
  });
  const app = new Hono();
  for (const resource of RESOURCES) resource.pages?.(app, engine);
  const keys = options.keys && new Set(options.keys);
  const api = new Api({ engine, apiVersion: API_VERSION, keys, faults: new ApiFaults(), onError });
  api.mount(
    app,
    RESOURCES.flatMap((resource) => resource.routes ?? []),
  );
  const server = await listen(app, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  engine.origin = `http://${host}:${port}`;
  engine.start();
  return {
    url: engine.origin,
    port,
    engine,
    close: async () => {
      engine.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
    },
  };
}

function listen(app: Hono, hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, () => resolve(server));
    server.once('error', reject);
  });
}
