import type Stripe from 'stripe';
import type { IdempotencyRecord } from './idempotency.js';
import type { Job } from './jobs.js';

type Tagged = { object: string };

/** Expandable references are stored as ids, decimals as the strings they are on the wire. */
type StoredValue<V> = [Extract<V, string>] extends [never]
  ? Plain<V>
  : string extends V
    ? Plain<Exclude<V, Tagged>>
    : Plain<V>;

type Plain<V> = unknown extends V
  ? V
  : V extends string | number | boolean | null | undefined
    ? V
    : V extends Stripe.Decimal
      ? string
      : V extends Array<infer I>
        ? StoredValue<I>[]
        : V extends object
          ? Stored<V>
          : never;

/** A Stripe object as the sandbox keeps it: the wire's shape with every reference as an id. */
export type Stored<T> = {
  // biome-ignore lint/suspicious/noConfusingVoidType: the SDK marks what must be absent (`deleted`) as void
  [K in keyof T as void extends T[K] ? (T[K] extends void ? never : K) : K]: StoredValue<T[K]>;
};

/** Every kind of object that the store can hold, by the word Stripe puts in its `object`. */
export interface StripeObjects {
  account: Stored<Stripe.Account>;
  'billing.meter': Stored<Stripe.Billing.Meter>;
  'billing.meter_event': Stored<Stripe.Billing.MeterEvent>;
  'billing_portal.configuration': Stored<Stripe.BillingPortal.Configuration>;
  'billing_portal.session': Stored<Stripe.BillingPortal.Session>;
  charge: Stored<Stripe.Charge>;
  'checkout.session': Stored<Stripe.Checkout.Session>;
  confirmation_token: Stored<Stripe.ConfirmationToken>;
  coupon: Stored<Stripe.Coupon>;
  credit_note: Stored<Stripe.CreditNote>;
  customer: Stored<Stripe.Customer>;
  customer_balance_transaction: Stored<Stripe.CustomerBalanceTransaction>;
  customer_session: Stored<Stripe.CustomerSession>;
  discount: Stored<Stripe.Discount>;
  dispute: Stored<Stripe.Dispute>;
  'entitlements.active_entitlement': Stored<Stripe.Entitlements.ActiveEntitlement>;
  'entitlements.feature': Stored<Stripe.Entitlements.Feature>;
  invoice: Stored<Stripe.Invoice>;
  invoice_payment: Stored<Stripe.InvoicePayment>;
  invoiceitem: Stored<Stripe.InvoiceItem>;
  line_item: Stored<Stripe.InvoiceLineItem>;
  payment_intent: Stored<Stripe.PaymentIntent>;
  payment_method: Stored<Stripe.PaymentMethod>;
  price: Stored<Stripe.Price>;
  product: Stored<Stripe.Product>;
  product_feature: Stored<Stripe.ProductFeature>;
  promotion_code: Stored<Stripe.PromotionCode>;
  'radar.early_fraud_warning': Stored<Stripe.Radar.EarlyFraudWarning>;
  refund: Stored<Stripe.Refund>;
  setup_intent: Stored<Stripe.SetupIntent>;
  subscription: Stored<Stripe.Subscription>;
  subscription_item: Stored<Stripe.SubscriptionItem>;
  subscription_schedule: Stored<Stripe.SubscriptionSchedule>;
  tax_id: Stored<Stripe.TaxId>;
  'test_helpers.test_clock': Stored<Stripe.TestHelpers.TestClock>;
  webhook_endpoint: Stored<Stripe.WebhookEndpoint>;
}

/** A snapshot that `GET /v1/events` lists; `pending_webhooks` is counted when it is answered. */
export interface StoredEvent {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
  livemode: false;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/**
 * What the sandbox remembers and Stripe never shows. A resource adds its own by declaration merging:
 * `declare module '../engine/objects.js' { interface InternalRecords { _card: CardSecret } }`.
 */
export interface InternalRecords {
  event: StoredEvent;
  _job: Job & { id: string };
  _clock: { id: string; offsetMs: number };
  _idempotency: IdempotencyRecord;
  /** A webhook endpoint's signing secret, by the endpoint's id. */
  _webhook_secret: { id: string; secret: string };
  /** `{ id, object, deleted: true }` of objects that still answer after their deletion. */
  _tombstone: { id: string; object: string; deleted: true };
}

export type Records = StripeObjects & InternalRecords;
