import type { Kind } from '../engine/kinds.js';
import { required, str } from '../http/params.js';
import type { ResourceModule } from '../http/route.js';
import { listRoute, retrieveRoute } from '../http/standard-routes.js';

const kind: Kind<'subscription_item'> = {
  object: 'subscription_item',
  prefix: 'si',
  noun: 'subscription_item',
  indexes: { subscription: ({ subscription }) => subscription },
};

export const subscriptionItems: ResourceModule = {
  kinds: [kind],
  routes: [
    retrieveRoute('GET /v1/subscription_items/:id', 'subscription_item'),
    listRoute('GET /v1/subscription_items', 'subscription_item', { subscription: required(str()) }),
  ],
};
