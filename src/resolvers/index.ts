import { Accesses } from './accesses.js';
import { BillingAccounts } from './billing-accounts.js';
import { BillingStatusSubscription } from './billing-status-subscription.js';
import { BillingStatuses } from './billing-statuses.js';
import { BillingSubscriptionItems, BillingSubscriptions, PendingChanges } from './billing-subscriptions.js';
import { commandResolvers } from './command-resolvers.js';
import { InvoiceLines, Invoices } from './invoices.js';
import { Nodes } from './nodes.js';
import { Notices } from './notices.js';
import { PlanPrices } from './plan-prices.js';
import { Plans } from './plans.js';

/** Every resolver class; what `buildGraphQLSchema` takes. */
export const resolvers = [
  Accesses,
  BillingAccounts,
  BillingStatuses,
  BillingStatusSubscription,
  BillingSubscriptionItems,
  BillingSubscriptions,
  InvoiceLines,
  Invoices,
  Nodes,
  Notices,
  PendingChanges,
  PlanPrices,
  Plans,
  ...commandResolvers,
] as const;
