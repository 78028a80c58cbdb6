import Stripe from 'stripe';
import { afterEach } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/index.js';
import { BillingHistory, type HistoryEvent } from '../conformance/billing-history.js';
import { ConformingTraffic } from './conforming-traffic.js';

export interface TestSandbox {
  sandbox: Sandbox;
  url: string;
  /** The official SDK with a secret key. */
  stripe: Stripe;
  /** What happened so far, oldest first; of the given types only, if any are given. */
  events(...types: string[]): Stripe.Event[];
  /** Seconds of the sandbox's clock. */
  now(): number;
  /** Moves the clock forward, doing everything due on the way. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

const running = new Set<Watched>();
interface Watched {
  sandbox: Sandbox;
  traffic: ConformingTraffic;
  errors: unknown[];
  checked: Set<string>;
  history: BillingHistory;
}

/**
 * A sandbox on a free port. Each request below /v1 and its answer, whoever sent it (the SDK, `fetch`, a browser), each
 * event and each error inside it is checked after every test of the file that started it: what Stripe's own description
 * does not know fails the test that caused it, and so does a status or a sum that cannot be.
 */
export async function startTestSandbox(options: SandboxOptions = {}): Promise<TestSandbox> {
  const errors: unknown[] = [];
  const traffic = new ConformingTraffic();
  const sandbox = await startSandbox({
    onError: (error) => errors.push(error),
    ...options,
    onRequest: (request) => {
      traffic.saw(request);
      options.onRequest?.(request);
    },
  });
  const watched: Watched = { sandbox, traffic, errors, checked: new Set(), history: new BillingHistory() };
  running.add(watched);
  const now = () => sandbox.engine.clock.now();
  return {
    sandbox,
    url: sandbox.url,
    stripe: sdk(sandbox.port),
    events: (...types) => storedEvents(sandbox).filter(({ type }) => types.length === 0 || types.includes(type)),
    now,
    advance: async (seconds) => {
      const moved = await fetch(`${sandbox.url}/_sandbox/clock`, {
        method: 'POST',
        body: JSON.stringify({ advance: seconds }),
      });
      if (!moved.ok) throw new Error(await moved.text());
    },
    close: async () => {
      running.delete(watched);
      await sandbox.close();
      verify(watched);
    },
  };
}

/** Retries are off: a test wants to see the first answer. */
function sdk(port: number): Stripe {
  return new Stripe('sk_test_sandbox', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

function storedEvents({ engine }: Sandbox): Stripe.Event[] {
  const events = [...engine.store.of('event').newestFirst()].reverse();
  return events.map((event) => ({ ...event, pending_webhooks: 0 }) as unknown as Stripe.Event);
}

function verify({ sandbox, traffic, errors, checked, history }: Watched): void {
  const impossible: string[] = [];
  for (const event of storedEvents(sandbox)) {
    if (checked.has(event.id)) continue;
    checked.add(event.id);
    traffic.checkEvent(event);
    impossible.push(...history.next(event as unknown as HistoryEvent));
  }
  const [error] = errors.splice(0);
  if (error) throw error;
  traffic.verify();
  if (impossible.length > 0) throw new Error(`A history that cannot be:\n  ${impossible.join('\n  ')}`);
}

afterEach(() => {
  for (const watched of running) verify(watched);
});
