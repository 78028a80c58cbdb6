import { endSubscription } from '../billing/subscription-status.js';
import type { ResourceModule } from '../http/route.js';

/** What happens to subscriptions by itself as time passes. */
export const subscriptionJobs: ResourceModule = {
  jobs: {
    'subscription.expire_incomplete': (tx, id) => {
      if (tx.get('subscription', id)?.status !== 'incomplete') return;
      tx.emit('customer.subscription.updated', endSubscription(tx, id, { reason: null, status: 'incomplete_expired' }));
    },
    'subscription.trial_will_end': (tx, id) => {
      const subscription = tx.get('subscription', id);
      if (subscription?.status === 'trialing') tx.emit('customer.subscription.trial_will_end', subscription);
    },
  },
};
