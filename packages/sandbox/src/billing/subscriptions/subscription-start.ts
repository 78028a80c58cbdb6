import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { redeemAll } from '../discounts/redeem.js';
import { addExtras } from '../invoices/extras.js';
import { createInvoice } from '../invoices/invoice-draft.js';
import { type InvoiceLine, trialLine } from '../invoices/invoice-lines.js';
import { createInvoiceItem, pendingItems } from '../invoices/pending-items.js';
import { currenciesOf } from '../pricing/amounts.js';
import { type Period, periodAt } from '../pricing/periods.js';
import { backdatedItems } from './backdating.js';
import { blankSubscription } from './blank-subscription.js';
import { payFirst, withPendingSetup } from './first-payment.js';
import { scheduleItemBilling } from './pending-item-interval.js';
import { chargeForPeriod } from './period-charge.js';
import { discountsAfterInvoice } from './subscription-discounts.js';
import type { SubscriptionGiven } from './subscription-given.js';
import { cadenceOf, newSubscriptionItem, requireOffered } from './subscription-items.js';
import {
  ENDED,
  isMetered,
  lastPeriodEnd,
  type Price,
  patchSubscription,
  putSubscription,
  type Subscription,
  scheduleAdvance,
} from './subscription-store.js';
import { scheduleTrialNotice } from './trial-notice.js';

type Customer = StripeObjects['customer'];
/** Seconds. */
const INCOMPLETE_LIFETIME = 23 * 3600;

/**
 * Creates the subscription with its first invoice, which is finalized at once: https://docs.stripe.com/api/subscriptions/create
 * @throws 400 when nobody could pay, 402 with `error_if_incomplete` when nobody did
 */
