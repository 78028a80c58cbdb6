import type { Stripe } from 'stripe';
import { BillingRefusal } from '../errors.js';
import type { Deps } from './command-deps.js';
import { accountOfCommandedSubscription, commandedAccount } from './commanded-account.js';
import { inputInvalid } from './refusals.js';
import type { CommandRequest, NextStep, PortalInput } from './requests.js';
import { refuseForeignUrls } from './return-urls.js';

/** A customer portal session. It changes nothing by itself, so it needs neither ledger nor lease. */
export async function openPortal(deps: Deps, request: CommandRequest<PortalInput>): Promise<NextStep> {
  const { viewer, accountRef, input } = request;
  const account = await commandedAccount(deps.db, viewer, accountRef);
  refuseForeignUrls(deps.settings.returnUrlOrigins, { returnUrl: input.returnUrl });
  const flow = flowOf(input);
  if (input.subscriptionId != null) {
    const field = ['input', 'subscriptionId'];
    const owner = await accountOfCommandedSubscription(deps.db, viewer, input.subscriptionId, field);
    if (owner.id !== account.id)
      throw new BillingRefusal('NOT_FOUND', 'The account has no such subscription.', { field });
  }
  const customer = account.stripeCustomerId;
  if (!customer) {
    throw new BillingRefusal('NO_CUSTOMER', 'This account has never bought anything: there is nothing to manage.');
  }
  const params: Stripe.BillingPortal.SessionCreateParams = {
    customer,
    ...(input.returnUrl == null ? {} : { return_url: input.returnUrl }),
    ...(flow ? { flow_data: flow } : {}),
  };
  const { value } = await deps.stripe.call((sdk) => sdk.billingPortal.sessions.create(params));
  return { kind: 'REDIRECT', url: value.url };
}

function flowOf({ flow, subscriptionId }: PortalInput): Stripe.BillingPortal.SessionCreateParams.FlowData | null {
  if (flow == null || flow === 'HOME') return null;
  if (flow === 'PAYMENT_METHOD_UPDATE') return { type: 'payment_method_update' };
  if (subscriptionId == null) {
    throw inputInvalid('This page needs the subscription that it is about.', 'input', 'subscriptionId');
  }
  return flow === 'SUBSCRIPTION_CANCEL'
    ? { type: 'subscription_cancel', subscription_cancel: { subscription: subscriptionId } }
    : { type: 'subscription_update', subscription_update: { subscription: subscriptionId } };
}
