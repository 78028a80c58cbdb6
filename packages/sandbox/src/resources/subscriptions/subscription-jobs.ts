import { collectAutomatically, giveUpOverdue, markOverdue } from '../../billing/invoices/collection.js';
import { announceDueDate } from '../../billing/invoices/due-notices.js';
import { announceRenewal } from '../../billing/invoices/preview.js';
import { advanceManaged } from '../../billing/schedules/schedule-advance.js';
import { resumeCollection } from '../../billing/subscriptions/paused-collection.js';
import { billPendingItems } from '../../billing/subscriptions/pending-item-interval.js';
import { expirePendingUpdate } from '../../billing/subscriptions/pending-update.js';
import { finalizeDraft } from '../../billing/subscriptions/renewal.js';
import { resumeAsScheduled } from '../../billing/subscriptions/scheduled-resume.js';
import { endSubscription } from '../../billing/subscriptions/subscription-status.js';
import type { ResourceModule } from '../../http/route.js';

/** What happens to subscriptions and their invoices by itself as time passes. */
export const subscriptionJobs: ResourceModule = {
  jobs: {
    'invoice.finalize': finalizeDraft,
    'invoice.give_up': giveUpOverdue,
    'invoice.overdue': markOverdue,
    'invoice.retry': collectAutomatically,
    'invoice.will_be_due': announceDueDate,
    'subscription.advance': advanceManaged,
    'subscription.bill_pending_items': billPendingItems,
    'subscription.expire_incomplete': (tx, id) => {
      if (tx.get('subscription', id)?.status !== 'incomplete') return;
      tx.emit('customer.subscription.updated', endSubscription(tx, id, { reason: null, status: 'incomplete_expired' }));
    },
    'subscription.expire_pending_update': expirePendingUpdate,
    'subscription.resume': resumeAsScheduled,
    'subscription.resume_collection': resumeCollection,
    'subscription.upcoming': (tx, id) => {
      if (tx.get('subscription', id)) announceRenewal(tx, id);
    },
    'subscription.trial_will_end': (tx, id) => {
      const subscription = tx.get('subscription', id);
      if (subscription?.status === 'trialing') tx.emit('customer.subscription.trial_will_end', subscription);
    },
  },
};