export function startSubscription(tx: Transaction, given: SubscriptionGiven): Subscription {
  const customer = tx.require('customer', given.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  const currency = currencyFor(tx, customer, given);
  const draft = blankSubscription(tx, customer, given, currency, now);
  const periods = given.items.map(({ price }) => firstPeriod(price, draft, now));
  const items = given.items.map((item, at) => {
    const on = { customer: customer.id, subscription: draft.id };
    const discounts = redeemAll(tx, item.discounts, on);
    return newSubscriptionItem(draft.id, { ...item, discounts }, periods[at] as Period, now);
  });
  const subscription = putSubscription(tx, {
    ...draft,
    discounts: redeemAll(tx, given.discounts, { customer: customer.id, subscription: draft.id }),
    items: { ...draft.items, data: items },
  });
  const withEnd = putSubscription(tx, { ...subscription, ...endGiven(subscription, given, now) });
  const timed = putSubscription(tx, scheduleItemBilling(tx, withEnd, now));
  if (given.start_date !== undefined && given.proration_behavior !== 'none') {
    for (const item of backdatedItems(tx, timed, given.start_date, now)) createInvoiceItem(tx, item);
  }
  const lines = firstLines(tx, timed, given, now);
  billFirst(tx, timed, given, lines, now);
  return activate(tx, timed.id, given, now);
}

function currencyFor(tx: Transaction, customer: Customer, { currency, items }: SubscriptionGiven): string {
  const prices = items.map(({ price }) => price);
  const first = prices[0];
  if (!first) throw invalidRequest('Missing required param: items.', { code: 'parameter_missing', param: 'items' });
  const locked = customer.currency;
  const offered = locked != null && prices.every((price) => currenciesOf(price).includes(locked));
  const chosen = currency ?? (offered ? locked : first.currency);
  requireOffered(prices, chosen, currency ? 'currency' : 'items[0][price]');
  const others = tx.where('subscription', 'customer', customer.id);
  const busy = others.find((other) => !ENDED.includes(other.status) && other.currency !== chosen);
  if (busy) {
    throw invalidRequest(
      `You cannot combine currencies on a single customer. This customer has an active subscription, subscription schedule, discount, quote, or invoice item with currency ${busy.currency}`,
      { param: 'customer' },
    );
  }
  return chosen;
}

function firstPeriod(price: Price, { trial_end, billing_cycle_anchor }: Subscription, now: number): Period {
  if (trial_end) return { start: now, end: trial_end };
  return { start: now, end: periodAt(billing_cycle_anchor, cadenceOf(price), now).end };
}

function endGiven(subscription: Subscription, given: SubscriptionGiven, now: number): Partial<Subscription> {
  const { cancel_at, cancel_at_period_end } = given;
  const ends = subscription.items.data.map(({ current_period_end }) => current_period_end);
  if (cancel_at_period_end) return { cancel_at: lastPeriodEnd(subscription), cancel_at_period_end, canceled_at: now };
  if (cancel_at === null) return {};
  const at =
    cancel_at === 'min_period_end' ? Math.min(...ends) : cancel_at === 'max_period_end' ? Math.max(...ends) : cancel_at;
  return { cancel_at: at, canceled_at: now };
}

function firstLines(tx: Transaction, subscription: Subscription, given: SubscriptionGiven, now: number): InvoiceLine[] {
  const { trial_end, billing_cycle_anchor } = subscription;
  return subscription.items.data
    .filter((item) => !isMetered(item))
    .flatMap((item) => {
      const period = { start: item.current_period_start, end: item.current_period_end };
      if (trial_end) return [trialLine(tx, subscription, item, period)];
      const whole = periodAt(billing_cycle_anchor, cadenceOf(item.price), now);
      if (whole.start !== now && given.proration_behavior === 'none') return [];
      // Without prorations a cancellation within the period changes nothing about its price.
      const priced = given.proration_behavior === 'none' ? { ...subscription, cancel_at: null } : subscription;
      return chargeForPeriod(tx, priced, item);
    });
}

function billFirst(
  tx: Transaction,
  subscription: Subscription,
  { extras, members, first_invoice }: SubscriptionGiven,
  lines: InvoiceLine[],
  now: number,
): void {
  addExtras(tx, subscription, extras, now);
  const items = pendingItems(tx, subscription);
  if (lines.length === 0 && items.length === 0) return;
  const waits = first_invoice === 'draft' || members.collection_method === 'send_invoice';
  const invoice = createInvoice(tx, {
    customer: subscription.customer,
    currency: subscription.currency,
    billing_reason: 'subscription_create',
    lines,
    items,
    discounts: subscription.discounts,
    period: { start: now, end: now },
    subscription,
    automatically_finalizes_at: waits ? now + 3600 : null,
  });
  patchSubscription(tx, subscription.id, {
    latest_invoice: invoice.id,
    discounts: discountsAfterInvoice(tx, subscription, invoice),
  });
  if (waits) tx.schedule('invoice.finalize', invoice.id, now + 3600, subscription.test_clock);
}

/** Takes the first invoice's money as `payment_behavior` says; only then is the subscription announced. */
function activate(tx: Transaction, id: string, given: SubscriptionGiven, now: number): Subscription {
  const { latest_invoice, collection_method, trial_end } = tx.require('subscription', id);
  const begun = trial_end ? 'trialing' : 'active';
  const waits = given.first_invoice === 'draft' || collection_method === 'send_invoice';
  if (!latest_invoice || waits) patchSubscription(tx, id, { status: begun });
  else payFirst(tx, id, latest_invoice, given);
  let subscription = tx.require('subscription', id);
  if (subscription.status === 'incomplete') {
    tx.schedule('subscription.expire_incomplete', id, now + INCOMPLETE_LIFETIME, subscription.test_clock);
  }
  const first = latest_invoice ? tx.require('invoice', latest_invoice) : undefined;
  if (!first || first.amount_due === 0) subscription = withPendingSetup(tx, subscription);
  scheduleAdvance(tx, subscription);
  tx.emit('customer.subscription.created', subscription);
  scheduleTrialNotice(tx, subscription, now);
  return subscription;
}
