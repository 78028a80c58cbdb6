import { updateSubscription } from '../billing/subscriptions/subscription-update.js';
import type { Kind } from '../engine/kinds.js';
import { bool, int, metadata, required, str, time } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, retrieveRoute } from '../http/standard-routes.js';
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
const shape = { ...billing, discounts, metadata: metadata(), price: str(), quantity: int(0) };

/** One item at a time: each is the subscription's update with that one item. */
export const subscriptionItems: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/subscription_items',
      { ...shape, price: required(str()), subscription: required(str()) },
      ({ tx, params }) => {
        const { discounts, metadata, price, quantity, subscription: id, ...rest } = params;
        const subscription = tx.require('subscription', id, 'subscription');
        const known = new Set(subscription.items.data.map((item) => item.id));
        const item = {
          price,
          ...(discounts && { discounts }),
          ...(metadata && { metadata }),
          ...(quantity !== undefined && { quantity }),
        };
        const { items, pending_update } = updateSubscription(
          tx,
          id,
          updateGiven(tx, subscription, { ...rest, items: [item] }),
        );
        const all = [...items.data, ...(pending_update?.subscription_items ?? [])];
        return all.find((each) => !known.has(each.id));
      },
    ),
    retrieveRoute('GET /v1/subscription_items/:id', 'subscription_item'),
    listRoute('GET /v1/subscription_items', 'subscription_item', { subscription: required(str()) }),
    route('POST /v1/subscription_items/:id', { ...shape, off_session: bool() }, ({ tx, ids, params }) => {
      const { discounts, metadata, price, quantity, ...rest } = params;
      const { id, subscription: owner } = tx.require('subscription_item', ids.id as string);
      const item = {
        id,
        ...(price !== undefined && { price }),
        ...(discounts !== undefined && { discounts }),
        ...(metadata !== undefined && { metadata }),
        ...(quantity !== undefined && { quantity }),
      };
      const subscription = tx.require('subscription', owner);
      updateSubscription(tx, owner, updateGiven(tx, subscription, { ...rest, items: [item] }));
      return tx.require('subscription_item', id);
    }),
    route('DELETE /v1/subscription_items/:id', { ...billing, clear_usage: bool() }, ({ tx, ids, params }) => {
      const { clear_usage, ...rest } = params;
      const { id, subscription: owner } = tx.require('subscription_item', ids.id as string);
      const subscription = tx.require('subscription', owner);
      const item = { id, deleted: true, ...(clear_usage !== undefined && { clear_usage }) };
      updateSubscription(tx, owner, updateGiven(tx, subscription, { ...rest, items: [item] }));
      return { id, object: 'subscription_item', deleted: true };
    }),
  ],
};
