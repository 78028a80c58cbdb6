import type { ResourceModule } from '../http/route.js';
import { threeDSecureRoutes } from './cards/three-d-secure-routes.js';
import { checkoutRoutes } from './checkout/checkout-routes.js';
import { stripeJsRoutes } from './elements/stripe-js-routes.js';
import { creditNoteRoutes } from './invoices/credit-note-routes.js';
import { invoiceRoutes } from './invoices/invoice-routes.js';
import { portalLoginRoutes } from './portal/portal-login-routes.js';
import { portalRoutes } from './portal/portal-routes.js';
import { serveAssets } from './serve.js';

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
