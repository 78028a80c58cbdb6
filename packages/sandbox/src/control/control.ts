import type { Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import type { Engine } from '../engine/engine.js';
import type { ApiFaults } from '../http/api-faults.js';
import { isOwnRequest } from '../http/browser-origin.js';
import type { RateLimiter } from '../http/rate-limits.js';
import type { Route } from '../http/route.js';
import { ControlError } from './body.js';
import { clockRoutes } from './clock-routes.js';
import { deliveryRoutes } from './delivery-routes.js';
import { dunningRoutes } from './dunning-routes.js';
import { faultRoutes } from './fault-routes.js';
import { keyRoutes } from './key-routes.js';
import { paymentRoutes } from './payment-routes.js';
import { rateLimitRoutes } from './rate-limit-routes.js';
import { snapshotRoutes } from './snapshot-routes.js';
import { stateRoutes } from './state-routes.js';

/** `/_sandbox/…`: what tests do to the sandbox, and Stripe has no word for. JSON in and out, no key needed. */
export function mountControl(
  app: Hono,
  parts: { engine: Engine; courier: Courier; faults: ApiFaults; limiter: RateLimiter; routes: readonly Route[] },
): void {
  // A page of any site could send what needs no key: to forget everything, for one.
  app.use('/_sandbox/*', (c, next) =>
    isOwnRequest(c)
      ? next()
      : Promise.resolve(c.json({ error: { message: 'pages of other sites may not do this' } }, 403)),
  );
  clockRoutes(app, parts.engine);
  dunningRoutes(app, parts.engine);
  faultRoutes(app, parts.faults, parts.courier);
  keyRoutes(app, parts.engine);
  rateLimitRoutes(app, parts.engine, parts.limiter);
  deliveryRoutes(app, parts.courier);
  paymentRoutes(app, parts.engine);
  snapshotRoutes(app, parts.engine);
  stateRoutes(app, parts.engine, parts.courier, parts.routes);
  app.all('/_sandbox/*', (c) => c.json({ error: { message: `no route ${c.req.method} ${c.req.path}` } }, 404));
}

/** 400 for a refusal of the control API; undefined for any other error. */
export function controlRefusal(error: unknown): { error: { message: string } } | undefined {
  return error instanceof ControlError ? { error: { message: error.message } } : undefined;
}
