import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import { invalidRequest, missingParam, StripeError } from '../engine/errors.js';
import { expandTree, render } from '../engine/render.js';
import type { Transaction } from '../engine/transaction.js';
import { inVersion } from '../versions/older-shapes.js';
import { type Answer, errorAnswer } from './answer.js';
import { type ApiFault, type ApiFaults, faultError } from './api-faults.js';
import { authenticate } from './api-keys.js';
import { isFromForeignPage } from './browser-origin.js';
import { clientView } from './client-view.js';
import { ephemeralAccess, requireOwn } from './ephemeral-access.js';
import { fingerprint, keyInUse, storedOutcome } from './idempotent.js';
import { type Incoming, identify, readForm, readHeaders } from './incoming.js';
import { list, readShape, str } from './params.js';
import { forbidden, requirePermission } from './permissions.js';
import type { Limited, RateLimiter } from './rate-limits.js';
import type { RequestLog } from './request-log.js';
import type { Route } from './route.js';

export interface ApiOptions {
  engine: Engine;
  /** The id of the account that every key belongs to. */
  account: string;
  /** Only these keys and those made through `/_sandbox/keys` are accepted; any test key without it. */
  keys: ReadonlySet<string> | undefined;
  faults: ApiFaults;
  limiter: RateLimiter;
  onError: (error: unknown) => void;
  /** Is told of every call that has been answered. */
  requests?: RequestLog;
}

/** What one run of a handler needs beside the request and its route. */
interface Execution {
  ids: Record<string, string>;
  key: string | undefined;
  print: string;
  fault: ApiFault | undefined;
}

/** An answer (perhaps the stored one of an earlier request), or none because a test asked for that. */
type Outcome =
  | (Answer & { replayOf?: string; retryAfter?: number; limited?: Limited['reason'] | undefined })
  | 'hang'
  | 'disconnect';

/** Pages anywhere may call Stripe with a publishable key. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, stripe-version',
  'access-control-expose-headers': 'Request-Id, Stripe-Version, Stripe-Rate-Limited-Reason',
  'access-control-max-age': '300',
};

const EXPAND = list(str());

/** Stripe's API over the engine: keys, forms, idempotency, faults and errors, the same for every route. */
export class Api {
  /** Idempotency keys of requests that have not been answered yet. */
  private readonly inFlight = new Set<string>();

  constructor(private readonly options: ApiOptions) {}

  mount(app: Hono, routes: readonly Route[]): void {
    // A literal path before one with ids: /v1/invoices/create_preview is not an invoice.
    const ordered = [...routes].sort((a, b) => wildcards(a.path) - wildcards(b.path));
    for (const route of ordered) app.on(route.method, route.path, (c) => this.serve(c, route));
    app.options('/v1/*', (c) => c.body(null, 204, CORS));
    app.all('/v1/*', (c) => this.serve(c, undefined));
    app.all('/v2/*', (c) => this.serve(c, undefined));
  }

  private async serve(c: Context, route: Route | undefined): Promise<Response> {
    const started = performance.now();
    const request = identify(c);
    let outcome: Outcome;
    try {
      await readForm(c, request);
      outcome = await this.limited(c, request, route);
    } catch (error) {
      outcome = this.refusal(error, request);
    }
    this.log(request, outcome, started);
    if (outcome === 'hang' || outcome === 'disconnect') return never(c, outcome);
    const key = request.idempotencyKey;
    return c.body(outcome.body, outcome.status as 200, {
      'content-type': 'application/json',
      date: new Date(this.options.engine.clock.nowMs()).toUTCString(),
      'request-id': request.requestId,
      'stripe-version': request.version,
      'cache-control': 'no-cache, no-store',
      ...CORS,
      ...(key ? { 'idempotency-key': key } : {}),
      ...(outcome.replayOf ? { 'idempotent-replayed': 'true', 'original-request': outcome.replayOf } : {}),
      ...(outcome.retryAfter === undefined ? {} : { 'retry-after': String(outcome.retryAfter) }),
      ...(outcome.limited === undefined ? {} : { 'stripe-rate-limited-reason': outcome.limited }),
      ...(outcome.status === 409 ? { 'stripe-should-retry': 'true' } : {}),
    });
  }

  private log(request: Incoming, outcome: Outcome, started: number): void {
    const { method, path, form, requestId: id, idempotencyKey, version, key } = request;
    const { status, body, replayOf } =
      typeof outcome === 'string' ? { status: null, body: '', replayOf: undefined } : outcome;
    this.options.requests?.add({
      id,
      method,
      path,
      form,
      idempotencyKey,
      version,
      publishable: key.startsWith('pk_'),
      status,
      answer: body,
      duration: performance.now() - started,
      created: this.options.engine.clock.now(),
      ...(replayOf && { replayOf }),
    });
  }

