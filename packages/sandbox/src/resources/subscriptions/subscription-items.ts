import { isMetered } from '../../billing/subscriptions/subscription-store.js';
import { updateSubscription } from '../../billing/subscriptions/subscription-update.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, int, metadata, type ParamsOf, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, retrieveRoute } from '../../http/standard-routes.js';
import { recurringPriceData } from '../catalogue/price-data.js';
import { discounts, paymentBehavior, prorationBehavior } from './subscription-params.js';
import { updateGiven } from './subscription-update-params.js';

const kind: Kind<'subscription_item'> = {
  object: 'subscription_item',
  prefix: 'si',
  indexes: { subscription: ({ subscription }) => subscription },
};

const billing = {
  payment_behavior: paymentBehavior,
  proration_behavior: prorationBehavior,
  proration_date: time(),
};
const shape = {
  ...billing,
  discounts,
  metadata: metadata(),
  plan: str(),
  price: str(),
  price_data: recurringPriceData,
  quantity: int(0),
};
type ItemParams = ParamsOf<typeof shape>;

/** The item as the update of its subscription takes it. */
function itemOf({ discounts, metadata, plan, price, price_data, quantity }: ItemParams) {
  return {
    ...(discounts !== undefined && { discounts }),
    ...(metadata !== undefined && { metadata }),
    ...(plan !== undefined && { plan }),
    ...(price !== undefined && { price }),
    ...(price_data !== undefined && { price_data }),
    ...(quantity !== undefined && { quantity }),
  };
}

function billingOf({ payment_behavior, proration_behavior, proration_date }: ItemParams) {
  return {
    ...(payment_behavior !== undefined && { payment_behavior }),
    ...(proration_behavior !== undefined && { proration_behavior }),
    ...(proration_date !== undefined && { proration_date }),
  };
}

/** One item at a time: each is the subscription's update with that one item. */
export const subscriptionItems: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/subscription_items', { ...shape, subscription: required(str()) }, ({ tx, params }) => {
      const subscription = tx.require('subscription', params.subscription, 'subscription');
      const { id } = subscription;
      const known = new Set(subscription.items.data.map((item) => item.id));
      const { items, pending_update } = updateSubscription(
        tx,
        id,
        updateGiven(tx, subscription, { ...billingOf(params), items: [itemOf(params)] }),
      );
      const all = [...items.data, ...(pending_update?.subscription_items ?? [])];
      return all.find((each) => !known.has(each.id));
    }),
    retrieveRoute('GET /v1/subscription_items/:id', 'subscription_item'),
    listRoute('GET /v1/subscription_items', 'subscription_item', { subscription: required(str()) }),
    route('POST /v1/subscription_items/:id', { ...shape, off_session: bool() }, ({ tx, ids, params }) => {
      const { id, subscription: owner } = tx.require('subscription_item', ids.id as string);
      const subscription = tx.require('subscription', owner);
      const given = {
        ...billingOf(params),
        ...(params.off_session !== undefined && { off_session: params.off_session }),
        items: [{ id, ...itemOf(params) }],
      };
      updateSubscription(tx, owner, updateGiven(tx, subscription, given));
      return tx.require('subscription_item', id);
    }),
    route('DELETE /v1/subscription_items/:id', { ...billing, clear_usage: bool() }, ({ tx, ids, params }) => {
      const { clear_usage, ...rest } = params;
      const { id, price, subscription: owner } = tx.require('subscription_item', ids.id as string);
      if (clear_usage && !isMetered({ price })) {
        throw invalidRequest('`clear_usage` is only for metered prices.', { param: 'clear_usage' });
      }
      const subscription = tx.require('subscription', owner);
      const item = { id, deleted: true };
      updateSubscription(tx, owner, updateGiven(tx, subscription, { ...rest, items: [item] }));
      return { id, object: 'subscription_item', deleted: true };
    }),
  ],
};
