import { invalidRequest } from '../../engine/errors.js';
import type { Mode } from './checkout-line-items.js';
import type { SessionParams } from './checkout-params.js';

/** Parameters that belong to certain modes only. */
const MODES: Partial<Record<keyof SessionParams, Mode[]>> = {
  customer_creation: ['payment', 'setup'],
  discounts: ['payment', 'subscription'],
  line_items: ['payment', 'subscription'],
  optional_items: ['payment', 'subscription'],
  payment_intent_data: ['payment'],
  payment_method_collection: ['subscription'],
  saved_payment_method_options: ['payment', 'subscription'],
  setup_intent_data: ['setup'],
  subscription_data: ['subscription'],
  submit_type: ['payment', 'subscription'],
};

/** @throws 400 for parameters that do not go with the mode or with each other */
export function requireFitting(mode: Mode, params: SessionParams): void {
  for (const [param, modes] of Object.entries(MODES)) {
    if (params[param as keyof SessionParams] !== undefined && !modes.includes(mode)) {
      throw invalidRequest(`You can not pass \`${param}\` in \`${mode}\` mode.`, { param });
    }
  }
  if (params.invoice_creation?.enabled && mode !== 'payment') {
    throw invalidRequest(
      'You can only enable invoice creation when mode is set to payment. Invoices are created automatically when mode is set to subscription, and are unsupported when set to setup. To learn more visit https://stripe.com/docs/payments/checkout/post-payment-invoices.',
      { param: 'invoice_creation' },
    );
  }
  // Ways to pay that the sandbox does not have can be switched off, not on.
  for (const name of ['adaptive_pricing', 'managed_payments'] as const) {
    if (!params[name]?.enabled) continue;
    throw invalidRequest(`This sandbox does not offer \`${name}\`.`, { param: `${name}[enabled]` });
  }
  if (params.excluded_payment_method_types?.includes('card')) {
    throw invalidRequest('No payment method would be left: this sandbox offers cards only.', {
      param: 'excluded_payment_method_types',
    });
  }
  exclusive(params, 'customer', 'customer_email', 'customer_email');
  exclusive(params, 'customer', 'customer_creation', 'customer_creation');
  exclusive(params, 'allow_promotion_codes', 'discounts', 'discounts');
  if (params.customer_update && params.customer === undefined) {
    throw invalidRequest('`customer_update` can only be used with `customer`.', { param: 'customer_update' });
  }
  if (params.customer_update?.shipping && !params.shipping_address_collection) {
    throw invalidRequest('`customer_update[shipping]` can only be used with `shipping_address_collection`.', {
      param: 'customer_update[shipping]',
    });
  }
  if (mode === 'subscription' && params.payment_method_options?.card?.setup_future_usage) {
    throw invalidRequest('`setup_future_usage` cannot be used in `subscription` mode.', {
      param: 'payment_method_options[card][setup_future_usage]',
    });
  }
}

function exclusive(
  params: SessionParams,
  first: keyof SessionParams,
  second: keyof SessionParams,
  param: string,
): void {
  if (params[first] === undefined || params[second] === undefined) return;
  throw invalidRequest(`You may only specify one of these parameters: ${first}, ${second}.`, { param });
}
