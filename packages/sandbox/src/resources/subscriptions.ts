import { startSubscription } from '../billing/subscription-start.js';
import { endSubscription } from '../billing/subscription-status.js';
import { ENDED, type Subscription } from '../billing/subscription-store.js';
import { invalidRequest } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import { bool, emptyable, hash, oneOf, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { inRange, listRoute, retrieveRoute } from '../http/standard-routes.js';
import { collectionMethod, createShape, subscriptionGiven } from './subscription-params.js';

const kind: Kind<'subscription'> = {
  object: 'subscription',
  prefix: 'sub',
  indexes: { customer: ({ customer }) => customer },
  references: { default_source: null },
};

export const feedback = emptyable(
  oneOf(
    'customer_service',
    'low_quality',
    'missing_features',
    'other',
    'switched_service',
    'too_complex',
    'too_expensive',
    'unused',
  ),
);
export const cancellationDetails = hash({ comment: emptyable(str()), feedback });

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
        collection_method: collectionMethod,
        created: range(),
        current_period_end: range(),
        current_period_start: range(),
        customer: str(),
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
        match: (found, { collection_method, current_period_end, current_period_start, price, status, ...rest }) =>
          (rest.customer === undefined || found.customer === rest.customer) &&
          (rest.test_clock === undefined || found.test_clock === rest.test_clock) &&
          (collection_method === undefined || found.collection_method === collection_method) &&
          found.items.data.some((item) => inRange(item.current_period_end, current_period_end)) &&
          found.items.data.some((item) => inRange(item.current_period_start, current_period_start)) &&
          (price === undefined || found.items.data.some((item) => item.price.id === price)) &&
          hasStatus(found, status),
      },
    ),
    route(
      'DELETE /v1/subscriptions/:id',
      { cancellation_details: cancellationDetails, invoice_now: bool(), prorate: bool() },
      ({ tx, params, ids }) => {
        const found = tx.require('subscription', ids.id as string);
        if (ENDED.includes(found.status)) {
          throw invalidRequest(`No such subscription: '${found.id}'`, {
            code: 'resource_missing',
            param: 'id',
            status: 404,
          });
        }
        const ended = endSubscription(tx, found.id, {
          reason: 'cancellation_requested',
          ...params.cancellation_details,
        });
        tx.emit('customer.subscription.deleted', ended);
        return ended;
      },
    ),
  ],
};

/** Without a status the canceled ones are left out. */
function hasStatus({ status: found }: Subscription, wanted: string | undefined): boolean {
  if (wanted === 'all') return true;
  if (wanted === undefined) return found !== 'canceled';
  return wanted === 'ended' ? ENDED.includes(found) : found === wanted;
}
