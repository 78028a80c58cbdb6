import { discountFor } from '../../billing/checkout/checkout-discounts.js';
import { previewChange } from '../../billing/invoices/preview.js';
import { amountOf } from '../../billing/pricing/amounts.js';
import { daysAtMost } from '../../billing/pricing/periods.js';
import { scheduleSubscription } from '../../billing/schedules/schedule-create.js';
import { release } from '../../billing/schedules/schedule-end.js';
import { type Phase, scheduleOf } from '../../billing/schedules/schedule-store.js';
import { updateSchedule } from '../../billing/schedules/schedule-update.js';
import { planChange } from '../../billing/subscriptions/subscription-change.js';
import { cadenceOf } from '../../billing/subscriptions/subscription-items.js';
import type { Price, Subscription } from '../../billing/subscriptions/subscription-store.js';
import { type UpdateGiven, updateSubscription } from '../../billing/subscriptions/subscription-update.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries } from '../cards/card-entry.js';
import type { Visit } from './portal-access.js';

type Settings = StripeObjects['billing_portal.configuration']['features']['subscription_update'];
type Discounts = { coupon?: string; promotion_code?: string }[];

export interface PlanChange {
  subscription: Subscription;
  item: string;
  price: Price;
  quantity: number | undefined;
  /** Added to those that the subscription has. */
  discounts: Discounts;
  settings: Settings;
}

/** What the person may choose of one price. */
export interface QuantityRule {
  minimum: number;
  maximum: number | null;
}

/**
 * Which quantities the configuration allows for a price; undefined where it stays as it is.
 * Not established: how `default_allowed_updates` and a product's own `adjustable_quantity` go together at Stripe; here
 * either one allows it, and the product's sets the limits.
 */
export function quantityRule({ products, default_allowed_updates }: Settings, price: string): QuantityRule | undefined {
  const rule = (products ?? []).find(({ prices }) => prices.includes(price))?.adjustable_quantity;
  if (rule?.enabled) return { minimum: rule.minimum, maximum: rule.maximum };
  return default_allowed_updates.includes('quantity') ? { minimum: 1, maximum: null } : undefined;
}

/** The prices that the subscription may be changed to, its own first if only the quantity may change. */
export function offeredPrices(settings: Settings, current: string): string[] {
  const listed = (settings.products ?? []).flatMap(({ prices }) => prices);
  return settings.default_allowed_updates.includes('price') ? listed : listed.filter((price) => price === current);
}

/** @throws 400 for what the portal does not offer */
export function readPlanChange(tx: Transaction, visit: Visit, id: string, entries: Entries): PlanChange {
  const settings = visit.configuration.features.subscription_update;
  const subscription = tx.require('subscription', id);
  const [item] = subscription.items.data;
  if (!item) throw invalidRequest('This plan cannot be changed here.');
  const fixed = confirmedBy(visit, id);
  const priceId = fixed ? (fixed.price ?? item.price.id) : entries.price || item.price.id;
  const stays = priceId === item.price.id;
  if (!stays && !fixed && !offeredPrices(settings, item.price.id).includes(priceId)) {
    throw invalidRequest('Choose one of the plans.');
  }
  const wanted = fixed ? fixed.quantity : numberOf(entries.quantity);
  const rule = quantityRule(settings, priceId);
  const quantity = wanted !== undefined && (fixed || rule) ? wanted : item.quantity;
  if (rule && !fixed && quantity !== undefined) requireWithin(rule, quantity);
  return {
    subscription,
    item: item.id,
    price: tx.require('price', priceId, 'price'),
    quantity,
    discounts: fixed ? fixed.discounts : typedDiscount(tx, visit, settings, entries.code),
    settings,
  };
}

/** What the flow `subscription_update_confirm` was made for. */
function confirmedBy({ session: { flow }, inFlow }: Visit, id: string) {
  const confirm = flow?.subscription_update_confirm;
  const [item] = confirm?.items ?? [];
  if (!inFlow || !item || confirm?.subscription !== id) return undefined;
  const discounts = (confirm.discounts ?? []).map(({ coupon, promotion_code }) => ({
    ...(coupon && { coupon: coupon as string }),
    ...(promotion_code && { promotion_code: promotion_code as string }),
  }));
  return { price: item.price, quantity: item.quantity, discounts };
}

function typedDiscount(tx: Transaction, { session }: Visit, settings: Settings, code: string | undefined): Discounts {
  if (!code?.trim() || !settings.default_allowed_updates.includes('promotion_code')) return [];
  const { promotion_code } = discountFor(tx, { code }, { customer: session.customer });
  return promotion_code ? [{ promotion_code }] : [];
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text.trim() === '' ? undefined : Number(text);
}

