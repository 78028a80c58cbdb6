import {
  type CheckoutSession,
  createCheckoutSession,
  EXPIRE_JOB,
  expireCheckoutSession,
  expireDueSession,
  lineItemsOf,
} from '../billing/checkout/checkout-sessions.js';
import { discountFor } from '../billing/checkout/checkout-totals.js';
import { invalidRequest } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import { hash, metadata, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata, PAGE, page, retrieveRoute } from '../http/standard-routes.js';
import { sessionItems } from './checkout-line-items.js';
import { givenMembers, sessionShape, urlProblem } from './checkout-params.js';

const kind: Kind<'checkout.session'> = {
  object: 'checkout.session',
  prefix: 'cs_test',
  noun: 'checkout.session',
  indexes: {
    customer: (session) => session.customer as string | null,
    subscription: (session) => session.subscription as string | null,
  },
  onlyExpanded: {
    line_items: (tx, session) => ({
      object: 'list',
      data: lineItemsOf(tx, session),
      has_more: false,
      url: lineItemsPath(session.id),
    }),
  },
};

const lineItemsPath = (id: string) => `/v1/checkout/sessions/${id}/line_items`;

export const checkoutSessions: ResourceModule = {
  kinds: [kind],
  jobs: { [EXPIRE_JOB]: expireDueSession },
  routes: [
    route('POST /v1/checkout/sessions', sessionShape, ({ tx, params }) => {
      const mode = params.mode ?? 'payment';
      if (mode === 'payment') {
        throw invalidRequest(
          'This sandbox offers Checkout for subscriptions and for saving cards: use `mode` `subscription` or `setup`.',
          {
            param: 'mode',
          },
        );
      }
      const problem = urlProblem(params);
      if (problem) throw problem;
      if (params.customer !== undefined && params.customer_email !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
          param: 'customer_email',
        });
      }
      const customer = params.customer === undefined ? null : tx.require('customer', params.customer, 'customer');
      const { items, currency } = sessionItems(tx, mode, params, customer);
      if (params.discounts && params.allow_promotion_codes !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: allow_promotion_codes, discounts.', {
          param: 'discounts',
        });
      }
      const discounts = (params.discounts ?? []).map((discount) => discountFor(tx, discount, customer?.id ?? null));
      const { metadata: subscriptionMetadata, ...subscription } = params.subscription_data ?? {};
      const { metadata: setupMetadata, ...setup } = params.setup_intent_data ?? {};
      return createCheckoutSession(tx, {
        mode,
        ui_mode: params.ui_mode ?? 'hosted_page',
        currency,
        customer: customer?.id ?? null,
        items,
        discounts,
        subscription: { ...subscription, metadata: mergeMetadata({}, subscriptionMetadata) },
        setup: { ...setup, metadata: mergeMetadata({}, setupMetadata) },
        customer_update: params.customer_update ?? {},
        given: givenMembers(params, customer),
        ...(params.expires_at !== undefined && { expires_at: params.expires_at }),
      });
    }),
    retrieveRoute('GET /v1/checkout/sessions/:id', 'checkout.session'),
    listRoute(
      'GET /v1/checkout/sessions',
      'checkout.session',
      {
        created: range(),
        customer: str(),
        customer_details: hash({ email: str() }),
        status: str(),
        subscription: str(),
      },
      { match: (session, params) => matches(session, params) },
    ),
    route('POST /v1/checkout/sessions/:id', { metadata: metadata() }, ({ tx, params, ids }) => {
      const session = tx.require('checkout.session', ids.id as string);
      return tx.patch('checkout.session', session.id, {
        metadata: mergeMetadata(session.metadata ?? {}, params.metadata),
      });
    }),
    route('POST /v1/checkout/sessions/:id/expire', {}, ({ tx, ids }) => expireCheckoutSession(tx, ids.id as string)),
    route('GET /v1/checkout/sessions/:id/line_items', PAGE, ({ tx, params, ids }) => {
      const session = tx.require('checkout.session', ids.id as string);
      return page(lineItemsOf(tx, session), params, lineItemsPath(session.id), 'item');
    }),
  ],
};

interface Filter {
  customer?: string;
  customer_details?: { email?: string };
  status?: string;
  subscription?: string;
}

function matches(session: CheckoutSession, { customer, customer_details, status, subscription }: Filter): boolean {
  return (
    (customer === undefined || session.customer === customer) &&
    (subscription === undefined || session.subscription === subscription) &&
    (status === undefined || session.status === status) &&
    (customer_details?.email === undefined || session.customer_details?.email === customer_details.email)
  );
}
