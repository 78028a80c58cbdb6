import type { Config } from '../config/settings.js';
import type { Database } from '../db/connect.js';
import { BillingRefusal, ConfigError } from '../errors.js';
import type { Logger } from '../log.js';
import type { Mirror } from '../mirror/mirror.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import { refusalOf } from '../stripe/refusal.js';
import { cancelSubscription } from './cancel-subscription.js';
import { changePlan } from './change-plan.js';
import type { Deps } from './command-deps.js';
import { keepSubscription } from './keep-subscription.js';
import { createLeases, type LeaseTimes } from './lease.js';
import { createLeftovers, type Leftovers, type LeftoverTimes } from './leftovers.js';
import { openPortal } from './open-portal.js';
import { refreshBilling } from './refresh-billing.js';
import type * as requests from './requests.js';
import { startCheckout } from './start-checkout.js';
import { startSubscription } from './start-subscription.js';

/** Everything that changes something in Stripe. Expected refusals are in the results; only surprises are thrown. */
export interface Commands {
  startCheckout(request: requests.CommandRequest<requests.CheckoutInput>): Promise<requests.CheckoutResult>;
  startSubscription(request: requests.CommandRequest<requests.StartInput>): Promise<requests.SubscriptionResult>;
  cancelSubscription(request: requests.SubscriptionRequest<requests.CancelInput>): Promise<requests.SubscriptionResult>;
  keepSubscription(request: Omit<requests.SubscriptionRequest<unknown>, 'input'>): Promise<requests.SubscriptionResult>;
  changePlan(request: requests.SubscriptionRequest<requests.ChangeInput>): Promise<requests.SubscriptionResult>;
  openPortal(
    request: requests.CommandRequest<requests.PortalInput>,
  ): Promise<{ nextAction: requests.NextStep | null; refusals: BillingRefusal[] }>;
  refreshBilling(
    request: Pick<requests.CommandRequest<unknown>, 'viewer' | 'accountRef'>,
  ): Promise<{ accountId: string | null; refusals: BillingRefusal[] }>;
  readonly leftovers: Leftovers;
}

export interface CommandsOptions {
  db: Database;
  stripe: StripeGateway;
  mirror: Mirror;
  log: Logger;
  config: Pick<Config, 'stripe' | 'http' | 'policy'>;
  /** Seconds between two refreshes of one account. */
  refreshEvery?: number;
  times?: LeaseTimes & LeftoverTimes;
}

/** @throws ConfigError for a policy that is not built yet */
export function createCommands(options: CommandsOptions): Commands {
  const { db, stripe, mirror, log, config, times = {} } = options;
  if (config.policy.duplicateSubscriptions === 'refund') {
    throw new ConfigError([
      'DUPLICATE_SUBSCRIPTION_POLICY=refund is not offered yet: leave it at report, and a notice tells of the second subscription.',
    ]);
  }
  const deps: Deps = {
    db,
    stripe,
    mirror,
    log,
    leases: createLeases(db, times),
    settings: {
      publishableKey: config.stripe.publishableKey,
      returnUrlOrigins: config.http.returnUrlOrigins,
      tax: config.policy.tax,
      refreshEvery: options.refreshEvery ?? 3,
    },
  };
  const none = { subscriptionId: null, sessionId: null, accountId: null, nextAction: null };
  return {
    startCheckout: (request) => refusable(startCheckout(deps, request), none),
    startSubscription: (request) => refusable(startSubscription(deps, request), none),
    cancelSubscription: (request) => refusable(cancelSubscription(deps, request), none),
    keepSubscription: (request) => refusable(keepSubscription(deps, request), none),
    changePlan: (request) => refusable(changePlan(deps, request), none),
    openPortal: (request) =>
      refusable(
        openPortal(deps, request).then((nextAction) => ({ nextAction, refusals: [] })),
        none,
      ),
    refreshBilling: (request) =>
      refusable(
        refreshBilling(deps, request).then((accountId) => ({ accountId, refusals: [] })),
        none,
      ),
    leftovers: createLeftovers(deps, times),
  };
}

async function refusable<Result extends { refusals: BillingRefusal[] }>(
  work: Promise<Result>,
  none: Omit<Result, 'refusals'>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    // What the ledger does not cover changes nothing in Stripe: a page that is opened, a secret that is read again.
    const refusal = error instanceof StripeCallError ? refusalOf(error.withOutcome(false)) : error;
    if (!(refusal instanceof BillingRefusal)) throw error;
    return { ...none, refusals: [refusal] } as Result;
  }
}
