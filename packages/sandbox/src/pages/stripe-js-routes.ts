import type { Hono } from 'hono';
import { browserScript } from './browser-bundle.js';

/** The stand-in for Stripe.js and the frames that it puts on a page. */
export function stripeJsRoutes(app: Hono): void {
  app.get('/stripe.js', async (c) =>
    c.body(await browserScript('stripe.js'), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    }),
  );
}
