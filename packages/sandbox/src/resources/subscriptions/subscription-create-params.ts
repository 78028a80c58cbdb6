import { boundary, sameCadence } from '../../billing/pricing/periods.js';
import { type AnchorConfig, configShown, nextAnchor } from '../../billing/subscriptions/cycle-anchor.js';
import type { SubscriptionGiven } from '../../billing/subscriptions/subscription-given.js';
import { cadenceOf, requireRecurringPrice } from '../../billing/subscriptions/subscription-items.js';
import type { Price, Subscription } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, hash, int, list, metadata, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { recurringPriceData, requirePriceOrData } from '../catalogue/price-data.js';
import { automaticTax, automaticTaxOf } from '../invoices/automatic-tax.js';
import { addInvoiceItems, extrasOf } from './subscription-extras.js';
import {
  cancelAt,
  collectionMethod,
  discounts,
  flexibleMode,
  namedPrice,
  ownMethod,
  paymentBehavior,
  paymentSettings,
  paymentSettingsOf,
  prorationBehavior,
  requireDaysUntilDue,
  requireTrialEnd,
  trialEnd,
  trialOfPrices,
  trialSettings,
  trialSettingsOf,
  trialTwice,
} from './subscription-params.js';
import {
  invoiceSettings,
  invoiceSettingsOf,
  pendingIntervalOf,
  pendingInvoiceItemInterval,
} from './subscription-settings.js';

/** `POST /v1/subscriptions`. */
export const createShape = {
  add_invoice_items: addInvoiceItems,
  automatic_tax: automaticTax,
  backdate_start_date: time(),
  billing_cycle_anchor: time(),
  billing_cycle_anchor_config: hash({
    day_of_month: required(int(1, 31)),
    hour: int(0, 23),
    minute: int(0, 59),
    month: int(1, 12),
    second: int(0, 59),
  }),
  billing_mode: hash({
    flexible: flexibleMode,
    type: required(oneOf('classic', 'flexible')),
  }),
  cancel_at: cancelAt,
  cancel_at_period_end: bool(),
  collection_method: collectionMethod,
  currency: str(3),
  customer: required(str()),
  days_until_due: int(0),
  default_payment_method: str(),
  description: str(500),
  discounts,
  invoice_settings: invoiceSettings,
  items: required(
    list(
      hash({
        discounts,
        metadata: metadata(),
        plan: str(),
        price: str(),
        price_data: recurringPriceData,
        quantity: int(0),
      }),
      20,
    ),
  ),
  metadata: metadata(),
  off_session: bool(),
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  pending_invoice_item_interval: pendingInvoiceItemInterval,
  proration_behavior: prorationBehavior,
  trial_end: trialEnd,
  trial_from_plan: bool(),
  trial_period_days: int(0, 730),
  trial_settings: trialSettings,
};
const NO_INVOICE_SETTINGS: Subscription['invoice_settings'] = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: { type: 'self' },
};
type CreateParams = ParamsOf<typeof createShape>;

/** The parameters with what they name looked up. @throws Stripe's 400 for what does not fit together */
export function subscriptionGiven(tx: Transaction, params: CreateParams): SubscriptionGiven {
  const customer = tx.require('customer', params.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  const items = params.items.map((item, at) => {
    const path = `items[${at}]`;
    return {
      price: requirePriceOrData(tx, namedPrice(item, path), path, (id, param) => requireRecurringPrice(tx, id, param)),
      ...(item.quantity !== undefined && { quantity: item.quantity }),
      metadata: mergeMetadata({}, item.metadata),
      discounts: item.discounts ?? [],
    };
  });
  requireDistinct(items.map(({ price }) => price.id));
  const prices = items.map(({ price }) => price);
  requireCadences(prices, params);
  const trial_end = trialEndOf(params, prices, now);
  const start_date = backdated(params, trial_end, now);
  const automatic_tax = automaticTaxOf(customer, params.automatic_tax);
  const anchor = anchorOf(params, prices, now);
  if (anchor !== undefined && anchor <= now) {
    throw invalidRequest('`billing_cycle_anchor` must be in the future.', { param: 'billing_cycle_anchor' });
  }
  requireNaturalAnchor(params.billing_cycle_anchor, prices, trial_end ?? now);
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw invalidRequest('`pending_if_incomplete` is only for updates of a subscription.', {
      param: 'payment_behavior',
    });
  }
  requireDaysUntilDue(params.collection_method ?? 'charge_automatically', params.days_until_due);
  requireTrialEnd(trial_end, now);
  if (params.cancel_at !== undefined && params.cancel_at_period_end) {
    throw invalidRequest('You cannot set both `cancel_at` and `cancel_at_period_end`.', { param: 'cancel_at' });
  }
  return {
    customer: customer.id,
    items,
    extras: extrasOf(tx, params.add_invoice_items),
    ...(params.currency && { currency: params.currency.toLowerCase() }),
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
    proration_behavior: params.proration_behavior ?? 'create_prorations',
    off_session: params.off_session ?? false,
    trial_end,
    billing_cycle_anchor: anchor ?? null,
    ...(start_date !== undefined && { start_date }),
    discounts: params.discounts ?? [],
    default_payment_method: ownMethod(tx, customer, params.default_payment_method) ?? null,
    cancel_at: params.cancel_at ?? null,
    cancel_at_period_end: params.cancel_at_period_end ?? false,
    members: {
      ...(automatic_tax && { automatic_tax }),
      billing_cycle_anchor_config: configShown(params.billing_cycle_anchor_config),
      billing_mode: billingMode(params.billing_mode, now),
      collection_method: params.collection_method ?? 'charge_automatically',
      days_until_due: params.days_until_due ?? null,
      description: params.description ?? null,
      invoice_settings: invoiceSettingsOf(params.invoice_settings, NO_INVOICE_SETTINGS),
      metadata: mergeMetadata({}, params.metadata),
      pending_invoice_item_interval: pendingIntervalOf(params.pending_invoice_item_interval),
      payment_settings: paymentSettingsOf(params.payment_settings),
      trial_settings: trialSettingsOf(params.trial_settings) ?? {
        end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
      },
    },
  };
}

