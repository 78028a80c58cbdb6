import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { SubscriptionGiven } from './subscription-given.js';
import type { Subscription } from './subscription-store.js';

type Customer = StripeObjects['customer'];

/** The end of a trial is the anchor, unless its settings leave that as it is. */
function firstAnchor({ billing_cycle_anchor, members, trial_end }: SubscriptionGiven, now: number): number {
  const unchanged = members.trial_settings?.end_behavior.billing_cycle_anchor === 'unchanged';
  return (unchanged ? null : trial_end) ?? billing_cycle_anchor ?? now;
}

/** A subscription as given, without items and before its first payment. */
export function blankSubscription(
  tx: Transaction,
  customer: Customer,
  given: SubscriptionGiven,
  currency: string,
  now: number,
): Subscription {
  const id = tx.newId('subscription');
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: firstAnchor(given, now),
    billing_cycle_anchor_config: null,
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    created: now,
    currency,
    customer: customer.id,
    customer_account: null,
    default_payment_method: given.default_payment_method,
    default_source: null,
    default_tax_rates: [],
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: { object: 'list', data: [], has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: given.start_date ?? now,
    status: 'incomplete',
    test_clock: customer.test_clock ?? null,
    transfer_data: null,
    trial_end: given.trial_end,
    trial_start: given.trial_end ? now : null,
    ...given.members,
  };
}
