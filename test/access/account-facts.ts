import type {
  AccountFacts,
  InvoiceFacts,
  ItemFacts,
  PaymentMethodFacts,
  SubscriptionFacts,
} from '../../src/access/status-types.js';

export const day = 86_400;
/** 2026-11-24T12:00:00Z, the tests' now. */
export const now = 1_795_521_600;
export const policy = { gracePeriod: 7 * day };

export function item(more: Partial<ItemFacts> = {}): ItemFacts {
  return {
    ...{ id: 'si_1', priceId: 'price_team', productId: 'prod_team', quantity: '1' },
    ...{ usageType: 'licensed', group: 'default', features: [] },
    ...{ currentPeriodStart: now - 10 * day, currentPeriodEnd: now + 20 * day },
    ...more,
  };
}

/** Active since a month, renews, is charged automatically. */
export function subscription(more: Partial<SubscriptionFacts> = {}): SubscriptionFacts {
  return {
    ...{ id: 'sub_1', status: 'active', created: now - 40 * day, startDate: now - 40 * day },
    ...{ trialEnd: null, cancelAt: null, cancelAtPeriodEnd: false, canceledAt: null, endedAt: null },
    ...{ collectionMethod: 'charge_automatically', collectionPaused: false },
    ...{ hasPendingUpdate: false, pendingUpdateExpiresAt: null },
    ...{ latestInvoiceId: null, defaultPaymentMethodId: 'pm_1', items: [item()] },
    ...more,
  };
}

/** Open over 20.00, declined once two days ago. */
export function invoice(more: Partial<InvoiceFacts> = {}): InvoiceFacts {
  const at = now - 2 * day;
  return {
    ...{ id: 'in_1', subscriptionId: 'sub_1', status: 'open', attempted: true, attemptCount: 1 },
    ...{ amountRemaining: 2_000, created: at, finalizedAt: at, dueDate: null, nextPaymentAttempt: now + day },
    ...more,
  };
}

export function account(
  subscriptions: SubscriptionFacts[],
  invoices: InvoiceFacts[] = [],
  paymentMethods: PaymentMethodFacts[] = [],
): AccountFacts {
  return { subscriptions, invoices, paymentMethods, defaultPaymentMethodId: null };
}
