import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { type DiscountGiven, redeemAll } from '../discounts/redeem.js';
import type { InvoiceLine } from '../invoices/invoice-lines.js';
import type { NewInvoiceItem } from '../invoices/pending-items.js';
import { type Period, periodAt, sameCadence } from '../pricing/periods.js';
import { chargeForPeriod } from './period-charge.js';
import { prorations } from './prorated-items.js';
import { type EndGiven, scheduledEnd } from './scheduled-end.js';
import { cadenceOf, newSubscriptionItem, planOf, requireOffered } from './subscription-items.js';
import {
  isMetered,
  lastPeriodEnd,
  type Price,
  type Subscription,
  type SubscriptionItem,
  withItems,
} from './subscription-store.js';
import { usedUnits } from './used-units.js';

export interface ItemChange {
  /** Without it an item is added. */
  id?: string;
  price?: Price;
  quantity?: number;
  deleted?: boolean;
  metadata?: Record<string, string>;
  discounts?: DiscountGiven[];
}

export interface ChangeGiven {
  items: ItemChange[];
  proration_behavior: 'create_prorations' | 'always_invoice' | 'none';
  /** Stripe seconds; now if left out. */
  proration_date?: number;
  billing_cycle_anchor?: 'now' | 'unchanged';
  trial_end?: number | 'now';
  /** They replace the discounts, for what is charged from now on. */
  discounts?: DiscountGiven[];
}

/** What a change makes of a subscription and what it bills, before anything happens. */
export interface Change {
  after: Subscription;
  /** Prorations and used units, to be billed now or with the next invoice. */
  owed: NewInvoiceItem[];
  /** Whole new periods that begin now; they are always billed now. */
  lines: InvoiceLine[];
  billsNow: boolean;
  at: number;
}

/** The same for the change and its preview. @throws 400 for items that do not fit */
export function planChange(tx: Transaction, before: Subscription, given: ChangeGiven & EndGiven, now: number): Change {
  const at = prorationDate(before, given, now);
  const anchored = withAnchor(before, given, now);
  // With the anchor set or a trial begun or ended, all items begin a new period now.
  const restarts = anchored !== before;
  const items = changedItems(tx, before, given.items, now);
  const data = items.map((item) => ({ ...item, ...periodOf(before, anchored, item, now, restarts) }));
  const on = { customer: before.customer, subscription: before.id };
  const changed = {
    ...withItems(anchored, data),
    ...(given.discounts && { discounts: redeemAll(tx, given.discounts, on) }),
  };
  const after = { ...changed, ...scheduledEnd(changed, given, now) };
  // Another interval moves the end that the cancellation waits for.
  if (after.cancel_at_period_end) after.cancel_at = lastPeriodEnd(after);
  const begins = restarts && after.status !== 'trialing';
  const prorated =
    given.proration_behavior === 'none' ? [] : prorations(tx, before, after, begins ? now : at, restarts);
  const owed = [...prorated, ...removedUsage(tx, before, after, now)];
  const lines = begins
    ? data.filter((item) => !isMetered(item)).flatMap((item) => chargeForPeriod(tx, after, item))
    : [];
  const billsNow = lines.length > 0 || (given.proration_behavior === 'always_invoice' && owed.length > 0);
  return { after, owed, lines, billsNow, at };
}

function prorationDate(before: Subscription, { proration_date }: ChangeGiven, now: number): number {
  if (proration_date === undefined) return now;
  const inside = before.items.data.some(
    ({ current_period_start, current_period_end }) =>
      proration_date >= current_period_start && proration_date <= current_period_end,
  );
  if (inside) return proration_date;
  throw invalidRequest('Cannot specify a proration date outside of the current billing period.', {
    param: 'proration_date',
  });
}

/** A new anchor (now), a new trial end, or the end of the trial. */
function withAnchor(before: Subscription, { trial_end, billing_cycle_anchor }: ChangeGiven, now: number): Subscription {
  if (before.status === 'paused' && (trial_end !== undefined || billing_cycle_anchor === 'now')) {
    // Not established: what Stripe makes of a new period for a subscription that is paused.
    throw invalidRequest('A paused subscription begins no new period: resume it first.', {
      param: trial_end === undefined ? 'billing_cycle_anchor' : 'trial_end',
    });
  }
  if (trial_end === 'now' || (trial_end !== undefined && trial_end <= now)) {
    if (trial_end !== 'now') throw invalidRequest('`trial_end` must be in the future.', { param: 'trial_end' });
    if (before.status !== 'trialing') return before;
    return { ...before, status: 'active', trial_end: now, ...anchoredAt(before, now) };
  }
  if (trial_end !== undefined) {
    const trial_start = before.status === 'trialing' ? before.trial_start : now;
    return { ...before, status: 'trialing', trial_start, trial_end, ...anchoredAt(before, trial_end) };
  }
  if (billing_cycle_anchor !== 'now') return before;
  if (before.status === 'trialing') {
    throw invalidRequest('You cannot set `billing_cycle_anchor` to `now` while the subscription is in a trial.', {
      param: 'billing_cycle_anchor',
    });
  }
  return { ...before, billing_cycle_anchor: now };
}

