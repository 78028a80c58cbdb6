import type { Subscription } from '../subscriptions/subscription-store.js';
import { BLANK_PHASE } from './blank-schedule.js';
import type { PhaseGiven } from './given-phases.js';

/** A phase as the subscription is now. */
export function phaseOf(subscription: Subscription): PhaseGiven {
  const ends = Math.min(...subscription.items.data.map(({ current_period_end }) => current_period_end));
  const end_date = subscription.cancel_at ?? ends;
  const choice = (discount: unknown) => ({ coupon: null, discount: discount as string, promotion_code: null });
  return {
    billing_cycle_anchor: null,
    end_date,
    ...(subscription.status === 'trialing' &&
      subscription.trial_end && { trial_end: Math.min(subscription.trial_end, end_date) }),
    prices: subscription.items.data.map(({ price }) => price),
    members: {
      ...BLANK_PHASE,
      automatic_tax: subscription.automatic_tax,
      currency: subscription.currency,
      default_payment_method: subscription.default_payment_method,
      discounts: subscription.discounts.map(choice),
      items: subscription.items.data.map((item) => ({
        billing_thresholds: null,
        discounts: item.discounts.map(choice),
        metadata: item.metadata,
        plan: item.price.id,
        price: item.price.id,
        ...(item.quantity !== undefined && { quantity: item.quantity }),
        tax_rates: [],
      })),
    },
  };
}

/** How a subscription's invoices look, as a schedule keeps it. */
export function invoicingOf({ days_until_due = null, invoice_settings }: Subscription): Pick<
  Subscription['invoice_settings'],
  'custom_fields' | 'description' | 'footer'
> & {
  days_until_due: number | null;
} {
  const { custom_fields, description, footer } = invoice_settings;
  return { custom_fields, days_until_due, description, footer };
}
