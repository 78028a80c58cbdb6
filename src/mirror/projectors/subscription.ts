import type { Stripe } from 'stripe';
import { replaceSubscriptionItems } from '../../db/subscription-items.js';
import { type SubscriptionItemRow, type SubscriptionRow, stripeSubscriptions } from '../../db/tables/subscriptions.js';
import { decimalText, idOf, projector } from '../projector.js';

export const subscriptionExpansions = ['discounts.source.coupon', 'discounts.promotion_code'];

export const subscription = projector<Stripe.Subscription, SubscriptionRow>({
  type: 'subscription',
  table: stripeSubscriptions,
  // `deleted` is Stripe's word for ended: the object stays.
  eventTypes: [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
    'customer.subscription.trial_will_end',
  ],
  goneTypes: [],
  deletable: false,
  fetch: async (ask, id) => {
    const value = await ask((sdk) => sdk.subscriptions.retrieve(id, { expand: subscriptionExpansions }));
    if (!value.items.has_more) return value;
    return { ...value, items: { ...value.items, data: await allItems(value.id), has_more: false } };

    async function allItems(subscriptionId: string): Promise<Stripe.SubscriptionItem[]> {
      const items: Stripe.SubscriptionItem[] = [];
      for (let after: string | undefined; ; ) {
        const page = await ask((sdk) =>
          sdk.subscriptionItems.list({ subscription: subscriptionId, limit: 100, starting_after: after }),
        );
        items.push(...page.data);
        after = page.data.at(-1)?.id;
        if (!page.has_more || after === undefined) return items;
      }
    }
  },
  complete: (payload) =>
    !payload.items.has_more &&
    payload.discounts.every((discount) => typeof discount !== 'string' && expanded(discount)),
  owned: ['subscription_item', 'discount', 'coupon', 'promotion_code'],
  stripped: [],
  optional: [],
  volatile: [],
  customerOf: (payload) => idOf(payload.customer),
  row: (payload) => ({
    customerId: idOf(payload.customer) ?? '',
    status: payload.status,
    currency: payload.currency,
    collectionMethod: payload.collection_method,
    startDate: payload.start_date,
    trialStart: payload.trial_start,
    trialEnd: payload.trial_end,
    cancelAt: payload.cancel_at,
    cancelAtPeriodEnd: payload.cancel_at_period_end,
    canceledAt: payload.canceled_at,
    endedAt: payload.ended_at,
    billingCycleAnchor: payload.billing_cycle_anchor,
    pauseCollection: payload.pause_collection && { ...payload.pause_collection },
    pendingUpdate: payload.pending_update && { ...payload.pending_update },
    discounts: payload.discounts,
    scheduleId: idOf(payload.schedule),
    latestInvoiceId: idOf(payload.latest_invoice),
    pendingSetupIntentId: idOf(payload.pending_setup_intent),
    defaultPaymentMethodId: idOf(payload.default_payment_method),
    metadata: payload.metadata,
    created: payload.created,
  }),
  writeChildren: (tx, payloads) =>
    replaceSubscriptionItems(
      tx,
      payloads.map(({ id }) => id),
      payloads.flatMap(({ id, items }) => items.data.map((item, position) => itemRow(id, item, position))),
    ),
});

function itemRow(subscriptionId: string, item: Stripe.SubscriptionItem, position: number): SubscriptionItemRow {
  return {
    id: item.id,
    subscriptionId,
    position,
    priceId: item.price.id,
    productId: idOf(item.price.product) ?? '',
    quantity: decimalText(item.quantity),
    currentPeriodStart: item.current_period_start,
    currentPeriodEnd: item.current_period_end,
    metadata: item.metadata,
  };
}

const expanded = ({ source, promotion_code: code }: Stripe.Discount) =>
  typeof source.coupon !== 'string' && typeof code !== 'string';
