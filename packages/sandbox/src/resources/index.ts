import type { ResourceModule } from '../http/route.js';
import { pages } from '../pages/index.js';
import { coupons } from './catalogue/coupons.js';
import { discounts } from './catalogue/discounts.js';
import { prices } from './catalogue/prices.js';
import { productFeatures } from './catalogue/product-features.js';
import { products } from './catalogue/products.js';
import { promotionCodes } from './catalogue/promotion-codes.js';
import { checkoutSessions } from './checkout/checkout-sessions.js';
import { customerBalanceTransactions } from './customers/customer-balance-transactions.js';
import { customerSessions } from './customers/customer-sessions.js';
import { customers } from './customers/customers.js';
import { ephemeralKeys } from './customers/ephemeral-keys.js';
import { taxIds } from './customers/tax-ids.js';
import { activeEntitlements } from './entitlements/active-entitlements.js';
import { entitlementFeatures } from './entitlements/entitlement-features.js';
import { creditNotes } from './invoices/credit-notes.js';
import { invoiceActions } from './invoices/invoice-actions.js';
import { invoiceItems } from './invoices/invoice-items.js';
import { invoiceLines } from './invoices/invoice-lines.js';
import { invoicePayments } from './invoices/invoice-payments.js';
import { invoicePreview } from './invoices/invoice-preview.js';
import { invoices } from './invoices/invoices.js';
import { charges } from './payments/charges.js';
import { confirmationTokens } from './payments/confirmation-tokens.js';
import { disputes } from './payments/disputes.js';
import { earlyFraudWarnings } from './payments/early-fraud-warnings.js';
import { elementsSessions } from './payments/elements-sessions.js';
import { paymentIntents } from './payments/payment-intents.js';
import { paymentMethods } from './payments/payment-methods.js';
import { refunds } from './payments/refunds.js';
import { setupIntents } from './payments/setup-intents.js';
import { accounts } from './platform/account.js';
import { events } from './platform/events.js';
import { search } from './platform/search.js';
import { testClocks } from './platform/test-clocks.js';
import { webhookEndpoints } from './platform/webhook-endpoints.js';
import { portalConfigurations } from './portal/portal-configurations.js';
import { portalSessions } from './portal/portal-sessions.js';
import { subscriptionSchedules } from './schedules/subscription-schedules.js';
import { subscriptionItems } from './subscriptions/subscription-items.js';
import { subscriptionJobs } from './subscriptions/subscription-jobs.js';
import { subscriptionPausing } from './subscriptions/subscription-pausing.js';
import { subscriptions } from './subscriptions/subscriptions.js';
import { meterEvents } from './usage/meter-events.js';
import { meters } from './usage/meters.js';

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
