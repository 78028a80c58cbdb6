import type { Context, Hono, MiddlewareHandler } from 'hono';
import { MERCHANT_NAME } from '../billing/payments/merchant.js';
import type { Engine } from '../engine/engine.js';
import { StripeError } from '../engine/errors.js';
import type { Transaction } from '../engine/transaction.js';
import type { Entries, Problem } from './cards/card-entry.js';
import { CONTENT_SECURITY_POLICY, type Html, messagePage, SCRIPT_PATH, STYLESHEET_PATH } from './document.js';
import { orderScript } from './order-script.js';
import { script } from './script.js';
import { stylesheet } from './stylesheet.js';

/** The stylesheet and script that every page names. */
export function serveAssets(app: Hono): void {
  const cached = { 'cache-control': 'public, max-age=60' };
  app.get(STYLESHEET_PATH, (c) => c.body(stylesheet, 200, { ...cached, 'content-type': 'text/css; charset=utf-8' }));
  app.get(SCRIPT_PATH, (c) =>
    c.body(`${script}${orderScript}`, 200, { ...cached, 'content-type': 'text/javascript; charset=utf-8' }),
  );
}

declare module 'hono' {
  interface ContextVariableMap {
    /** Set where a page of the merchant may show the answer in a frame. */
    framed?: boolean;
  }
}

/** For the addresses that stripe.js puts into frames. */
export const mayBeFramed: MiddlewareHandler = (c, next) => {
  c.set('framed', true);
  return next();
};

export async function show(c: Context, page: Html, status: 200 | 402 | 404 | 410 = 200): Promise<Response> {
  return c.html(await page, status, {
    'cache-control': 'no-store',
    'content-security-policy': c.get('framed')
      ? CONTENT_SECURITY_POLICY
      : `${CONTENT_SECURITY_POLICY}; frame-ancestors 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

export async function entriesOf(c: Context): Promise<Entries> {
  const form = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(form).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** The page's script asks for JSON and shows problems in place; a plain form is shown again or sent on. */
export async function answerForm(
  c: Context,
  result: { location: string } | { problems: Problem[] },
  again: (problems: Problem[]) => Html,
): Promise<Response> {
  const scripted = c.req.header('accept')?.includes('application/json');
  if ('location' in result) return scripted ? c.json(result) : c.redirect(result.location, 303);
  return scripted ? c.json(result, 402) : show(c, again(result.problems), 402);
}

/** Runs a step of a page; a refusal in Stripe's words becomes a problem to show. */
export function attempt<T extends object>(engine: Engine, step: (tx: Transaction) => T): T | { problems: Problem[] } {
  try {
    return engine.transact(step);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    return { problems: [problemOf(error)] };
  }
}

const FIELD_OF: Record<string, string> = { number: 'number', exp_month: 'expiry', exp_year: 'expiry', cvc: 'cvc' };

function problemOf({ body }: StripeError): Problem {
  const field = FIELD_OF[body.param ?? ''] ?? (body.type === 'card_error' ? 'number' : undefined);
  return { message: body.message, ...(field && { field }) };
}

export function notFound(c: Context): Promise<Response> {
  const text = 'There is nothing at this address. It may belong to a sandbox that was reset.';
  return show(c, messagePage({ merchant: MERCHANT_NAME, title: 'Page not found', text }), 404);
}
