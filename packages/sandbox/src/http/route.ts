import type { Hono } from 'hono';
import type { Engine, JobHandler } from '../engine/engine.js';
import type { AnyKind } from '../engine/kinds.js';
import type { RecordIndexes } from '../engine/store.js';
import type { Transaction } from '../engine/transaction.js';
import type { ParamsOf, Shape } from './params.js';

export interface Call<P> {
  tx: Transaction;
  params: P;
  /** The ids in the path, by their names in the route. */
  ids: Record<string, string>;
  /** The request's path, for the `url` of lists. */
  path: string;
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  shape: Shape;
  /** Refused for publishable keys unless true; where there is a `client_secret`, they must give it, or the handler decides. */
  publishable: boolean | 'handler_decides';
  /** Refused without a `Stripe-Version` header. */
  needsVersion: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: routes of all parameter types share one table
  handle: (call: Call<any>) => unknown;
}

/** One resource file's contribution. */
export interface ResourceModule {
  kinds?: readonly AnyKind[];
  routes?: readonly Route[];
  /** Secondary indexes (for `tx.where`) of records of its own. */
  recordIndexes?: RecordIndexes;
  jobs?: Readonly<Record<string, JobHandler>>;
  /** Called once when the sandbox starts, with its kept state: for work that goes on in the background. */
  start?: (engine: Engine) => void;
  /** Pages for people and anything else that is not Stripe's API. */
  pages?: (app: Hono, engine: Engine) => void;
}

/**
 * `route('POST /v1/customers/:id', { email: str() }, ({ tx, params, ids }) => …)`. What the handler returns is
 * rendered with the request's `expand[]` (which every route takes); what it throws undoes everything it did.
 */
export function route<const S extends Shape>(
  methodAndPath: string,
  shape: S,
  handle: (call: Call<ParamsOf<S>>) => unknown,
  options: { publishable?: Route['publishable']; needsVersion?: boolean } = {},
): Route {
  const [method, path] = methodAndPath.split(' ') as [Route['method'], string];
  return {
    method,
    path,
    shape,
    handle,
    publishable: options.publishable ?? false,
    needsVersion: options.needsVersion ?? false,
  };
}
