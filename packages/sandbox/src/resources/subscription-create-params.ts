import { requireRecurringPrice } from '../billing/subscriptions/subscription-items.js';
import type { SubscriptionGiven } from '../billing/subscriptions/subscription-start.js';
import type { Subscription } from '../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../engine/errors.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, hash, int, list, metadata, oneOf, type ParamsOf, required, str, time } from '../http/params.js';
import { mergeMetadata } from '../http/standard-routes.js';
import { automaticTax, automaticTaxOf } from './automatic-tax.js';
import {
  addInvoiceItems,
  cancelAt,
  collectionMethod,
  discounts,
  extrasOf,
  flexibleMode,
  ownMethod,
  paymentBehavior,
  paymentSettings,
  paymentSettingsOf,
  prorationBehavior,
  trialEnd,
  trialSettings,
  trialSettingsOf,
} from './subscription-params.js';

/** `POST /v1/subscriptions`. */
export const createShape = {
  add_invoice_items: addInvoiceItems,
  automatic_tax: automaticTax,
  billing_cycle_anchor: time(),
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
  items: required(list(hash({ discounts, metadata: metadata(), price: str(), quantity: int(0) }), 20)),
  metadata: metadata(),
  off_session: bool(),
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  proration_behavior: prorationBehavior,
  trial_end: trialEnd,
  trial_period_days: int(0, 730),
  trial_settings: trialSettings,
};
type CreateParams = ParamsOf<typeof createShape>;

/** The parameters with what they name looked up. @throws Stripe's 400 for what does not fit together */
export function subscriptionGiven(tx: Transaction, params: CreateParams): SubscriptionGiven {
  const customer = tx.require('customer', params.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  const trial_end = trialEndOf(params, now);
  const automatic_tax = automaticTaxOf(customer, params.automatic_tax);
  const anchor = params.billing_cycle_anchor;
  if (anchor !== undefined && anchor <= now) {
    throw invalidRequest('`billing_cycle_anchor` must be in the future.', { param: 'billing_cycle_anchor' });
  }
  if (params.payment_behavior === 'pending_if_incomplete') {
    throw invalidRequest('`pending_if_incomplete` is only for updates of a subscription.', {
      param: 'payment_behavior',
    });
  }
  if (params.collection_method === 'send_invoice' && params.days_until_due === undefined) {
    throw invalidRequest('You must pass `days_until_due` when `collection_method` is `send_invoice`.', {
      param: 'days_until_due',
    });
  }
  const items = params.items.map((item, at) => ({
    price: requireRecurringPrice(tx, requirePrice(item.price, at), `items[${at}][price]`),
    ...(item.quantity !== undefined && { quantity: item.quantity }),
    metadata: mergeMetadata({}, item.metadata),
    discounts: item.discounts ?? [],
  }));
  requireDistinct(items.map(({ price }) => price.id));
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
    discounts: params.discounts ?? [],
    default_payment_method: ownMethod(tx, customer, params.default_payment_method) ?? null,
    cancel_at: params.cancel_at ?? null,
    cancel_at_period_end: params.cancel_at_period_end ?? false,
    members: {
      ...(automatic_tax && { automatic_tax }),
      billing_mode: billingMode(params.billing_mode, now),
      collection_method: params.collection_method ?? 'charge_automatically',
      days_until_due: params.days_until_due ?? null,
      description: params.description ?? null,
      metadata: mergeMetadata({}, params.metadata),
      payment_settings: paymentSettingsOf(params.payment_settings),
      trial_settings: trialSettingsOf(params.trial_settings) ?? {
        end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
      },
    },
  };
}

function requirePrice(price: string | undefined, at: number): string {
  if (price) return price;
  throw invalidRequest(`Missing required param: items[${at}][price].`, {
    code: 'parameter_missing',
    param: `items[${at}][price]`,
  });
}

function requireDistinct(prices: readonly string[]): void {
  const twice = prices.find((price, at) => prices.indexOf(price) !== at);
  if (twice) throw invalidRequest(`Cannot add multiple subscription items with the same plan: ${twice}`);
}

/** Stripe seconds; null without a trial. */
function trialEndOf({ trial_end, trial_period_days }: CreateParams, now: number): number | null {
  if (trial_end !== undefined && trial_period_days !== undefined) {
    throw invalidRequest('You cannot specify both `trial_end` and `trial_period_days`.', { param: 'trial_end' });
  }
  if (trial_period_days) return now + trial_period_days * 86_400;
  if (trial_end === undefined || trial_end === 'now') return null;
  if (trial_end <= now) {
    throw invalidRequest('Invalid timestamp: must be an integer Unix timestamp in the future.', { param: 'trial_end' });
  }
  return trial_end;
}

function billingMode(given: CreateParams['billing_mode'], now: number): Subscription['billing_mode'] {
  if (given?.type !== 'classic') {
    return { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: now };
  }
  if (!given.flexible) return { flexible: null, type: 'classic' };
  throw invalidRequest('`billing_mode[flexible]` can only be set when `billing_mode[type]` is `flexible`.', {
    param: 'billing_mode[flexible]',
  });
}
