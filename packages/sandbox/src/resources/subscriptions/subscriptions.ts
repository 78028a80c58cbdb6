import { cancelNow } from '../../billing/subscriptions/subscription-cancel.js';
import { startSubscription } from '../../billing/subscriptions/subscription-start.js';
import { ENDED, firstPeriodEnd, type Subscription } from '../../billing/subscriptions/subscription-store.js';
import { updateSubscription } from '../../billing/subscriptions/subscription-update.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, hash, oneOf, range, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { inRange, listRoute, retrieveRoute } from '../../http/standard-routes.js';
import { createShape, subscriptionGiven } from './subscription-create-params.js';
import { cancellationDetails, collectionMethod } from './subscription-params.js';
import { updateGiven, updateShape } from './subscription-update-params.js';

const kind: Kind<'subscription'> = {
  object: 'subscription',
  prefix: 'sub',
  indexes: { customer: ({ customer }) => customer },
  references: { default_source: null },
};

export const subscriptions: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/subscriptions', createShape, ({ tx, params }) => {
      return startSubscription(tx, subscriptionGiven(tx, params));
    }),
    retrieveRoute('GET /v1/subscriptions/:id', 'subscription'),
    listRoute(
      'GET /v1/subscriptions',
      'subscription',
      {
        automatic_tax: hash({ enabled: required(bool()) }),
        collection_method: collectionMethod,
        created: range(),
        current_period_end: range(),
        current_period_start: range(),
        customer: str(),
        plan: str(),
        price: str(),
        status: oneOf(
          'active',
          'all',
          'canceled',
          'ended',
          'incomplete',
          'incomplete_expired',
          'past_due',
          'paused',
          'trialing',
          'unpaid',
        ),
        test_clock: str(),
      },
      {
        match: (found, { automatic_tax, collection_method, plan, price, status, ...rest }) =>
          (rest.customer === undefined || found.customer === rest.customer) &&
          onClock(found, rest) &&
          (automatic_tax === undefined || found.automatic_tax.enabled === automatic_tax.enabled) &&
          (collection_method === undefined || found.collection_method === collection_method) &&
          inRange(firstPeriodEnd(found), rest.current_period_end) &&
          inRange(lastPeriodStart(found), rest.current_period_start) &&
          (price === undefined || found.items.data.some((item) => item.price.id === price)) &&
          (plan === undefined || found.items.data.some((item) => item.plan.id === plan)) &&
          hasStatus(found, status),
      },
    ),
    route(
      'DELETE /v1/subscriptions/:id',
      { cancellation_details: cancellationDetails, invoice_now: bool(), prorate: bool() },
      ({ tx, params, ids }) =>
        cancelNow(tx, ids.id as string, {
          reason: 'cancellation_requested',
          ...params.cancellation_details,
          invoice_now: params.invoice_now ?? false,
          prorate: params.prorate ?? false,
        }),
    ),
    route('POST /v1/subscriptions/:id', updateShape, ({ tx, params, ids }) => {
      const subscription = tx.require('subscription', ids.id as string);
      return updateSubscription(tx, subscription.id, updateGiven(tx, subscription, params));
    }),
  ],
};

/** Those of test clocks are only found by their clock or their customer. */
function onClock({ test_clock }: Subscription, wanted: { customer?: string; test_clock?: string }): boolean {
  if (wanted.test_clock !== undefined) return test_clock === wanted.test_clock;
  return test_clock === null || wanted.customer !== undefined;
}

const lastPeriodStart = ({ items }: Subscription) =>
  Math.max(...items.data.map(({ current_period_start }) => current_period_start));

/** Without a status the canceled ones are left out. */
function hasStatus({ status: found }: Subscription, wanted: string | undefined): boolean {
  if (wanted === 'all') return true;
  if (wanted === undefined) return found !== 'canceled';
  return wanted === 'ended' ? ENDED.includes(found) : found === wanted;
}
