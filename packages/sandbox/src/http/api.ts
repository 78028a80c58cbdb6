import type { Context, Hono } from 'hono';
import type { Engine } from '../engine/engine.js';
import { invalidRequest, StripeError } from '../engine/errors.js';
import { newId } from '../engine/ids.js';
import { expandTree, render } from '../engine/render.js';
import { type Answer, errorAnswer } from './answer.js';
import type { ApiFaults } from './api-faults.js';
import { authenticate } from './auth.js';
import { parseForm } from './form.js';
import { fingerprint, keyInUse, storedOutcome } from './idempotent.js';
import { list, readShape, str } from './params.js';
import type { Route } from './route.js';

export interface ApiOptions {
  engine: Engine;
  apiVersion: string;
  /** Only these keys are accepted; any test key without it. */
  keys: ReadonlySet<string> | undefined;
  faults: ApiFaults;
  onError: (error: unknown) => void;
}

interface Incoming {
  method: string;
  path: string;
  form: string;
  requestId: string;
  idempotencyKey: string | undefined;
}

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
    app.all('/v1/*', (c) => this.serve(c, undefined));
    app.all('/v2/*', (c) => this.serve(c, undefined));
  }

  private async serve(c: Context, route: Route | undefined): Promise<Response> {
    const request = await incoming(c);
    let answer: Answer & { replayOf?: string };
    try {
      answer = await this.answer(c, request, route);
    } catch (error) {
      answer = this.refusal(error, request);
    }
    if (answer.status === 0) return new Promise<Response>(() => {});
    const key = request.idempotencyKey;
    return c.body(answer.body, answer.status as 200, {
      'content-type': 'application/json',
      date: new Date(this.options.engine.clock.nowMs()).toUTCString(),
      'request-id': request.requestId,
      'stripe-version': c.req.header('stripe-version') ?? this.options.apiVersion,
      'cache-control': 'no-cache, no-store',
      ...(key ? { 'idempotency-key': key } : {}),
      ...(answer.replayOf ? { 'idempotent-replayed': 'true', 'original-request': answer.replayOf } : {}),
      ...(answer.status === 409 ? { 'stripe-should-retry': 'true' } : {}),
    });
  }

  private async answer(
    c: Context,
    request: Incoming,
    route: Route | undefined,
  ): Promise<Answer & { replayOf?: string }> {
    const { engine } = this.options;
    const keyKind = authenticate(c.req.header('authorization'), this.options.keys);
    if (!route) throw unknownUrl(request);
    if (keyKind === 'publishable' && !route.publishable) throw secretKeyRequired();
    const key = request.method === 'POST' ? request.idempotencyKey : undefined;
    const print = key === undefined ? '' : fingerprint(request.method, request.path, request.form);
    if (key !== undefined) {
      if (this.inFlight.has(key)) throw keyInUse(key);
      const stored = storedOutcome(engine.store, key, { path: request.path, fingerprint: print }, engine.clock.now());
      if (stored) return { status: stored.status, body: stored.body, replayOf: stored.requestId };
      this.inFlight.add(key);
    }
    try {
      const fault = this.options.faults.next(request.method, request.path);
      const early = await fault?.before(c.req.raw.signal);
      if (early) return early;
      const answer = this.execute(c, request, route, key, print);
      return (await fault?.after(c.req.raw.signal)) ?? answer;
    } finally {
      if (key !== undefined) this.inFlight.delete(key);
    }
  }

  private execute(c: Context, request: Incoming, route: Route, key: string | undefined, print: string): Answer {
    const { engine } = this.options;
    const cause = { requestId: request.requestId, idempotencyKey: key ?? null };
    const form = parseForm(request.form);
    const { expand, ...given } = form;
    const tree = expandTree(expand === undefined ? [] : EXPAND.read(expand, 'expand'));
    const params = readShape(route.shape, given);
    const remember = (answer: Answer) => {
      if (key === undefined) return answer;
      const { method, path, requestId } = request;
      const created = engine.clock.now();
      const record = { id: key, method, path, fingerprint: print, ...answer, requestId, created };
      engine.transact((tx) => tx.put('_idempotency', record), cause);
      return answer;
    };
    try {
      return engine.transact((tx) => {
        const result = route.handle({ tx, params, ids: c.req.param() as Record<string, string>, path: request.path });
        const body = JSON.stringify(render(tx, result, tree), null, 2);
        const answer = { status: 200, body };
        if (key !== undefined) {
          const { method, path, requestId } = request;
          tx.put('_idempotency', {
            id: key,
            method,
            path,
            fingerprint: print,
            ...answer,
            requestId,
            created: tx.now(),
          });
        }
        return answer;
      }, cause);
    } catch (error) {
      const answer = this.refusal(error, request);
      return error instanceof StripeError && !error.stored ? answer : remember(answer);
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

async function incoming(c: Context): Promise<Incoming> {
  const url = new URL(c.req.url);
  const body = c.req.method === 'GET' ? '' : await c.req.text();
  const query = url.search.slice(1);
  return {
    method: c.req.method,
    path: url.pathname,
    form: body === '' || query === '' ? body || query : `${query}&${body}`,
    requestId: newId('req'),
    idempotencyKey: c.req.header('idempotency-key') || undefined,
  };
}

const wildcards = (path: string) => path.split(':').length - 1;

const unknownUrl = ({ method, path }: Incoming) =>
  invalidRequest(
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    { status: 404 },
  );

const secretKeyRequired = () =>
  invalidRequest(
    'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
    { status: 403, code: 'secret_key_required' },
  );