function requireWithin({ minimum, maximum }: QuantityRule, quantity: number): void {
  if (Number.isInteger(quantity) && quantity >= minimum && quantity <= (maximum ?? Infinity)) return;
  throw invalidRequest(
    maximum === null
      ? `Enter a whole number of at least ${minimum}.`
      : `Enter a whole number from ${minimum} to ${maximum}.`,
    { param: 'quantity' },
  );
}

/** Whether the configuration puts this change off until the period ends. A trial has no period to pay out. */
export function waitsForPeriodEnd({ subscription, price, quantity, settings }: PlanChange): boolean {
  const [item] = subscription.items.data;
  if (!item || subscription.status === 'trialing') return false;
  const { currency } = subscription;
  const less = amountOf(price, currency, quantity ?? 1) < amountOf(item.price, currency, item.quantity ?? 1);
  const shorter = daysAtMost(cadenceOf(price)) < daysAtMost(cadenceOf(item.price));
  return settings.schedule_at_period_end.conditions.some(({ type }) =>
    type === 'decreasing_item_amount' ? less : type === 'shortening_interval' && shorter,
  );
}

export function isUnchanged({ subscription, price, quantity, discounts }: PlanChange): boolean {
  const [item] = subscription.items.data;
  return item?.price.id === price.id && item.quantity === quantity && discounts.length === 0;
}

/** Changes the plan now, or schedules it. @throws 402 when the change cannot be paid */
export function applyPlanChange(tx: Transaction, change: PlanChange): void {
  const { subscription, price, quantity } = change;
  releaseScheduled(tx, subscription.id);
  if (!waitsForPeriodEnd(change)) {
    updateSubscription(tx, subscription.id, updateOf(change));
    return;
  }
  const schedule = scheduleSubscription(tx, subscription.id);
  const [now] = schedule.phases as [Phase];
  const { start_date, end_date, trial_end, ...members } = now;
  const [item] = now.items as [Phase['items'][number]];
  const next = { ...item, price: price.id, plan: price.id, ...(quantity !== undefined && { quantity }) };
  const priceNow = tx.require('price', item.price as string);
  updateSchedule(tx, schedule.id, {
    end_behavior: 'release',
    proration_behavior: 'none',
    phases: [
      { members, prices: [priceNow], start_date, end_date, billing_cycle_anchor: null },
      {
        members: { ...members, items: [next], proration_behavior: 'none' },
        prices: [price],
        billing_cycle_anchor: null,
      },
    ],
  });
}

/** Takes back what waits for the end of the period. */
export function releaseScheduled(tx: Transaction, id: string): void {
  const subscription = tx.require('subscription', id);
  const schedule = scheduleOf(tx, { schedule: subscription.schedule as string | null });
  if (!schedule) return;
  release(tx, schedule, tx.now(subscription.test_clock), { preserveCancelDate: true });
  tx.emit('customer.subscription.updated', tx.require('subscription', id));
}

/** The invoice that the change would make now; undefined when nothing is billed at once. */
export function billedNow(tx: Transaction, change: PlanChange): StripeObjects['invoice'] | undefined {
  if (waitsForPeriodEnd(change)) return undefined;
  const given = updateOf(change);
  const { id, test_clock } = change.subscription;
  if (!planChange(tx, change.subscription, given, tx.now(test_clock)).billsNow) return undefined;
  return previewChange(tx, id, () => ({ ...given, cancel_now: false, preview_mode: 'next' }));
}

function updateOf({ subscription, item, price, quantity, discounts, settings }: PlanChange): UpdateGiven {
  const trialing = subscription.status === 'trialing';
  const ends = trialing && settings.trial_update_behavior === 'end_trial';
  const kept = subscription.discounts.map((discount) => ({ discount: discount as string }));
  return {
    items: [{ id: item, price, ...(quantity !== undefined && { quantity }) }],
    extras: [],
    members: {},
    off_session: false,
    payment_behavior: 'error_if_incomplete',
    proration_behavior: settings.proration_behavior as UpdateGiven['proration_behavior'],
    ...(discounts.length > 0 && { discounts: [...kept, ...discounts] }),
    ...(ends && { trial_end: 'now' as const }),
    ...(!trialing && settings.billing_cycle_anchor === 'now' && { billing_cycle_anchor: 'now' as const }),
  };
}
