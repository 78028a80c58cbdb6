import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import type { Engine } from '../../engine/engine.js';
import { randomText } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import type { PortalSession } from '../../resources/portal/portal-sessions.js';
import { messagePage } from '../document.js';
import { notFound, show } from '../serve.js';
import { loginPage } from './portal-login-page.js';

/** After the last click. */
const LIFETIME = 60 * 60;
const COOKIE = 'portal';

export interface Visit {
  token: string;
  /** Path of the portal, without a slash at its end. */
  base: string;
  session: PortalSession;
  configuration: PortalConfiguration;
  /** The step this session was made for, until it is done. */
  inFlow: boolean;
}

/**
 * Lets a browser in: the first that opens a fresh address, and later only that one, for an hour after its last
 * click. Anybody else sees that the link has expired.
 */
export function visit(c: Context, engine: Engine, opening: boolean): Visit | Promise<Response> {
  const token = c.req.param('token') ?? '';
  const base = `/p/session/${token}`;
  const own = getCookie(c, COOKIE);
  const entered = engine.transact((tx) => {
    const portal = tx.get('_portal', token);
    if (!portal) return undefined;
    const now = tx.now();
    const mayEnter = now < portal.until && (portal.cookie === null ? opening : portal.cookie === own);
    if (!mayEnter) return 'expired';
    const cookie = portal.cookie ?? randomText(32);
    tx.put('_portal', { ...portal, cookie, until: now + LIFETIME });
    const session = tx.require('billing_portal.session', portal.session);
    const configuration = tx.require('billing_portal.configuration', session.configuration as string);
    return {
      cookie,
      visit: { token, base, session, configuration, inFlow: session.flow !== null && !portal.flowDone },
    };
  });
  if (!entered) return notFound(c);
  if (entered === 'expired') return expiredPage(c, engine, token);
  setCookie(c, COOKIE, entered.cookie, { path: base, httpOnly: true, sameSite: 'Lax' });
  return entered.visit;
}

/** What stands in place of a portal that is no longer open: with `after_expiration`, a way back in. */
export function expiredPage(c: Context, engine: Engine, token: string, problem?: string): Promise<Response> {
  const again = engine.transact((tx) => {
    const portal = tx.get('_portal', token);
    const session = portal && tx.get('billing_portal.session', portal.session);
    const login = session?.after_expiration?.customer_login;
    return Boolean(session?.after_expiration && (login?.expires_at ?? Infinity) > tx.now());
  });
  const title = 'This link has expired';
  if (again) return show(c, loginPage({ title, action: `/p/session/${token}/again`, problem }), 410);
  const text = `For your safety a billing link works once and for a short time. Go back to ${MERCHANT_NAME} and open it again.`;
  return show(c, messagePage({ merchant: MERCHANT_NAME, title, text }), 410);
}

/** Where a finished step leads: what the flow says, else the portal's front page with a notice. */
export function afterStep(tx: Transaction, { token, base, session, inFlow }: Visit, notice: string): string {
  const completion = session.flow?.after_completion;
  if (inFlow && completion) {
    const portal = tx.get('_portal', token);
    if (portal) tx.put('_portal', { ...portal, flowDone: true });
    if (completion.type === 'redirect' && completion.redirect) return completion.redirect.return_url;
    if (completion.type === 'hosted_confirmation') return `${base}/done`;
  }
  return `${base}?notice=${notice}`;
}

/** The step that the session was made for. */
export function flowPath({ base, session: { flow } }: Visit): string {
  switch (flow?.type) {
    case 'customer_update':
      return `${base}/customer`;
    case 'payment_method_update':
      return `${base}/payment-methods/new`;
    case 'subscription_cancel':
      return `${base}/subscriptions/${flow.subscription_cancel?.subscription}/cancel`;
    case 'subscription_pause':
      return `${base}/subscriptions/${flow.subscription_pause?.subscription}/pause`;
    case 'subscription_update':
      return `${base}/subscriptions/${flow.subscription_update?.subscription}/update`;
    case 'subscription_update_confirm':
      return `${base}/subscriptions/${flow.subscription_update_confirm?.subscription}/confirm`;
    default:
      return base;
  }
}
