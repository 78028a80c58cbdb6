import type { ResourceModule } from '../http/route.js';
import { checkoutRoutes } from './checkout-routes.js';
import { creditNoteRoutes } from './credit-note-routes.js';
import { invoiceRoutes } from './invoice-routes.js';
import { portalLoginRoutes } from './portal-login-routes.js';
import { portalRoutes } from './portal-routes.js';
import { serveAssets } from './serve.js';
import { stripeJsRoutes } from './stripe-js-routes.js';
import { threeDSecureRoutes } from './three-d-secure-routes.js';

/** Everything the sandbox shows to people rather than to programs. */
export const pages: ResourceModule = {
  pages: (app, engine) => {
    serveAssets(app);
    checkoutRoutes(app, engine);
    creditNoteRoutes(app, engine);
    invoiceRoutes(app, engine);
    portalRoutes(app, engine);
    portalLoginRoutes(app, engine);
    stripeJsRoutes(app, engine);
    threeDSecureRoutes(app, engine);
  },
};
