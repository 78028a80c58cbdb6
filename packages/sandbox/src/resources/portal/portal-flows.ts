import { mayPause } from '../../billing/subscriptions/subscription-pause.js';
import { ENDED, isMetered, type Subscription } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, int, list, oneOf, type ParamsOf, required, str, url } from '../../http/params.js';
import type { PortalConfiguration } from './portal-configurations.js';

type Flow = NonNullable<StripeObjects['billing_portal.session']['flow']>;

/** `flow_data` of a portal session: the one step that its address leads to. */
export const flowShape = {
  after_completion: hash({
    hosted_confirmation: hash({ custom_message: str(500) }),
    redirect: hash({ return_url: required(url()) }),
    type: required(oneOf('hosted_confirmation', 'portal_homepage', 'redirect')),
  }),
  subscription_cancel: hash({
    retention: hash({
      coupon_offer: required(hash({ coupon: required(str()) })),
      type: required(oneOf('coupon_offer')),
    }),
    subscription: required(str()),
  }),
  subscription_pause: hash({ subscription: required(str()) }),
  subscription_update: hash({ subscription: required(str()) }),
  subscription_update_confirm: hash({
    discounts: list(hash({ coupon: str(), promotion_code: str() }), 1),
    items: required(list(hash({ id: required(str()), price: str(), quantity: int(0) }), 1)),
    subscription: required(str()),
  }),
  type: required(
    oneOf(
      'customer_update',
      'payment_method_update',
      'subscription_cancel',
      'subscription_pause',
      'subscription_update',
      'subscription_update_confirm',
    ),
  ),
};
type FlowGiven = ParamsOf<typeof flowShape>;

/** Stripe's portal changes subscriptions with one licensed item only. */
export function mayChange({ items: { data } }: Subscription): boolean {
  return data.length === 1 && data.every((item) => !isMetered(item));
}

/** @throws 400 for a subscription of somebody else, a feature that is off, a change that the portal does not offer */
export function flowOf(tx: Transaction, customer: string, { features }: PortalConfiguration, given: FlowGiven): Flow {
  const { type } = given;
  const data = type === 'customer_update' || type === 'payment_method_update' ? undefined : given[type];
  if (data === undefined && type.startsWith('subscription_')) {
    const param = `flow_data[${type}]`;
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (data) requireOwn(tx, customer, data.subscription, `flow_data[${type}][subscription]`);
  const feature = type === 'subscription_update_confirm' ? 'subscription_update' : type;
  if (!features[feature].enabled) {
    throw invalidRequest(
      `The feature \`${feature}\` is disabled in the portal configuration. Enable it to use this flow.`,
      { param: 'flow_data[type]' },
    );
  }
  if (data && feature === 'subscription_update' && !mayChange(tx.require('subscription', data.subscription))) {
    throw invalidRequest(
      'This subscription cannot be updated in the portal because it has several items or usage-based prices.',
      { param: `flow_data[${type}][subscription]` },
    );
  }
  if (data && type === 'subscription_pause' && !mayPause(tx.require('subscription', data.subscription))) {
    throw invalidRequest('This subscription cannot be paused.', { param: `flow_data[${type}][subscription]` });
  }
  const { subscription_cancel: cancel, subscription_update, subscription_update_confirm: confirm } = given;
  if (cancel?.retention) {
    const { coupon } = cancel.retention.coupon_offer;
    tx.require('coupon', coupon, 'flow_data[subscription_cancel][retention][coupon_offer][coupon]');
  }
  if (confirm) requireConfirmable(tx, features, confirm);
  const after = given.after_completion;
  return {
    after_completion: {
      hosted_confirmation: after?.hosted_confirmation
        ? { custom_message: after.hosted_confirmation.custom_message ?? null }
        : null,
      redirect: after?.redirect ?? null,
      type: after?.type ?? 'portal_homepage',
    },
    customer_update: type === 'customer_update' ? {} : null,
    subscription_cancel: cancel ? { subscription: cancel.subscription, retention: cancel.retention ?? null } : null,
    subscription_pause: given.subscription_pause ?? null,
    subscription_update: subscription_update ?? null,
    subscription_update_confirm: confirm
      ? {
          discounts:
            confirm.discounts?.map(({ coupon = null, promotion_code = null }) => ({ coupon, promotion_code })) ?? null,
          items: confirm.items.map(({ id, price, quantity }) => ({
            id,
            price: price ?? null,
            ...(quantity !== undefined && { quantity }),
          })),
          subscription: confirm.subscription,
        }
      : null,
    type,
  };
}

/** The change must be one that the portal offers. */
function requireConfirmable(
  tx: Transaction,
  { subscription_update }: PortalConfiguration['features'],
  { subscription, items, discounts }: NonNullable<FlowGiven['subscription_update_confirm']>,
): void {
  const path = 'flow_data[subscription_update_confirm]';
  const [item] = tx.require('subscription', subscription).items.data;
  const [change] = items;
  if (change && change.id !== item?.id) {
    const param = `${path}[items][0][id]`;
    throw invalidRequest(`The subscription ${subscription} has no item ${change.id}.`, {
      code: 'resource_missing',
      param,
    });
  }
  if (change?.price !== undefined && change.price !== item?.price.id) {
    const param = `${path}[items][0][price]`;
    tx.require('price', change.price, param);
    if (!(subscription_update.products ?? []).some(({ prices }) => prices.includes(change.price as string))) {
      throw invalidRequest(
        `The price ${change.price} is not included in the portal configuration's \`features[subscription_update][products]\`.`,
        { param },
      );
    }
  }
  discounts?.forEach(({ coupon, promotion_code }, at) => {
    if (coupon !== undefined) tx.require('coupon', coupon, `${path}[discounts][${at}][coupon]`);
    if (promotion_code !== undefined) {
      tx.require('promotion_code', promotion_code, `${path}[discounts][${at}][promotion_code]`);
    }
  });
}

function requireOwn(tx: Transaction, customer: string, id: string, param: string): void {
  const subscription = tx.require('subscription', id, param);
  if (subscription.customer !== customer) {
    throw invalidRequest(`No such subscription: '${id}'`, { code: 'resource_missing', param });
  }
  if (ENDED.includes(subscription.status)) {
    throw invalidRequest(`The subscription ${id} has ended and cannot be changed.`, { param });
  }
}