/** The end of a trial is the new anchor, unless the trial's settings leave the old one. */
function anchoredAt({ trial_settings }: Subscription, trialEnd: number): Partial<Subscription> {
  return trial_settings?.end_behavior.billing_cycle_anchor === 'unchanged' ? {} : { billing_cycle_anchor: trialEnd };
}

function changedItems(tx: Transaction, before: Subscription, changes: ItemChange[], now: number): SubscriptionItem[] {
  const known = new Map(before.items.data.map((item) => [item.id, item]));
  const added: SubscriptionItem[] = [];
  for (const [at, change] of changes.entries()) {
    const old = change.id === undefined ? undefined : known.get(change.id);
    if (change.id !== undefined && !old) {
      throw invalidRequest(`The subscription ${before.id} has no item ${change.id}.`, {
        code: 'resource_missing',
        param: `items[${at}][id]`,
      });
    }
    if (old && change.deleted) known.delete(old.id);
    else if (old) known.set(old.id, changedItem(tx, before, old, change));
    else added.push(addedItem(tx, before, change, at, now));
  }
  const items = [...known.values(), ...added];
  if (items.length === 0) {
    throw invalidRequest('A subscription must have at least one active plan.', { param: 'items' });
  }
  const twice = items.find((item, at) => items.findIndex(({ price }) => price.id === item.price.id) !== at);
  if (twice) throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${twice.price.id}`);
  requireOffered(
    items.map(({ price }) => price),
    before.currency,
    'items',
  );
  return items;
}

function changedItem(
  tx: Transaction,
  subscription: Subscription,
  old: SubscriptionItem,
  change: ItemChange,
): SubscriptionItem {
  const price = change.price ?? old.price;
  const metered = isMetered({ price });
  if (metered && change.quantity !== undefined) {
    throw invalidRequest(`The price ${price.id} is metered: a quantity cannot be set on it, usage decides.`);
  }
  const { quantity = 1, ...rest } = old;
  const on = { customer: subscription.customer, subscription: subscription.id, subscriptionItem: old.id };
  return {
    ...rest,
    price,
    plan: planOf(price),
    metadata: change.metadata ?? old.metadata,
    discounts: change.discounts ? redeemAll(tx, change.discounts, on) : old.discounts,
    // Another price without a quantity means one of it: https://docs.stripe.com/api/subscriptions/update
    ...(!metered && { quantity: change.quantity ?? (price.id === old.price.id ? quantity : 1) }),
  };
}

function addedItem(
  tx: Transaction,
  subscription: Subscription,
  { price, quantity, metadata = {}, discounts = [], deleted }: ItemChange,
  at: number,
  now: number,
): SubscriptionItem {
  if (!price || deleted) {
    throw invalidRequest(`Missing required param: items[${at}][${price ? 'id' : 'price'}].`, {
      code: 'parameter_missing',
      param: `items[${at}][${price ? 'id' : 'price'}]`,
    });
  }
  const on = { customer: subscription.customer, subscription: subscription.id };
  const given = {
    price,
    metadata,
    discounts: redeemAll(tx, discounts, on),
    ...(quantity !== undefined && { quantity }),
  };
  return newSubscriptionItem(subscription.id, given, { start: now, end: now }, now);
}

/**
 * The item's period after the change. Another interval keeps the anchor: the period that began stays begun and ends
 * where the new interval, counted from the anchor, ends.
 */
function periodOf(before: Subscription, after: Subscription, item: SubscriptionItem, now: number, restarts: boolean) {
  const old = before.items.data.find(({ id }) => id === item.id);
  const cadence = cadenceOf(item.price);
  const shown = ({ start, end }: Period) => ({ current_period_start: start, current_period_end: end });
  if (after.status === 'trialing') {
    const start = !restarts && old ? old.current_period_start : now;
    return shown({ start, end: after.trial_end ?? now });
  }
  if (restarts) {
    return shown({ start: now, end: periodAt(after.billing_cycle_anchor, cadence, now).end });
  }
  if (old && sameCadence(cadenceOf(old.price), cadence)) {
    return shown({ start: old.current_period_start, end: old.current_period_end });
  }
  // No period runs during a pause.
  if (before.status === 'paused')
    return shown({ start: old?.current_period_start ?? now, end: old?.current_period_end ?? now });
  const whole = periodAt(after.billing_cycle_anchor, cadence, now);
  return shown({ start: Math.max(old?.current_period_start ?? whole.start, whole.start), end: whole.end });
}

/** Units used through an item that goes (or is metered no longer by that price) are billed. */
function removedUsage(tx: Transaction, before: Subscription, after: Subscription, now: number): NewInvoiceItem[] {
  // A pause has billed what was used until it began.
  if (before.status === 'trialing' || before.status === 'paused') return [];
  return before.items.data
    .filter((item) => isMetered(item))
    .filter((item) => !after.items.data.some(({ id, price }) => id === item.id && price.id === item.price.id))
    .flatMap((item) => usedUnits(tx, before, item, now));
}
