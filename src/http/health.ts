import type { Database } from '../db/connect.js';
import { pendingMigrations } from '../db/migrate.js';
import type { SignalBus } from '../feed/signal-bus.js';
import { type Handler, sendJson } from './exchange.js';

/** Null when all is well, else what is not, in a few words. */
export type ReadinessCheck = () => Promise<string | null> | string | null;

export interface ReadinessOptions {
  checks: Readonly<Record<string, ReadinessCheck>>;
  /** Fingerprints of the webhook secrets in force. */
  webhookSecrets: readonly string[];
  /** Milliseconds that a check may take. */
  within: number;
}

export const answerHealth: Handler = async ({ response }) => sendJson(response, 200, { status: 'up' });

export function gatewayChecks(db: Database, bus: SignalBus): Record<string, ReadinessCheck> {
  return {
    async database() {
      await db.sql`select 1`;
      return null;
    },
    async migrations() {
      const pending = await pendingMigrations(db);
      return pending.length > 0 ? `pending: ${pending.join(', ')}; run \`tollgate migrate\`` : null;
    },
    changeFeed: () => (bus.connected ? null : 'not connected'),
  };
}

/** 200 when every check passes, else 503; the body says which do not and why. */
export function createReadinessRoute({ checks, webhookSecrets, within }: ReadinessOptions): Handler {
  return async ({ response }) => {
    const names = Object.keys(checks);
    const problems = await Promise.all(names.map((name) => problemOf(checks[name] ?? (() => null), within)));
    const ready = problems.every((problem) => problem === null);
    const states = Object.fromEntries(names.map((name, i) => [name, problems[i] ?? 'ok']));
    sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks: states, webhookSecrets });
  };
}

async function problemOf(check: ReadinessCheck, within: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${within} ms`), within);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return (error as Error).message || String(error);
  } finally {
    clearTimeout(timer);
  }
}
