import type { Transaction } from '../../engine/transaction.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import type { SubscriptionGiven } from '../subscriptions/subscription-given.js';
import { startSubscription } from '../subscriptions/subscription-start.js';
import type { Subscription } from '../subscriptions/subscription-store.js';
import { endOfPhase } from './phase-entry.js';
import { discountGiven, priceOf } from './phase-items.js';
import { extrasOf, settingsOf } from './phase-settings.js';
import { type Phase, putSchedule, type Schedule } from './schedule-store.js';

/**
 * Creates the subscription of the first phase. Its first invoice is a draft for an hour, like a renewal's:
 * https://docs.stripe.com/billing/subscriptions/subscription-schedules
 * @throws what the creation of a subscription throws
 */
export function startSchedule(tx: Transaction, schedule: Schedule, now: number): Schedule {
  const phase = schedule.phases[0] as Phase;
  const { default_payment_method, automatic_tax, ...settings } = settingsOf(schedule, phase);
  const { id } = startSubscription(tx, {
    customer: schedule.customer,
    items: phase.items.map((item) => ({
      price: priceOf(tx, item),
      metadata: mergeMetadata({}, item.metadata ?? {}),
      discounts: item.discounts.map(discountGiven),
      ...(item.quantity !== undefined && { quantity: item.quantity }),
    })),
    extras: extrasOf(tx, phase),
    currency: phase.currency,
    payment_behavior: 'allow_incomplete',
    proration_behavior: phase.proration_behavior as SubscriptionGiven['proration_behavior'],
    off_session: true,
    trial_end: phase.trial_end !== null && phase.trial_end > now ? phase.trial_end : null,
    billing_cycle_anchor: null,
    discounts: phase.discounts.map(discountGiven),
    default_payment_method,
    cancel_at: null,
    cancel_at_period_end: false,
    first_invoice: 'draft',
    ...(phase.start_date < now && { start_date: phase.start_date }),
    members: {
      ...settings,
      ...(automatic_tax && { automatic_tax }),
      ...endOfPhase(schedule, phase, UNENDED, now),
      billing_mode: schedule.billing_mode as Subscription['billing_mode'],
      metadata: mergeMetadata({}, phase.metadata ?? {}),
      payment_settings: {
        payment_method_options: null,
        payment_method_types: null,
        save_default_payment_method: 'off',
      },
      schedule: schedule.id,
      trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
    },
  });
  const { start_date, end_date } = phase;
  return putSchedule(tx, { ...schedule, current_phase: { start_date, end_date }, status: 'active', subscription: id });
}

const UNENDED = {
  cancel_at: null,
  canceled_at: null,
  cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
};
