import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import https from 'node:https';
import { Stripe } from 'stripe';
import { StripeCallError, stripeCallError } from './errors.js';
import { assertPinnedStripe, STRIPE_API_VERSION } from './version.js';

export interface StripeAnswer<T> {
  value: T;
  /** Our clock, in milliseconds since 1970, when the call began. */
  sentAt: number;
  /** Stripe's seconds, from the `Date` header: written after the state was read. */
  date: number;
  /** Milliseconds from the first attempt to the whole answer. */
  durationMs: number;
  /** Stripe repeated a stored answer: what it says may be long past. */
  replayed: boolean;
  /** More than one: an earlier attempt may be what acted. */
  attempts: number;
}

export interface StripeGateway {
  readonly sdk: Stripe;
  /** Carries out one request; failures are `StripeCallError`s. Never takes longer than the bound it was made with. */
  call<T>(request: (sdk: Stripe) => Promise<Stripe.Response<T>>): Promise<StripeAnswer<T>>;
  /** The `Date` header of the newest answer, in Stripe's seconds; null before the first. */
  lastDate(): number | null;
  close(): void;
}

export interface StripeOptions {
  secretKey: string;
  /** Another API than Stripe's own, e.g. `http://127.0.0.1:4010`. */
  apiBase?: string | undefined;
  /** Milliseconds that a call may take, its retries included. */
  timeoutMs?: number | undefined;
  /** Attempts after the first where nothing usable was answered; they carry the same idempotency key. */
  retries?: number | undefined;
  /** Told of every answer what Stripe's clock showed (seconds) and how long the call took (milliseconds). */
  onAnswer?: ((answer: { date: number; durationMs: number }) => void) | undefined;
}

interface CallInFlight {
  attempts: number;
  /** False while every attempt failed before a byte was sent. */
  sent: boolean;
  /** Our clock, milliseconds. */
  deadline: number;
}

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

export function createStripe(options: StripeOptions): StripeGateway {
  assertPinnedStripe();
  const { timeoutMs = 20_000, retries = 2 } = options;
  const base = new URL(options.apiBase ?? 'https://api.stripe.com');
  const agent = new (base.protocol === 'http:' ? http : https).Agent({ keepAlive: true });
  const calls = new AsyncLocalStorage<CallInFlight>();
  let newest: number | null = null;

  const sdk = new Stripe(options.secretKey, {
    apiVersion: STRIPE_API_VERSION,
    host: base.hostname,
    port: base.port || (base.protocol === 'http:' ? 80 : 443),
    protocol: base.protocol === 'http:' ? 'http' : 'https',
    maxNetworkRetries: retries,
    timeout: timeoutMs,
    telemetry: false,
    httpClient: countingClient(Stripe.createNodeHttpClient(agent), calls),
    appInfo: { name: 'tollgate' },
  });

  return {
    sdk,
    lastDate: () => newest,
    close: () => agent.destroy(),
    async call(request) {
      const sentAt = Date.now();
      const began = performance.now();
      const inFlight: CallInFlight = { attempts: 0, sent: false, deadline: sentAt + timeoutMs };
      try {
        const value = await within(timeoutMs, () => calls.run(inFlight, () => request(sdk)), inFlight);
        const headers = value.lastResponse.headers;
        const date = Math.floor(Date.parse(headers.date ?? '') / 1000);
        if (!Number.isFinite(date)) throw new Error('The answer has no Date header: it does not come from Stripe.');
        if (newest === null || date > newest) newest = date;
        const durationMs = performance.now() - began;
        options.onAnswer?.({ date, durationMs });
        return {
          value,
          sentAt,
          date,
          durationMs,
          replayed: headers['idempotent-replayed'] === 'true',
          attempts: inFlight.attempts,
        };
      } catch (error) {
        throw stripeCallError(error, inFlight.attempts, inFlight.sent);
      }
    },
  };
}

// The SDK's own time-out watches for silence only: an answer that trickles would hold a command for ever.
async function within<T>(ms: number, work: () => Promise<T>, inFlight: CallInFlight): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const facts = { outcomeUnknown: inFlight.sent, status: null, attempts: inFlight.attempts };
      reject(new StripeCallError('unavailable', `Stripe did not answer within ${ms} ms.`, facts));
    }, ms);
  });
  try {
    return await Promise.race([work(), bound]);
  } finally {
    clearTimeout(timer);
  }
}

type HttpClient = InstanceType<typeof Stripe.HttpClient>;

/** Only here is it seen how often a request really left, and whether any of it can have arrived. */
function countingClient(inner: HttpClient, calls: AsyncLocalStorage<CallInFlight>): HttpClient {
  return {
    getClientName: () => inner.getClientName(),
    async makeRequest(host, port, path, method, headers, body, protocol, timeout) {
      const inFlight = calls.getStore();
      if (!inFlight) return inner.makeRequest(host, port, path, method, headers, body, protocol, timeout);
      const left = Math.min(timeout, inFlight.deadline - Date.now());
      if (left <= 0) throw new Error('No time is left for another attempt.');
      inFlight.attempts += 1;
      const before = inFlight.sent;
      inFlight.sent = true;
      try {
        return await inner.makeRequest(host, port, path, method, headers, body, protocol, left);
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code !== undefined && neverSent.has(code)) inFlight.sent = before;
        throw error;
      }
    },
  };
}
