import { removeDiscount } from '../../billing/subscriptions/subscription-discounts.js';
import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import { type ResourceModule, route } from '../../http/route.js';

const kind: Kind<'discount'> = { object: 'discount', prefix: 'di' };

export const discounts: ResourceModule = {
  kinds: [kind],
  routes: [
    // Since the coupon of a customer cannot be given any more, no customer of the sandbox has a discount of its own.
    route('DELETE /v1/customers/:id/discount', {}, ({ tx, ids }) => {
      const { id } = tx.require('customer', ids.id as string);
      throw invalidRequest(`No active discount for customer: ${id}`, { code: 'resource_missing', status: 404 });
    }),
    route('DELETE /v1/subscriptions/:id/discount', {}, ({ tx, ids }) => {
      const subscription = tx.require('subscription', ids.id as string);
      const [discount] = subscription.discounts;
      if (!discount) throw noSuch('discount', subscription.id);
      return removeDiscount(tx, subscription, discount);
    }),
  ],
};
