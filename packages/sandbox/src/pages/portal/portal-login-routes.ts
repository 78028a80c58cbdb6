import type { Hono } from 'hono';
import type { Engine } from '../../engine/engine.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import { createPortalSession } from '../../resources/portal/portal-sessions.js';
import { entriesOf, notFound, show } from '../serve.js';
import { expiredPage } from './portal-access.js';
import { loginPage, mailPage } from './portal-login-page.js';

/** The login page of a configuration, and the way back into a session that has expired. */
export function portalLoginRoutes(app: Hono, engine: Engine): void {
  app.get('/p/login/:token', (c) => {
    const token = c.req.param('token');
    const known = engine.transact((tx) => configurationOf(tx, token) !== undefined);
    return known ? show(c, loginPage({ title: 'Log in to your billing', action: `/p/login/${token}` })) : notFound(c);
  });

  app.post('/p/login/:token', async (c) => {
    const email = ((await entriesOf(c)).email ?? '').trim();
    const url = engine.transact((tx) => {
      const configuration = configurationOf(tx, c.req.param('token'));
      if (!configuration) return null;
      const [customer] = tx.where('customer', 'email', email);
      return customer && open(tx, customer.id, configuration, configuration.default_return_url);
    });
    return url === null ? notFound(c) : show(c, mailPage(email, url));
  });

  app.post('/p/session/:token/again', async (c) => {
    const token = c.req.param('token');
    const email = ((await entriesOf(c)).email ?? '').trim();
    const answer = engine.transact((tx) => {
      const portal = tx.get('_portal', token);
      const session = portal && tx.get('billing_portal.session', portal.session);
      const login = session?.after_expiration?.customer_login;
      if (!session?.after_expiration || (login?.expires_at ?? Infinity) <= tx.now()) return undefined;
      const own = tx.get('customer', session.customer)?.email === email;
      const configuration = tx.require('billing_portal.configuration', session.configuration as string);
      return { url: own ? open(tx, session.customer, configuration, session.return_url) : undefined };
    });
    return answer ? show(c, mailPage(email, answer.url)) : expiredPage(c, engine, token);
  });
}

/** The configuration whose login page the address is, while that is switched on. */
function configurationOf(tx: Transaction, token: string): PortalConfiguration | undefined {
  const login = tx.get('_portal_login', token);
  const configuration = login && tx.get('billing_portal.configuration', login.configuration);
  return configuration?.active ? configuration : undefined;
}

function open(
  tx: Transaction,
  customer: string,
  configuration: PortalConfiguration,
  return_url: string | null,
): string {
  return createPortalSession(tx, { configuration, customer, flow: null, locale: null, return_url }).url;
}
