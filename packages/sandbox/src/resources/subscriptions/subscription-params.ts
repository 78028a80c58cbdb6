import { boundary } from '../../billing/pricing/periods.js';
import type { Price, Subscription } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { either, emptyable, hash, list, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';

export const discounts = emptyable(list(hash({ coupon: str(), discount: str(), promotion_code: str() }), 20));
export const paymentBehavior = oneOf(
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
  'pending_if_incomplete',
);
export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
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

/** `plan` is the older name of `price`, and takes a price's id. @throws 400 when both are given */
export function namedPrice<T extends { plan?: string; price?: string }>({ plan, ...item }: T, path: string) {
  if (plan === undefined) return item;
  const param = path === '' ? 'plan' : `${path}[plan]`;
  if (item.price === undefined) return { ...item, price: plan };
  throw invalidRequest('You cannot specify both `plan` and `price`.', { param });
}

export const trialTwice = () =>
  invalidRequest('You cannot set `trial_end` and `trial_from_plan` at once.', { param: 'trial_from_plan' });

/**
 * The end of the trial that the prices bring along (Stripe seconds); null when none does.
 * Not established: which one counts when they differ; here the longest.
 */
export function trialOfPrices(prices: readonly Price[], now: number): number | null {
  const days = Math.max(0, ...prices.map(({ recurring }) => recurring?.trial_period_days ?? 0));
  return days === 0 ? null : now + days * 86_400;
}

/** The SDK says two years from the anchor; users who tried report five from now, and this message. */
export function requireTrialEnd(trialEnd: number | 'now' | null | undefined, now: number, param = 'trial_end'): void {
  if (typeof trialEnd !== 'number' || trialEnd <= boundary(now, { interval: 'year', interval_count: 1 }, 5)) return;
  throw invalidRequest('Invalid timestamp: can be no more than five years in the future', { param });
}

/** Days to pay are for invoices that are sent, and those need them. */
export function requireDaysUntilDue(method: Subscription['collection_method'], given: number | null | undefined): void {
  const param = 'days_until_due';
  if (method === 'send_invoice' && given == null) {
    throw invalidRequest('You must pass `days_until_due` when `collection_method` is `send_invoice`.', { param });
  }
  if (method !== 'send_invoice' && given != null) {
    throw invalidRequest('You can only pass `days_until_due` when `collection_method` is `send_invoice`.', { param });
  }
}
