import type { EndGiven } from '../../billing/subscriptions/scheduled-end.js';
import type { ChangeGiven, ItemChange } from '../../billing/subscriptions/subscription-change.js';
import { requireRecurringPrice } from '../../billing/subscriptions/subscription-items.js';
import type { Price, Subscription, SubscriptionItem } from '../../billing/subscriptions/subscription-store.js';
import type { UpdateGiven } from '../../billing/subscriptions/subscription-update.js';
import type { Transaction } from '../../engine/transaction.js';
import {
  bool,
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
} from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { priceOrData, recurringPriceData } from '../catalogue/price-data.js';
import { automaticTax, automaticTaxOf } from '../invoices/automatic-tax.js';
import { addInvoiceItems, extrasOf } from './subscription-extras.js';
import {
  cancelAt,
  cancellationDetails,
  collectionMethod,
  discounts,
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

const itemChanges = list(
  hash({
    clear_usage: bool(),
    deleted: bool(),
    discounts,
    id: str(),
    metadata: metadata(),
    plan: str(),
    price: str(),
    price_data: recurringPriceData,
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
  const items = (params.items ?? []).map((given, at): ItemChange => {
    // Stripe: it has no effect on prices with a meter, and there are no others.
    const { clear_usage: _usage, discounts, metadata, plan: _plan, price: _price, price_data: _data, ...item } = given;
    const known = before.items.data.find(({ id }) => id === item.id);
    const path = `items[${at}]`;
    const price = priceOrData(tx, namedPrice(given, path), path, (id, param) => priceFor(tx, known, id, param));
    return {
      ...item,
      ...(price && { price }),
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
  add_invoice_items: addInvoiceItems,
  automatic_tax: automaticTax,
  cancellation_details: cancellationDetails,
  collection_method: collectionMethod,
  days_until_due: int(0),
  default_payment_method: emptyable(str()),
  description: emptyable(str(500)),
  discounts,
  invoice_settings: invoiceSettings,
  metadata: metadata(),
  off_session: bool(),
  pause_collection: emptyable(
    hash({ behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: time() }),
  ),
  payment_behavior: paymentBehavior,
  payment_settings: paymentSettings,
  pending_invoice_item_interval: pendingInvoiceItemInterval,
  trial_from_plan: bool(),
  trial_settings: trialSettings,
};
type UpdateParams = ParamsOf<typeof updateShape>;

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
  if (params.invoice_settings)
    members.invoice_settings = invoiceSettingsOf(params.invoice_settings, before.invoice_settings);
  if (params.pending_invoice_item_interval !== undefined)
    members.pending_invoice_item_interval = pendingIntervalOf(params.pending_invoice_item_interval);
  for (const name of ['collection_method', 'days_until_due', 'description'] as const) {
    if (params[name] !== undefined) Object.assign(members, { [name]: params[name] });
  }
  const { collection_method = before.collection_method, days_until_due } = params;
  const kept = collection_method === 'send_invoice' ? before.days_until_due : null;
  if (params.collection_method ?? days_until_due) requireDaysUntilDue(collection_method, days_until_due ?? kept);
  const change = changeGiven(tx, before, params);
  requireTrialEnd(change.trial_end, tx.now(before.test_clock));
  return {
    ...change,
    ...(params.trial_from_plan && trialFromPlan(tx, before, change)),
    payment_behavior: params.payment_behavior ?? 'allow_incomplete',
    off_session: params.off_session ?? false,
    extras: extrasOf(tx, params.add_invoice_items),
    ...(discounts !== undefined && { discounts: discounts ?? [] }),
    ...(params.cancellation_details && { details: params.cancellation_details }),
    members,
  };
}

/** The trial that the prices bring along, the changed ones included, from now on. */
function trialFromPlan(tx: Transaction, before: Subscription, { items, trial_end }: ChangeGiven) {
  if (trial_end !== undefined) throw trialTwice();
  const kept = before.items.data.filter(
    ({ id }) => !items.some((item) => item.id === id && (item.deleted || item.price)),
  );
  const prices = [...kept.map(({ price }) => price), ...items.flatMap(({ price }) => price ?? [])];
  const end = trialOfPrices(prices, tx.now(before.test_clock));
  return end === null ? {} : { trial_end: end };
}
