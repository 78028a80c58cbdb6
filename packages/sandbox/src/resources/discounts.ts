import { removeDiscount } from '../billing/subscriptions/subscription-discounts.js';
import { noSuch } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import { type ResourceModule, route } from '../http/route.js';

const kind: Kind<'discount'> = { object: 'discount', prefix: 'di' };

export const discounts: ResourceModule = {
  kinds: [kind],
  routes: [
    route('DELETE /v1/subscriptions/:id/discount', {}, ({ tx, ids }) => {
      const subscription = tx.require('subscription', ids.id as string);
      const [discount] = subscription.discounts;
      if (!discount) throw noSuch('discount', subscription.id);
      return removeDiscount(tx, subscription, discount);
    }),
  ],
};