function requireDistinct(prices: readonly string[]): void {
  const twice = prices.find((price, at) => prices.indexOf(price) !== at);
  if (twice) throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${twice}`);
}

/** Classic billing has one interval for all items: https://docs.stripe.com/billing/subscriptions/mixed-interval */
function requireCadences(prices: readonly Price[], { billing_mode }: CreateParams): void {
  const [first, ...others] = prices.map(cadenceOf);
  if (billing_mode?.type !== 'classic' || !first || others.every((other) => sameCadence(first, other))) return;
  throw invalidRequest(
    'Currently, all prices on a subscription in classic billing mode must have the same recurring interval.',
    { param: 'items' },
  );
}

/** The first period is no longer than the price's interval: https://docs.stripe.com/billing/subscriptions/billing-cycle */
export function requireNaturalAnchor(
  anchor: number | undefined,
  prices: readonly Price[],
  begins: number,
  param = 'billing_cycle_anchor',
): void {
  for (const price of anchor === undefined ? [] : prices) {
    const natural = boundary(begins, cadenceOf(price), 1);
    if ((anchor as number) <= natural) continue;
    throw invalidRequest(`billing_cycle_anchor cannot be later than next natural billing date (${natural}) for plan`, {
      param,
    });
  }
}

function anchorOf(
  { billing_cycle_anchor: anchor, billing_cycle_anchor_config: config }: CreateParams,
  prices: readonly Price[],
  now: number,
): number | undefined {
  if (!config) return anchor;
  const param = 'billing_cycle_anchor_config';
  if (anchor !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: billing_cycle_anchor, ${param}.`, { param });
  }
  if (prices.some(({ recurring }) => recurring?.interval === 'day' || recurring?.interval === 'week')) {
    throw invalidRequest(`\`${param}\` is only for prices with a monthly or yearly interval.`, { param });
  }
  return nextAnchor(config as AnchorConfig, now);
}

/** Stripe seconds; undefined when it starts now. */
function backdated(
  { backdate_start_date: at }: CreateParams,
  trial_end: number | null,
  now: number,
): number | undefined {
  const param = 'backdate_start_date';
  if (at === undefined) return undefined;
  if (at > now) throw invalidRequest('`backdate_start_date` must be in the past.', { param });
  if (trial_end !== null) throw invalidRequest('A backdated subscription with a trial is not offered here.', { param });
  return at;
}

/** Stripe seconds; null without a trial. */
function trialEndOf(
  { trial_end, trial_period_days, trial_from_plan }: CreateParams,
  prices: readonly Price[],
  now: number,
): number | null {
  if (trial_end !== undefined && trial_period_days !== undefined) {
    throw invalidRequest('You cannot specify both `trial_end` and `trial_period_days`.', { param: 'trial_end' });
  }
  if (trial_end !== undefined && trial_from_plan) throw trialTwice();
  if (trial_period_days) return now + trial_period_days * 86_400;
  if (trial_from_plan) return trialOfPrices(prices, now);
  if (trial_end === undefined || trial_end === 'now') return null;
  if (trial_end <= now) {
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', { param: 'trial_end' });
  }
  return trial_end;
}

export function billingMode(given: CreateParams['billing_mode'], now: number): Subscription['billing_mode'] {
  if (given?.type !== 'classic') {
    return { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: now };
  }
  if (!given.flexible) return { flexible: null, type: 'classic' };
  throw invalidRequest('`billing_mode[flexible]` can only be set when `billing_mode[type]` is `flexible`.', {
    param: 'billing_mode[flexible]',
  });
}
