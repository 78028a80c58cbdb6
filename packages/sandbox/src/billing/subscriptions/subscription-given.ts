import type { DiscountGiven } from '../discounts/redeem.js';
import type { Extra } from '../invoices/extras.js';
import type { Price, Subscription } from './subscription-store.js';

export type PaymentBehavior =
  | 'allow_incomplete'
  | 'default_incomplete'
  | 'error_if_incomplete'
  | 'pending_if_incomplete';

/** A new subscription as its request, a schedule or Checkout asks for it. */
export interface SubscriptionGiven {
  customer: string;
  items: { price: Price; quantity?: number; metadata: Record<string, string>; discounts: DiscountGiven[] }[];
  /** One-time charges on the first invoice. */
  extras: Extra[];
  currency?: string;
  payment_behavior: PaymentBehavior;
  proration_behavior: 'create_prorations' | 'always_invoice' | 'none';
  off_session: boolean;
  /** Stripe seconds, in the future. */
  trial_end: number | null;
  billing_cycle_anchor: number | null;
  /** In the past: the time since then is billed too. */
  start_date?: number;
  discounts: DiscountGiven[];
  default_payment_method: string | null;
  cancel_at: number | 'min_period_end' | 'max_period_end' | null;
  cancel_at_period_end: boolean;
  /** One that exists already, to pay the first invoice: Checkout's. */
  payment_intent?: string;
  /** `draft`: it waits an hour for the merchant's changes, and nothing is paid before. */
  first_invoice?: 'draft';
  members: Pick<
    Subscription,
    | 'billing_mode'
    | 'collection_method'
    | 'days_until_due'
    | 'description'
    | 'metadata'
    | 'payment_settings'
    | 'trial_settings'
  > &
    Partial<
      Pick<
        Subscription,
        | 'automatic_tax'
        | 'billing_cycle_anchor_config'
        | 'cancel_at'
        | 'canceled_at'
        | 'cancellation_details'
        | 'invoice_settings'
        | 'pending_invoice_item_interval'
        | 'schedule'
      >
    >;
}
