import type { Stripe } from 'stripe';

/** The calls that change something, by name, so that the ledger can repeat one exactly: name, target, parameters, key. */
export interface IdempotentCalls {
  'customers.create': { params: Stripe.CustomerCreateParams; answer: Stripe.Customer };
  'subscriptions.create': { params: Stripe.SubscriptionCreateParams; answer: Stripe.Subscription };
  'subscriptions.update': { params: Stripe.SubscriptionUpdateParams; answer: Stripe.Subscription };
  'subscriptions.cancel': { params: Stripe.SubscriptionCancelParams; answer: Stripe.Subscription };
  'checkout.sessions.create': { params: Stripe.Checkout.SessionCreateParams; answer: Stripe.Checkout.Session };
  'checkout.sessions.expire': { params: Stripe.Checkout.SessionExpireParams; answer: Stripe.Checkout.Session };
}
export type CallName = keyof IdempotentCalls;

type Calls = {
  [Name in CallName]: (
    sdk: Stripe,
    target: string,
    params: IdempotentCalls[Name]['params'],
    options: { idempotencyKey: string },
  ) => Promise<Stripe.Response<IdempotentCalls[Name]['answer']>>;
};

const calls: Calls = {
  'customers.create': (sdk, _, params, options) => sdk.customers.create(params, options),
  'subscriptions.create': (sdk, _, params, options) => sdk.subscriptions.create(params, options),
  'subscriptions.update': (sdk, id, params, options) => sdk.subscriptions.update(id, params, options),
  'subscriptions.cancel': (sdk, id, params, options) => sdk.subscriptions.cancel(id, params, options),
  'checkout.sessions.create': (sdk, _, params, options) => sdk.checkout.sessions.create(params, options),
  'checkout.sessions.expire': (sdk, id, params, options) => sdk.checkout.sessions.expire(id, params, options),
};

export function idempotentCall<Name extends CallName>(
  name: Name,
  of: { target?: string | undefined; params: IdempotentCalls[Name]['params']; key: string },
): (sdk: Stripe) => Promise<Stripe.Response<IdempotentCalls[Name]['answer']>> {
  return (sdk) => calls[name](sdk, of.target ?? '', of.params, { idempotencyKey: of.key });
}
