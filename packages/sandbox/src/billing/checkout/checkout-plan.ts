import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { AnchorConfig } from '../subscriptions/cycle-anchor.js';

export type CheckoutSession = StripeObjects['checkout.session'];
type AllowRedisplay = StripeObjects['payment_method']['allow_redisplay'];

/** Within which the buyer may choose the quantity on the page. */
export interface AdjustableQuantity {
  enabled: boolean;
  maximum: number;
  minimum: number;
}

export interface CheckoutItem {
  id: string;
  price: string;
  /** Null for metered prices. */
  quantity: number | null;
  adjustable: AdjustableQuantity | null;
  metadata: Record<string, string>;
}

/** One of the two is set, or both for the coupon behind a promotion code. */
export interface SessionDiscount {
  coupon: string | null;
  promotion_code: string | null;
}

/** `subscription_data` as it was given. */
export interface PlannedSubscription {
  billing_cycle_anchor?: number;
  billing_cycle_anchor_config?: AnchorConfig;
  billing_mode?: { flexible?: { proration_discounts?: 'included' }; type: 'classic' | 'flexible' };
  description?: string;
  invoice_settings?: {
    custom_fields?: { name: string; value: string }[] | null;
    description?: string | null;
    footer?: string | null;
    issuer?: { type: 'self' };
  };
  metadata?: Record<string, string>;
  proration_behavior?: 'create_prorations' | 'none';
  trial_end?: number;
  trial_period_days?: number;
  trial_settings?: { end_behavior: { missing_payment_method: 'cancel' | 'create_invoice' | 'pause' } };
}

/** `payment_intent_data` as it was given. */
export interface PlannedPayment {
  capture_method?: 'automatic' | 'automatic_async' | 'manual';
  description?: string;
  metadata?: Record<string, string>;
  receipt_email?: string;
  setup_future_usage?: 'off_session' | 'on_session';
}

/** `invoice_creation[invoice_data]` as it was given. */
export interface PlannedInvoice {
  custom_fields?: { name: string; value: string }[] | null;
  description?: string;
  footer?: string;
  metadata?: Record<string, string>;
}

/** What a session will do when it is completed; Stripe never shows it. */
export interface CheckoutPlan {
  id: string;
  items: CheckoutItem[];
  /** What the buyer may add; `chosen` names the line item that it became. */
  optional: { price: string; quantity: number; adjustable: AdjustableQuantity | null; chosen: string | null }[];
  discounts: SessionDiscount[];
  subscription: PlannedSubscription;
  setup: { description?: string; metadata?: Record<string, string> };
  payment: PlannedPayment;
  invoice: PlannedInvoice | null;
  allow_redisplay: AllowRedisplay;
  /** Brands as Stripe names them in `payment_method_options[card][restrictions]`. */
  brands_blocked: string[];
  customer_update: { address?: 'auto' | 'never'; name?: 'auto' | 'never'; shipping?: 'auto' | 'never' };
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _checkout: CheckoutPlan;
  }
}

export function planOf(tx: Transaction, id: string): CheckoutPlan {
  return tx.get('_checkout', id) as CheckoutPlan;
}

export function isTrial({ subscription }: Pick<CheckoutPlan, 'subscription'>): boolean {
  return subscription.trial_end !== undefined || subscription.trial_period_days !== undefined;
}
