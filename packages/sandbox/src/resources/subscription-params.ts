import type { EndGiven } from '../billing/subscription-cancel.js';
import type { ChangeGiven, ItemChange } from '../billing/subscription-change.js';
import { requireRecurringPrice } from '../billing/subscription-items.js';
import type { SubscriptionGiven } from '../billing/subscription-start.js';
import type { Price, Subscription, SubscriptionItem } from '../billing/subscription-store.js';
import type { UpdateGiven } from '../billing/subscription-update.js';
import { invalidRequest } from '../engine/errors.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import {
  bool,
  either,
  emptyable,
  hash,
  int,
  list,
  metadata,
  oneOf,
  type ParamsOf,
  required,
  str,
  time,
} from '../http/params.js';
import { mergeMetadata } from '../http/standard-routes.js';
import { automaticTax, automaticTaxOf } from './automatic-tax.js';

export const discounts = emptyable(list(hash({ coupon: str(), discount: str(), promotion_code: str() }), 20));
export const paymentBehavior = oneOf(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
);
export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
export const extras = list(hash({ metadata: metadata(), price: required(str()), quantity: int(0) }), 20);
export const paymentSettings = hash({
  payment_method_types: emptyable(list(oneOf('card'))),
  save_default_payment_method: oneOf('off', 'on_subscription'),
});
export const trialSettings = hash({
  end_behavior: required(
    hash({
      billing_cycle_anchor: oneOf('now', 'unchanged'),
      missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'),
    }),
  ),
});
export const cancelAt = either(oneOf('max_period_end', 'min_period_end'), time());
export const trialEnd = either(oneOf('now'), time());
export const collectionMethod = oneOf('charge_automatically', 'send_invoice');

const feedback = emptyable(
  oneOf(
    'customer_service',
    'low_quality',
    'missing_features',
    'other',
    'switched_service',
    'too_complex',
    'too_expensive',
    'unused',
  ),
);
export const cancellationDetails = hash({ comment: emptyable(str()), feedback });

