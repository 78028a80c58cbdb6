import type { StripeObjects } from './objects.js';
import type { Transaction } from './transaction.js';

export type KindName = keyof StripeObjects;

/** What the engine must know about one kind of object. */
export interface Kind<K extends KindName = KindName> {
  object: K;
  /** Id prefix without the underscore. */
  prefix: string;
  /** The word in "No such …: 'id'"; the `object` by default. */
  noun?: string;
  /** A deleted one still answers its id, as `{ id, object, deleted: true }`. */
  answersDeleted?: boolean;
  /** Secondary indexes for `tx.where` and filtered lists. */
  indexes?: Record<string, (object: StripeObjects[K]) => string | null | undefined>;
  /**
   * Members that Stripe sends only when they are expanded. `true`: stored, and left out otherwise;
   * a function makes the value on demand.
   */
  onlyExpanded?: Record<string, true | ((tx: Transaction, object: StripeObjects[K]) => unknown)>;
  /** Which kind a member's id refers to, where its name alone does not say; `null`: not expandable. */
  references?: Record<string, KindName | null>;
}

// biome-ignore lint/suspicious/noExplicitAny: kinds of different objects share one table
export type AnyKind = Kind<any>;

/** Which kind an id in a member of this name refers to, unless the kind says otherwise. */
export const REFERENCES: Record<string, KindName> = {
  balance_transaction: 'customer_balance_transaction',
  charge: 'charge',
  coupon: 'coupon',
  credit_note: 'credit_note',
  customer: 'customer',
  default_payment_method: 'payment_method',
  default_price: 'price',
  discounts: 'discount',
  feature: 'entitlements.feature',
  from_invoice: 'invoice',
  initial: 'payment_method',
  invoice: 'invoice',
  latest_charge: 'charge',
  latest_invoice: 'invoice',
  latest_revision: 'invoice',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
  pending_setup_intent: 'setup_intent',
  price: 'price',
  product: 'product',
  promotion_code: 'promotion_code',
  refund: 'refund',
  schedule: 'subscription_schedule',
  setup_intent: 'setup_intent',
  subscription: 'subscription',
  test_clock: 'test_helpers.test_clock',
};
