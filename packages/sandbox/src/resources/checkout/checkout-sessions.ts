import { discountFor } from '../../billing/checkout/checkout-discounts.js';
import { lineItemsOf } from '../../billing/checkout/checkout-order.js';
import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import {
  createCheckoutSession,
  EXPIRE_JOB,
  expireCheckoutSession,
  expireDueSession,
} from '../../billing/checkout/checkout-sessions.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, oneOf, range, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, PAGE, page, retrieveRoute } from '../../http/standard-routes.js';
import { type Mode, sessionItems } from './checkout-line-items.js';
import { requireFitting } from './checkout-mode-rules.js';
import { givenMembers, type SessionParams, sessionShape } from './checkout-params.js';
import { updateSession, updateShape } from './checkout-update.js';
import { urlProblem } from './checkout-urls.js';

const kind: Kind<'checkout.session'> = {
  object: 'checkout.session',
  prefix: 'cs_test',
  noun: 'checkout.session',
  indexes: {
    customer: (session) => session.customer as string | null,
    payment_intent: (session) => session.payment_intent as string | null,
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
    route('POST /v1/checkout/sessions', sessionShape, ({ tx, params }) => create(tx, params)),
    retrieveRoute('GET /v1/checkout/sessions/:id', 'checkout.session'),
    listRoute(
      'GET /v1/checkout/sessions',
      'checkout.session',
      {
        created: range(),
        customer: str(),
        customer_details: hash({ email: required(str()) }),
        payment_intent: str(),
        status: oneOf('complete', 'expired', 'open'),
        subscription: str(),
      },
      {
        match: (session, { customer, customer_details, payment_intent, status, subscription }) =>
          matches(session, {
            ...(customer !== undefined && { customer }),
            ...(customer_details && { customer_details }),
            ...(payment_intent !== undefined && { payment_intent }),
            ...(status !== undefined && { status }),
            ...(subscription !== undefined && { subscription }),
          }),
      },
    ),
    route('POST /v1/checkout/sessions/:id', updateShape, ({ tx, params, ids }) =>
      updateSession(tx, tx.require('checkout.session', ids.id as string), params),
    ),
    route('POST /v1/checkout/sessions/:id/expire', {}, ({ tx, ids }) => expireCheckoutSession(tx, ids.id as string)),
    route('GET /v1/checkout/sessions/:id/line_items', PAGE, ({ tx, params, ids }) => {
      const session = tx.require('checkout.session', ids.id as string);
      return page(lineItemsOf(tx, session), params, lineItemsPath(session.id), 'item');
    }),
  ],
};

function create(tx: Transaction, params: SessionParams): CheckoutSession {
  const mode: Mode = params.mode ?? 'payment';
  const problem = urlProblem(params);
  if (problem) throw problem;
  requireFitting(mode, params);
  const customer = params.customer === undefined ? null : tx.require('customer', params.customer, 'customer');
  const { currency, ...order } = sessionItems(tx, mode, params, customer);
  const discounts = (params.discounts ?? []).map((discount) =>
    discountFor(tx, discount, { customer: customer?.id ?? null }),
  );
  const { metadata: subscriptionMetadata, ...subscription } = params.subscription_data ?? {};
  const { metadata: setupMetadata, ...setup } = params.setup_intent_data ?? {};
  const { metadata: paymentMetadata, ...payment } = params.payment_intent_data ?? {};
  const { metadata: invoiceMetadata, ...invoice } = params.invoice_creation?.invoice_data ?? {};
  const card = params.payment_method_options?.card;
  const usage = card?.setup_future_usage;
  return createCheckoutSession(tx, {
    mode,
    ui_mode: params.ui_mode ?? 'hosted_page',
    currency,
    customer: customer?.id ?? null,
    ...order,
    discounts,
    subscription: { ...subscription, metadata: mergeMetadata({}, subscriptionMetadata) },
    setup: { ...setup, metadata: mergeMetadata({}, setupMetadata) },
    payment: { ...(usage && { setup_future_usage: usage }), ...payment, metadata: mergeMetadata({}, paymentMetadata) },
    invoice: params.invoice_creation?.enabled ? { ...invoice, metadata: mergeMetadata({}, invoiceMetadata) } : null,
    allow_redisplay: params.payment_method_data?.allow_redisplay ?? 'limited',
    brands_blocked: card?.restrictions?.brands_blocked ?? [],
    customer_update: params.customer_update ?? {},
    given: givenMembers(params, customer),
    ...(params.expires_at !== undefined && { expires_at: params.expires_at }),
  });
}

interface Filter {
  customer?: string;
  customer_details?: { email: string };
  payment_intent?: string;
  status?: string;
  subscription?: string;
}

function matches(session: CheckoutSession, { customer_details, ...plain }: Filter): boolean {
  return (
    (customer_details === undefined || session.customer_details?.email === customer_details.email) &&
    Object.entries(plain).every(([name, value]) => value === undefined || session[name as keyof typeof plain] === value)
  );
}
