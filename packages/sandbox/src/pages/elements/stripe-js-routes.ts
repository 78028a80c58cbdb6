import type { Context, Hono } from 'hono';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import type { Engine } from '../../engine/engine.js';
import { ELEMENT_TYPES, type ElementType } from '../../stripe-js/element-types.js';
import { type BrowserScript, browserScript } from '../browser-bundle.js';
import { mayBeFramed, notFound, show } from '../serve.js';
import { ELEMENTS_SCRIPT_PATH, ELEMENTS_STYLESHEET_PATH, elementPage } from './elements-page.js';
import { elementsStylesheet } from './elements-stylesheet.js';

/** The stand-in for Stripe.js and the frames that it puts on a page. */
export function stripeJsRoutes(app: Hono, engine: Engine): void {
  app.get('/stripe.js', (c) => script(c, 'stripe.js'));
  app.get(ELEMENTS_SCRIPT_PATH, (c) => script(c, 'elements.js'));
  app.get(ELEMENTS_STYLESHEET_PATH, (c) =>
    c.body(elementsStylesheet, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }),
  );
  app.use('/elements/frame', mayBeFramed);
  app.get('/elements/frame', (c) => {
    const { type, parent } = c.req.query();
    if (!ELEMENT_TYPES.includes(type as ElementType) || !isOrigin(parent)) return notFound(c);
    const now = engine.clock.now();
    return show(c, elementPage({ type: type as ElementType, parent, now, merchant: MERCHANT_NAME }));
  });
}

async function script(c: Context, name: BrowserScript): Promise<Response> {
  return c.body(await browserScript(name), 200, {
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-cache',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  });
}

function isOrigin(text: string | undefined): text is string {
  return text !== undefined && URL.canParse(text) && new URL(text).origin === text;
}