  /** Who asks, and whether they have asked too often; then the call itself. */
  private async limited(c: Context, request: Incoming, route: Route | undefined): Promise<Outcome> {
    const { account, engine, keys, limiter } = this.options;
    const now = engine.clock.now();
    const ephemeral = ephemeralAccess(request.key, engine.store, now);
    const key = ephemeral ?? authenticate(request.key, engine.store, keys, now);
    if (!ephemeral && key.kind !== 'publishable' && isFromForeignPage(c)) throw secretKeyInForeignPage();
    readHeaders(c, request, account);
    if (!route) throw unknownUrl(request);
    if (ephemeral) requireOwn(ephemeral, request, engine.store);
    if (route.needsVersion && !c.req.header('stripe-version')) throw versionRequired();
    if (key.kind === 'publishable') {
      if (!route.publishable) throw secretKeyRequired();
      // A page may touch only what its server handed it the secret of.
      const secret = route.publishable === true && route.shape.client_secret;
      if (secret && !request.params.client_secret) throw missingParam('client_secret');
    }
    requirePermission(key, request.method, request.path, account);
    const refused = limiter.enter(key.id, request.method, engine.store.of('_rate_limits').get('rate_limits'));
    if (refused) {
      const { error, reason, retryAfter } = refused;
      return { ...this.refusal(error, request), limited: reason, ...(retryAfter === undefined ? {} : { retryAfter }) };
    }
    try {
      const outcome = await this.outcome(c, request, route);
      if (key.kind !== 'publishable' || typeof outcome === 'string') return outcome;
      return { ...outcome, body: clientView(outcome.body) };
    } finally {
      limiter.leave(key.id);
    }
  }

  private async outcome(c: Context, request: Incoming, route: Route): Promise<Outcome> {
    const { engine } = this.options;
    const key = request.method === 'POST' ? request.idempotencyKey : undefined;
    const print = key === undefined ? '' : fingerprint(request.method, request.path, request.form);
    if (key !== undefined) {
      if (this.inFlight.has(key)) throw keyInUse(key);
      const stored = storedOutcome(engine.store, key, { path: request.path, fingerprint: print }, engine.clock.now());
      if (stored) return { status: stored.status, body: stored.body, replayOf: stored.requestId };
      this.inFlight.add(key);
    }
    const fault = this.options.faults.take(request.method, request.path);
    try {
      if (fault?.latencyMs) await new Promise((resolve) => setTimeout(resolve, fault.latencyMs));
      if (fault?.timeout === 'before') return 'hang';
      if (fault?.disconnect === 'before') return 'disconnect';
      const ids = c.req.param() as Record<string, string>;
      const answer = this.execute(request, route, { ids, key, print, fault });
      if (fault?.timeout === 'after') return 'hang';
      if (fault?.disconnect === 'after') return 'disconnect';
      const limited = fault?.status === 429 && fault.code !== 'lock_timeout' ? 'global-rate' : undefined;
      return { ...answer, limited, ...(fault?.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter }) };
    } finally {
      if (key !== undefined) this.inFlight.delete(key);
    }
  }

  /** Runs the handler in one transaction, which also stores the outcome under the idempotency key. */
  private execute(request: Incoming, route: Route, { ids, key, print, fault }: Execution): Answer {
    const { engine } = this.options;
    const { method, path, requestId } = request;
    const cause = { requestId, idempotencyKey: key ?? null };
    const { expand, ...given } = request.params;
    const remember = (tx: Transaction, answer: Answer) => {
      if (key === undefined) return;
      tx.put('_idempotency', { id: key, method, path, fingerprint: print, ...answer, requestId, created: tx.now() });
    };
    try {
      if (fault?.status !== undefined && fault.when !== 'after') throw faultError(fault);
      const tree = expandTree(expand === undefined ? [] : EXPAND.read(expand, 'expand'));
      const params = readShape(route.shape, given);
      return engine.transact((tx) => {
        const result = route.handle({ tx, params, ids, path });
        const shown = inVersion(request.version, render(tx, result, tree), tx);
        let answer: Answer = { status: 200, body: JSON.stringify(shown, null, 2) };
        if (fault?.status !== undefined) answer = errorAnswer(faultError(fault), requestId, tx.now());
        remember(tx, answer);
        return answer;
      }, cause);
    } catch (error) {
      const answer = this.refusal(error, request);
      if (!(error instanceof StripeError) || error.stored) engine.transact((tx) => remember(tx, answer), cause);
      return answer;
    }
  }

  private refusal(error: unknown, request: Incoming): Answer {
    const now = this.options.engine.clock.now();
    if (error instanceof StripeError) return errorAnswer(error, request.requestId, now);
    this.options.onError(error);
    const message = 'An unknown error occurred';
    return errorAnswer(new StripeError(500, { type: 'api_error', message }), request.requestId, now);
  }
}

/** Keeps the connection without an answer until the client leaves, or closes it at once. */
function never(c: Context, how: 'hang' | 'disconnect'): Promise<Response> {
  const { outgoing } = c.env as HttpBindings;
  return new Promise((resolve) => {
    outgoing.once('close', () => resolve(c.body(null)));
    if (how === 'disconnect') outgoing.destroy();
  });
}

const wildcards = (path: string) => path.split(':').length - 1;

const unknownUrl = ({ method, path }: Incoming) =>
  invalidRequest(
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    { status: 404 },
  );

// Not established: Stripe's words for it. Its SDKs refuse before they ask.
const versionRequired = () =>
  invalidRequest(
    'An ephemeral key is made for one API version: send the Stripe-Version header with the version of the app that will use it.',
  );

// The sandbox's own: Stripe's protection is that nobody knows the key, and here any key may do.
const secretKeyInForeignPage = () =>
  forbidden('A page of another site cannot use a secret key. Use it on your server, and a publishable one in pages.');

const secretKeyRequired = () =>
  forbidden(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    'secret_key_required',
  );
