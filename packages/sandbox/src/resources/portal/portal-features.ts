import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, emptyable, hash, int, list, oneOf, type ParamsOf, required, str } from '../../http/params.js';

export type Features = StripeObjects['billing_portal.configuration']['features'];

const enabled = required(bool());
const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
const REASONS = [
  'too_expensive',
  'missing_features',
  'switched_service',
  'unused',
  'customer_service',
  'too_complex',
  'low_quality',
  'other',
] as const;

export const featuresShape = {
  customer_update: hash({
    allowed_updates: emptyable(list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'))),
    enabled,
  }),
  invoice_history: hash({ enabled }),
  payment_method_update: hash({ enabled, payment_method_configuration: emptyable(str()) }),
  subscription_cancel: hash({
    cancellation_reason: hash({ enabled, options: emptyable(list(oneOf(...REASONS))) }),
    enabled,
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: prorationBehavior,
  }),
  subscription_pause: hash({
    duration: hash({
      interval_options: emptyable(
        list(hash({ interval: required(oneOf('day', 'month', 'week', 'year')), interval_count: int(1) })),
      ),
      type: required(oneOf('indefinite', 'interval_options')),
    }),
    enabled: bool(),
  }),
  subscription_update: hash({
    billing_cycle_anchor: oneOf('now', 'unchanged'),
    default_allowed_updates: emptyable(list(oneOf('price', 'promotion_code', 'quantity'))),
    enabled,
    products: emptyable(
      list(
        hash({
          adjustable_quantity: hash({ enabled, maximum: int(1), minimum: int(0) }),
          prices: required(list(str())),
          product: required(str()),
        }),
        10,
      ),
    ),
    proration_behavior: prorationBehavior,
    schedule_at_period_end: hash({
      conditions: list(hash({ type: required(oneOf('decreasing_item_amount', 'shortening_interval')) })),
    }),
    trial_update_behavior: oneOf('continue_trial', 'end_trial'),
  }),
};
export type FeaturesGiven = ParamsOf<typeof featuresShape>;

/** Everything off. */
export const NO_FEATURES: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [...REASONS] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: {
    duration: { interval_options: [{ interval: 'month', interval_count: 1 }], type: 'interval_options' },
    enabled: false,
  },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

export function featuresAfter(before: Features, given: FeaturesGiven | undefined): Features {
  if (!given) return before;
  const { customer_update, subscription_cancel: cancel, subscription_update: update } = given;
  const products = update?.products?.map(({ adjustable_quantity, ...product }) => ({
    ...product,
    adjustable_quantity: { maximum: null, minimum: 1, enabled: false, ...adjustable_quantity },
  }));
  return {
    ...before,
    ...(customer_update && {
      customer_update: {
        enabled: customer_update.enabled,
        allowed_updates: customer_update.allowed_updates ?? before.customer_update.allowed_updates,
      },
    }),
    ...(given.invoice_history && { invoice_history: given.invoice_history }),
    ...(given.payment_method_update && {
      payment_method_update: { ...before.payment_method_update, ...given.payment_method_update },
    }),
    ...(cancel && {
      subscription_cancel: {
        ...before.subscription_cancel,
        ...cancel,
        cancellation_reason: {
          ...before.subscription_cancel.cancellation_reason,
          ...(cancel.cancellation_reason && {
            enabled: cancel.cancellation_reason.enabled,
            options: cancel.cancellation_reason.options ?? before.subscription_cancel.cancellation_reason.options,
          }),
        },
      },
    }),
    ...(given.subscription_pause && {
      subscription_pause: pauseAfter(before.subscription_pause, given.subscription_pause),
    }),
    ...(update && {
      subscription_update: {
        ...before.subscription_update,
        ...update,
        default_allowed_updates: update.default_allowed_updates ?? before.subscription_update.default_allowed_updates,
        schedule_at_period_end: {
          conditions:
            update.schedule_at_period_end?.conditions ?? before.subscription_update.schedule_at_period_end.conditions,
        },
        products: update.products === undefined ? before.subscription_update.products : (products ?? null),
      },
    }),
  };
}

type Pause = Features['subscription_pause'];

function pauseAfter(
  before: Pause,
  { duration, enabled = before.enabled }: FeaturesGiven['subscription_pause'] & object,
): Pause {
  if (!duration) return { duration: before.duration, enabled };
  const options = duration.interval_options ?? [];
  const interval_options = options.map(({ interval, interval_count = 1 }) => ({ interval, interval_count }));
  return { duration: { interval_options, type: duration.type }, enabled };
}

/** The longest pause is three years. */
const LONGEST_PAUSE = { day: 1095, week: 156, month: 36, year: 3 };

function requireDurations(duration: (FeaturesGiven['subscription_pause'] & object)['duration']): void {
  const path = 'features[subscription_pause][duration][interval_options]';
  if (!duration) return;
  const options = duration.interval_options ?? [];
  if (duration.type === 'interval_options' && options.length === 0) {
    throw invalidRequest(`Missing required param: ${path}.`, { code: 'parameter_missing', param: path });
  }
  const at = options.findIndex(({ interval, interval_count = 1 }) => interval_count > LONGEST_PAUSE[interval]);
  if (at < 0) return;
  throw invalidRequest('The maximum duration of a pause is three years.', { param: `${path}[${at}][interval_count]` });
}

/** @throws 400 for prices that do not exist or belong to another product, and settings that exclude each other */
export function requireFeatures(tx: Transaction, features: FeaturesGiven | undefined): void {
  const { subscription_cancel: cancel, subscription_update: update } = features ?? {};
  const prorates = cancel?.proration_behavior;
  if (prorates === 'always_invoice' || (prorates === 'create_prorations' && cancel?.mode === 'at_period_end')) {
    throw invalidRequest(
      prorates === 'always_invoice'
        ? 'The `proration_behavior` of cancellations must be `none` or `create_prorations`.'
        : 'The `proration_behavior` `create_prorations` is only compatible with `mode=immediately`.',
      { param: 'features[subscription_cancel][proration_behavior]' },
    );
  }
  requireDurations(features?.subscription_pause?.duration);
  update?.products?.forEach(({ product, prices, adjustable_quantity: quantity }, at) => {
    const path = `features[subscription_update][products][${at}]`;
    tx.require('product', product, `${path}[product]`);
    prices.forEach((id, place) => {
      const param = `${path}[prices][${place}]`;
      if (tx.require('price', id, param).product !== product) {
        throw invalidRequest(`The price ${id} does not belong to the product ${product}.`, { param });
      }
    });
    if (quantity?.maximum !== undefined && quantity.maximum < (quantity.minimum ?? 1)) {
      throw invalidRequest('The maximum quantity must not be below the minimum.', {
        param: `${path}[adjustable_quantity][maximum]`,
      });
    }
  });
}