/** `POST /v1/subscriptions`. */
export const createShape = {
  add_invoice_items: extras,
  automatic_tax: automaticTax,
  billing_cycle_anchor: time(),
  billing_mode: hash({
    flexible: hash({ proration_discounts: oneOf('included', 'itemized') }),
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
export type CreateParams = ParamsOf<typeof createShape>;

const itemChanges = list(
  hash({
    clear_usage: bool(),
    deleted: bool(),
    discounts,
    id: str(),
    metadata: metadata(),
    price: str(),
    quantity: int(0),
  }),
  20,
);
const anchorChange = hash({ type: required(oneOf('now', 'unchanged')) });

/** What changes the items or periods: shared by the update and the preview of it. */
export const changeShape = {
  billing_cycle_anchor: anchorChange,
  cancel_at: emptyable(cancelAt),
  cancel_at_period_end: bool(),
  items: itemChanges,
  proration_behavior: prorationBehavior,
  proration_date: time(),
  trial_end: trialEnd,
};
export type ChangeParams = ParamsOf<typeof changeShape>;

/** The change that parameters ask for, with the prices they name looked up. */
export function changeGiven(tx: Transaction, before: Subscription, params: ChangeParams): ChangeGiven & EndGiven {
  const { billing_cycle_anchor: anchor, cancel_at, cancel_at_period_end, proration_date, trial_end } = params;
  const items = (params.items ?? []).map(({ discounts, metadata, price, ...item }, at): ItemChange => {
    const known = before.items.data.find(({ id }) => id === item.id);
    return {
      ...item,
      ...(price !== undefined && { price: priceFor(tx, known, price, `items[${at}][price]`) }),
      ...(metadata !== undefined && { metadata: mergeMetadata(known?.metadata ?? {}, metadata) }),
      ...(discounts !== undefined && { discounts: discounts ?? [] }),
    };
  });
  return {
    items,
    proration_behavior: params.proration_behavior ?? 'create_prorations',
    ...(proration_date !== undefined && { proration_date }),
    ...(anchor && { billing_cycle_anchor: anchor.type }),
    ...(trial_end !== undefined && { trial_end }),
    ...(cancel_at !== undefined && { cancel_at }),
    ...(cancel_at_period_end !== undefined && { cancel_at_period_end }),
  };
}

/** An item may keep a price that is no longer offered. */
function priceFor(tx: Transaction, known: SubscriptionItem | undefined, price: string, param: string): Price {
  return known?.price.id === price ? known.price : requireRecurringPrice(tx, price, param);
}

/** `POST /v1/subscriptions/:id`. */
export const updateShape = {
  ...changeShape,
  add_invoice_items: extras,
  automatic_tax: automaticTax,
  cancellation_details: cancellationDetails,
  collection_method: collectionMethod,
  days_until_due: int(0),
  default_payment_method: emptyable(str()),
  description: emptyable(str(500)),
  discounts,
  metadata: metadata(),
  off_session: bool(),
  pause_collection: emptyable(
    hash({ behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: time() }),
  ),
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  trial_settings: trialSettings,
};
export type UpdateParams = ParamsOf<typeof updateShape>;

export function updateGiven(tx: Transaction, before: Subscription, params: UpdateParams): UpdateGiven {
  const customer = tx.require('customer', before.customer, 'customer');
  const { default_payment_method: method, discounts, metadata, pause_collection: pause } = params;
  const members: Partial<Subscription> = {};
  const automatic_tax = automaticTaxOf(customer, params.automatic_tax);
  if (automatic_tax) members.automatic_tax = automatic_tax;
  if (method !== undefined) members.default_payment_method = method && (ownMethod(tx, customer, method) as string);
  if (metadata !== undefined) members.metadata = mergeMetadata(before.metadata, metadata);
  if (pause !== undefined)
    members.pause_collection = pause && { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null };
  if (params.payment_settings)
    members.payment_settings = paymentSettingsOf(params.payment_settings, before.payment_settings);
  if (params.trial_settings) members.trial_settings = trialSettingsOf(params.trial_settings) ?? null;
  for (const name of ['collection_method', 'days_until_due', 'description'] as const) {
    if (params[name] !== undefined) Object.assign(members, { [name]: params[name] });
  }
  return {
    ...changeGiven(tx, before, params),
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
    off_session: params.off_session ?? false,
    extras: extrasOf(tx, params.add_invoice_items),
    ...(discounts !== undefined && { discounts: discounts ?? [] }),
    ...(params.cancellation_details && { details: params.cancellation_details }),
    members,
  };
}

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
      billing_mode: billingMode(params.billing_mode),
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

export function extrasOf(
  tx: Transaction,
  given: ParamsOf<typeof createShape>['add_invoice_items'],
): SubscriptionGiven['extras'] {
  return (given ?? []).map(({ price, quantity }, at) => ({
    price: tx.require('price', price, `add_invoice_items[${at}][price]`),
    quantity: quantity ?? 1,
  }));
}

/** A payment method that a subscription may charge: one of its customer's. */
export function ownMethod(
  tx: Transaction,
  customer: StripeObjects['customer'],
  id: string | undefined,
): string | undefined {
  if (id === undefined) return undefined;
  const method = tx.get('payment_method', id);
  if (method?.customer === customer.id) return id;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param: 'default_payment_method' },
  );
}

export function paymentSettingsOf(
  given: ParamsOf<typeof createShape>['payment_settings'],
  before?: Subscription['payment_settings'],
): NonNullable<Subscription['payment_settings']> {
  const types = given?.payment_method_types;
  return {
    payment_method_options: before?.payment_method_options ?? null,
    payment_method_types: types === undefined ? (before?.payment_method_types ?? null) : types,
    save_default_payment_method: given?.save_default_payment_method ?? before?.save_default_payment_method ?? 'off',
  };
}

export function trialSettingsOf(
  given: ParamsOf<typeof createShape>['trial_settings'],
): Subscription['trial_settings'] | undefined {
  if (!given) return undefined;
  const { billing_cycle_anchor = null, missing_payment_method = 'create_invoice' } = given.end_behavior;
  return { end_behavior: { billing_cycle_anchor, missing_payment_method } };
}

export function requirePrice(price: string | undefined, at: number): string {
  if (price) return price;
  throw invalidRequest(`Missing required param: items[${at}][price].`, {
    code: 'parameter_missing',
    param: `items[${at}][price]`,
  });
}

export function requireDistinct(prices: readonly string[]): void {
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

function billingMode(given: CreateParams['billing_mode']): Subscription['billing_mode'] {
  if (given?.type === 'classic') return { flexible: null, type: 'classic' };
  return { flexible: { proration_discounts: given?.flexible?.proration_discounts ?? 'included' }, type: 'flexible' };
}
