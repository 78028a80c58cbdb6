import type { ResourceModule } from '../http/route.js';
import { pages } from '../pages/index.js';
import { accounts } from './account.js';
import { activeEntitlements } from './active-entitlements.js';
import { charges } from './charges.js';
import { checkoutSessions } from './checkout-sessions.js';
import { confirmationTokens } from './confirmation-tokens.js';
import { coupons } from './coupons.js';
import { creditNotes } from './credit-notes.js';
import { customerBalanceTransactions } from './customer-balance-transactions.js';
import { customers } from './customers.js';
import { customerSessions } from './customer-sessions.js';
import { discounts } from './discounts.js';
import { elementsSessions } from './elements-sessions.js';
import { disputes } from './disputes.js';
import { earlyFraudWarnings } from './early-fraud-warnings.js';
import { entitlementFeatures } from './entitlement-features.js';
import { ephemeralKeys } from './ephemeral-keys.js';
import { events } from './events.js';
import { invoiceActions } from './invoice-actions.js';
import { invoiceItems } from './invoice-items.js';
import { invoiceLines } from './invoice-lines.js';
import { invoicePayments } from './invoice-payments.js';
import { invoicePreview } from './invoice-preview.js';
import { invoices } from './invoices.js';
import { meterEvents } from './meter-events.js';
import { meters } from './meters.js';
import { paymentIntents } from './payment-intents.js';
import { paymentMethods } from './payment-methods.js';
import { portalConfigurations } from './portal-configurations.js';
import { portalSessions } from './portal-sessions.js';
import { prices } from './prices.js';
import { productFeatures } from './product-features.js';
import { products } from './products.js';
import { promotionCodes } from './promotion-codes.js';
import { refunds } from './refunds.js';
import { search } from './search.js';
import { setupIntents } from './setup-intents.js';
import { subscriptionItems } from './subscription-items.js';
import { subscriptionJobs } from './subscription-jobs.js';
import { subscriptionPausing } from './subscription-pausing.js';
import { subscriptionSchedules } from './subscription-schedules.js';
import { subscriptions } from './subscriptions.js';
import { taxIds } from './tax-ids.js';
import { testClocks } from './test-clocks.js';
import { webhookEndpoints } from './webhook-endpoints.js';

/** Every object that the sandbox offers, one file each. */
export const RESOURCES: readonly ResourceModule[] = [
  accounts,
  activeEntitlements,
  charges,
  checkoutSessions,
  confirmationTokens,
  coupons,
  creditNotes,
  customerBalanceTransactions,
  customers,
  customerSessions,
  discounts,
  elementsSessions,
  disputes,
  earlyFraudWarnings,
  entitlementFeatures,
  ephemeralKeys,
  events,
  invoiceActions,
  invoiceItems,
  invoiceLines,
  invoicePayments,
  invoicePreview,
  invoices,
  meterEvents,
  meters,
  pages,
  paymentIntents,
  paymentMethods,
  portalConfigurations,
  portalSessions,
  prices,
  productFeatures,
  products,
  promotionCodes,
  refunds,
  search,
  setupIntents,
  subscriptionItems,
  subscriptionJobs,
  subscriptionPausing,
  subscriptionSchedules,
  subscriptions,
  taxIds,
  testClocks,
  webhookEndpoints,
];
