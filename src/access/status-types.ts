/** What the pure rules look at, and what they answer. Times are Stripe's seconds; amounts minor units. */

export type AccessState = 'FULL' | 'GRACE' | 'BLOCKED' | 'NONE' | 'UNKNOWN';
export type AccessReason =
  | 'NO_SUBSCRIPTION'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_ACTION_REQUIRED'
  | 'UNPAID'
  | 'CANCELED'
  | 'TRIAL_ENDED'
  | 'PAUSED'
  | 'DISPUTED'
  | 'INCOMPLETE'
  | 'UNKNOWN';
export type StatusCause =
  | 'ACCOUNT_CREATED'
  | 'SUBSCRIPTION_STARTED'
  | 'SUBSCRIPTION_ENDED'
  | 'PLAN_CHANGED'
  | 'SEATS_CHANGED'
  | 'CANCELLATION_SCHEDULED'
  | 'CANCELLATION_WITHDRAWN'
  | 'TRIAL_ENDING'
  | 'PAYMENT_SUCCEEDED'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_ACTION_REQUIRED'
  | 'GRACE_ENDED'
  | 'RENEWED'
  | 'PAUSED'
  | 'RESUMED'
  | 'REFUNDED'
  | 'DISPUTED'
  | 'ENTITLEMENTS_CHANGED'
  | 'REFRESHED'
  | 'UNKNOWN';
export type NoticeKind =
  | 'PAYMENT_FAILED'
  | 'PAYMENT_ACTION_REQUIRED'
  | 'TRIAL_ENDING'
  | 'CARD_EXPIRING'
  | 'CANCELLATION_PENDING'
  | 'PLAN_CHANGE_PENDING'
  | 'ACCESS_BLOCKED'
  | 'PAYMENT_METHOD_MISSING'
  | 'DUPLICATE_SUBSCRIPTION'
  | 'UNKNOWN';

export interface FeatureFacts {
  key: string;
  name: string;
  /** Decimal string; the product's `limit:<feature>` over the feature's `limit`. */
  limit: string | null;
}
export interface ItemFacts {
  id: string;
  priceId: string;
  productId: string;
  quantity: string | null;
  /** `licensed` or `metered`; null while the price is not mirrored yet. */
  usageType: string | null;
  /** The product's plan group; null when the product is not mirrored yet. */
  group: string | null;
  currentPeriodStart: number | null;
  currentPeriodEnd: number | null;
  features: FeatureFacts[];
}
export interface SubscriptionFacts {
  id: string;
  /** Stripe's own word. */
  status: string;
  created: number;
  startDate: number;
  trialEnd: number | null;
  cancelAt: number | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: number | null;
  endedAt: number | null;
  /** `charge_automatically` or `send_invoice` */
  collectionMethod: string | null;
  collectionPaused: boolean;
  hasPendingUpdate: boolean;
  /** When a pending update that is not paid is dropped by Stripe. */
  pendingUpdateExpiresAt: number | null;
  latestInvoiceId: string | null;
  defaultPaymentMethodId: string | null;
  /** In Stripe's order. */
  items: ItemFacts[];
}
export interface InvoiceFacts {
  id: string;
  subscriptionId: string | null;
  /** Stripe's own word. */
  status: string | null;
  attempted: boolean;
  attemptCount: number;
  amountRemaining: number;
  created: number;
  finalizedAt: number | null;
  dueDate: number | null;
  nextPaymentAttempt: number | null;
}
export interface PaymentMethodFacts {
  id: string;
  expMonth: number | null;
  expYear: number | null;
}
/**
 * All of one account’s rows that its status depends on. Ended subscriptions included; invoices: those not paid, void or
 * draft.
 */
export interface AccountFacts {
  subscriptions: SubscriptionFacts[];
  invoices: InvoiceFacts[];
  paymentMethods: PaymentMethodFacts[];
  defaultPaymentMethodId: string | null;
}
export interface StatusPolicy {
  /** Seconds that access lasts after a failed payment. */
  gracePeriod: number;
}

export interface StatusFeature {
  key: string;
  name: string;
  allowed: boolean;
  limit: string | null;
  source: 'PLAN' | 'OPERATOR' | 'TRIAL' | 'UNKNOWN';
}
export interface StatusNotice {
  kind: NoticeKind;
  severity: 'INFO' | 'WARNING' | 'CRITICAL';
  dueAt: number | null;
  invoiceId: string | null;
  subscriptionId: string | null;
}
/** What is visible of a subscription in a status: a change of any of it is a new version. */
export interface StatusSubscription {
  id: string;
  status: string;
  items: { id: string; priceId: string; productId: string; quantity: string | null }[];
  currentPeriodStart: number | null;
  currentPeriodEnd: number | null;
  trialEnd: number | null;
  endsAt: number | null;
  canceledAt: number | null;
  collectionPaused: boolean;
  hasPendingUpdate: boolean;
  latestInvoiceId: string | null;
}
/** Stored with the account (`billing_accounts.status`). Equal content means the same version. */
export interface AccountStatus {
  state: AccessState;
  reason: AccessReason | null;
  graceEndsAt: number | null;
  features: StatusFeature[];
  /** Those that are not ended. */
  subscriptions: StatusSubscription[];
  openInvoice: {
    id: string;
    status: string;
    amountRemaining: number;
    attemptCount: number;
    nextPaymentAttempt: number | null;
  } | null;
  notices: StatusNotice[];
}
export interface ComputedStatus {
  status: AccountStatus;
  /** When time alone may change it; null when it cannot. */
  nextTransitionAt: number | null;
}
