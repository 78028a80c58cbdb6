import { Conformance, type Violation } from '../conformance/conformance.js';

/** One for a test file: reading and compiling Stripe's schemas takes a second. */
const conformance = Conformance.ofInstalledSdk();

/**
 * Checks Stripe-shaped traffic strictly against the SDK's description of it and keeps what violates it. Nothing is
 * thrown while traffic flows, because the SDK would take it for a network failure and try again.
 */
export class ConformingTraffic {
  private readonly found: string[] = [];

  /** `fetch`, its request and answer checked. What is not below /v1 passes unchecked. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.clone().text();
    const response = await fetch(request);
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith('/v1/')) {
      this.checkExchange(
        request.method,
        pathname,
        fromBrowser(request) ? undefined : body || search.slice(1),
        response.status,
        await response.clone().text(),
      );
    }
    return response;
  };

  /** @param raw form body or query; undefined for calls that the SDK's typings do not describe. */
  checkExchange(method: string, path: string, raw: string | undefined, status: number, answer: string): void {
    const call = `${method} ${path}`;
    let body: unknown;
    try {
      body = JSON.parse(answer);
    } catch {
      this.add(`${call} → ${status}`, [{ path: '/', message: `not JSON: ${answer.slice(0, 200)}` }]);
      return;
    }
    if (status >= 400) {
      // A request that is refused may well be malformed: that may be what the test is about.
      this.add(`${call} → ${status}`, conformance.error(raw === undefined ? withoutIntents(body) : body));
      return;
    }
    // A page gets only a part of an object.
    if (raw === undefined) return;
    this.add(`${call} request`, conformance.request(method, path, raw));
    this.add(`${call} answer`, conformance.response(method, path, body));
  }

  checkEvent(event: unknown): void {
    const { id, type } = event as { id: string; type: string };
    this.add(`event ${id} ${type}`, conformance.event(event));
  }

  /** Throws everything found since the last call. */
  verify(): void {
    const found = this.found.splice(0);
    if (found.length > 0) {
      throw new Error(`Traffic that Stripe does not know (${conformance.label}):\n  ${found.join('\n  ')}`);
    }
  }

  private add(where: string, violations: Violation[]): void {
    for (const { path, message } of violations) this.found.push(`${where}: ${path} ${message}`);
  }
}

/** stripe.js speaks to more than the SDK's typings describe: card numbers, client secrets. */
/** A page gets only a part of an intent, in errors too. */
function withoutIntents(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) => (/^(payment|setup)_intent$/.test(key) ? undefined : value));
}

const fromBrowser = (request: Request) => /^Bearer pk_/.test(request.headers.get('authorization') ?? '');
