import type { Stripe } from 'stripe';
import { type CheckoutSessionRow, stripeCheckoutSessions } from '../../db/tables/checkout-sessions.js';
import { idOf, projector } from '../projector.js';

export const checkoutSession = projector<Stripe.Checkout.Session, CheckoutSessionRow>({
  type: 'checkout.session',
  table: stripeCheckoutSessions,
  eventTypes: [
    'checkout.session.completed',
    'checkout.session.expired',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
  ],
  goneTypes: [],
  deletable: false,
  fetch: (ask, id) => ask((sdk) => sdk.checkout.sessions.retrieve(id)),
  complete: () => true,
  owned: ['item', 'discount'],
  // Whoever has the link can pay: it is answered by commands only.
  stripped: ['url', 'client_secret'],
  optional: ['line_items'],
  volatile: [],
  customerOf: (payload) => idOf(payload.customer),
  row: (payload) => ({
    customerId: idOf(payload.customer),
    mode: payload.mode,
    status: payload.status,
    paymentStatus: payload.payment_status,
    subscriptionId: idOf(payload.subscription),
    expiresAt: payload.expires_at,
    metadata: payload.metadata ?? {},
    created: payload.created,
  }),
});
