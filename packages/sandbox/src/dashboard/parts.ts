import type { Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import type { Engine } from '../engine/engine.js';
import type { AnyKind } from '../engine/kinds.js';
import type { RequestLog } from '../http/request-log.js';
import type { Route } from '../http/route.js';

/** What the dashboard looks at, and works through. */
export interface DashboardParts {
  /** Its controls call `/_sandbox/…` of this, so that they do what a test can do. */
  app: Hono;
  engine: Engine;
  courier: Courier;
  requests: RequestLog;
  kinds: readonly AnyKind[];
  routes: readonly Route[];
  apiVersion: string;
}
