import type { Extra } from '../billing/invoices/extras.js';
import type { Subscription } from '../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../engine/errors.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import {
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

export const discounts = emptyable(list(hash({ coupon: str(), discount: str(), promotion_code: str() }), 20));
export const paymentBehavior = oneOf(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
);
export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
export const addInvoiceItems = list(hash({ metadata: metadata(), price: required(str()), quantity: int(0) }), 20);
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

/** Prorations show their amounts after discounts; itemized ones are not offered. */
export const flexibleMode = hash({ proration_discounts: oneOf('included') });

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

export function extrasOf(tx: Transaction, given: ParamsOf<{ add: typeof addInvoiceItems }>['add']): Extra[] {
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
  given: ParamsOf<{ settings: typeof paymentSettings }>['settings'],
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
  given: ParamsOf<{ settings: typeof trialSettings }>['settings'],
): Subscription['trial_settings'] | undefined {
  if (!given) return undefined;
  const { billing_cycle_anchor = null, missing_payment_method = 'create_invoice' } = given.end_behavior;
  return { end_behavior: { billing_cycle_anchor, missing_payment_method } };
}
