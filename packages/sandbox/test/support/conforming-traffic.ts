import type { LoggedRequest } from '../../src/index.js';
import { API_VERSION } from '../../src/versions/api-versions.js';
import { Conformance, type Violation } from '../conformance/conformance.js';

/** One for a test file: reading and compiling Stripe's schemas takes a second. */
const conformance = Conformance.ofInstalledSdk();

export type Exchange = Pick<
  LoggedRequest,
  'method' | 'path' | 'form' | 'version' | 'publishable' | 'status' | 'answer'
>;

/**
 * Routes of Stripe.js and the mobile SDKs that the SDK's typings do not describe.
 * (GET /v1/confirmation_tokens/{id} they do; what it answers is what the creation answers.)
 */
const UNDESCRIBED = new Set(['POST /v1/confirmation_tokens', 'GET /v1/elements/sessions']);

/**
 * Keeps Stripe-shaped traffic and checks it strictly against the SDK's description of it. Not while it flows: the SDK
 * would take what is thrown for a network failure and try again, and compiling a schema takes too long for a browser.
 *
 * Not checked, because the typings do not describe it:
 * - what a page sends with its publishable key (`client_secret`, `key`, cards in `payment_method_data`), and that
 *   nothing of an answer to a page is missing: it gets a part of an object. What it gets is checked.
 * - the answers of `UNDESCRIBED`; their errors are checked, and the confirmation token as the resource that it is.
 * - answers in an older API version; their errors are checked.
 * - the parameters of a request that is refused: to be malformed may be what the test is about.
 * - calls that a fault leaves without an answer.
 */
export class ConformingTraffic {
  private readonly exchanges: Exchange[] = [];
  private readonly found: string[] = [];

  /** `fetch` for a sandbox in another process, its requests and answers below /v1 checked. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const body = await request.clone().text();
    const response = await fetch(request);
    const { pathname: path, search } = new URL(request.url);
    if (path.startsWith('/v1/')) {
      this.saw({
        method: request.method,
        path,
        form: body || search.slice(1),
        version: response.headers.get('stripe-version') ?? API_VERSION,
        publishable: /^Bearer pk_/.test(request.headers.get('authorization') ?? ''),
        status: response.status,
        answer: await response.clone().text(),
      });
    }
    return response;
  };

  saw(exchange: Exchange): void {
    this.exchanges.push(exchange);
  }

  checkEvent(event: unknown): void {
    const { id, type } = event as { id: string; type: string };
    this.add(`event ${id} ${type}`, conformance.event(event));
  }

  /** Throws everything found since the last call. */
  verify(): void {
    for (const exchange of this.exchanges.splice(0)) this.check(exchange);
    const found = this.found.splice(0);
    if (found.length > 0) {
      throw new Error(`Traffic that Stripe does not know (${conformance.label}):\n  ${found.join('\n  ')}`);
    }
  }

  private check({ method, path, form, version, publishable, status, answer }: Exchange): void {
    if (status === null) return;
    const call = `${method} ${path}`;
    let body: unknown;
    try {
      body = JSON.parse(answer);
    } catch {
      this.add(`${call} → ${status}`, [{ path: '/', message: `not JSON: ${answer.slice(0, 200)}` }]);
      return;
    }
    const base = publishable ? 'page' : 'wire';
    if (status >= 400) {
      this.add(`${call} → ${status}`, conformance.error(body, base));
      return;
    }
    if (version !== API_VERSION) return;
    if (UNDESCRIBED.has(call)) {
      if (method === 'POST') this.add(`${call} answer`, conformance.resource(body, base));
      return;
    }
    if (!publishable) this.add(`${call} request`, conformance.request(method, path, form));
    this.add(`${call} answer`, conformance.response(method, path, body, base));
  }

  private add(where: string, violations: Violation[]): void {
    for (const { path, message } of violations) this.found.push(`${where}: ${path} ${message}`);
  }
}
