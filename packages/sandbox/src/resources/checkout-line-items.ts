import { type CheckoutItem, isMetered } from '../billing/checkout/checkout-totals.js';
import { chargingIn } from '../billing/pricing/amounts.js';
import { invalidRequest } from '../engine/errors.js';
import { newId } from '../engine/ids.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { mergeMetadata } from '../http/standard-routes.js';
import type { SessionParams } from './checkout-params.js';

type Customer = StripeObjects['customer'];
type Given = NonNullable<SessionParams['line_items']>[number];

/** What is sold and in which currency; refuses what Stripe refuses about the lines of a session. */
export function sessionItems(
  tx: Transaction,
  mode: 'subscription' | 'setup',
  params: SessionParams,
  customer: Customer | null,
): { items: CheckoutItem[]; currency: string | null } {
  const given = params.line_items ?? [];
  if (mode === 'setup') {
    for (const param of ['line_items', 'subscription_data', 'discounts'] as const) {
      if (params[param] !== undefined)
        throw invalidRequest(`You can not pass \`${param}\` in \`setup\` mode.`, { param });
    }
    if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
      throw invalidRequest('Missing required param: currency.', { code: 'parameter_missing', param: 'currency' });
    }
    return { items: [], currency: params.currency ?? null };
  }
  if (params.setup_intent_data !== undefined) {
    throw invalidRequest('You can not pass `setup_intent_data` in `subscription` mode.', {
      param: 'setup_intent_data',
    });
  }
  if (given.length === 0) {
    throw invalidRequest('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' });
  }
  const prices = given.map((item, at) => priceOf(tx, item, at));
  if (!prices.some(({ type }) => type === 'recurring')) {
    throw invalidRequest('You must provide at least one recurring price in `subscription` mode when using prices.', {
      param: 'line_items',
    });
  }
  const currency = params.currency ?? prices[0]?.currency ?? 'usd';
  prices.forEach((price, at) => {
    if (!chargingIn(price, currency)) {
      throw invalidRequest(`The price \`${price.id}\` is not available in the currency ${currency}.`, {
        param: `line_items[${at}][price]`,
      });
    }
  });
  if (customer?.currency && customer.currency !== currency) {
    throw invalidRequest(
      `You cannot combine currencies on a single customer. This customer has had a subscription, coupon, or invoice item with currency ${customer.currency}`,
      { param: 'line_items' },
    );
  }
  trialProblem(tx, params);
  return { items: given.map((item, at) => itemOf(item, prices[at] as StripeObjects['price'], at)), currency };
}

function priceOf(tx: Transaction, item: Given, at: number): StripeObjects['price'] {
  const param = `line_items[${at}][price]`;
  if (item.price === undefined) {
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const price = tx.require('price', item.price, param);
  if (!price.active) {
    throw invalidRequest(`The price specified is inactive. This field only accepts active prices.`, { param });
  }
  if (tx.get('product', price.product as string)?.active === false) {
    throw invalidRequest('The product of the price specified is inactive.', { param });
  }
  return price;
}

function itemOf({ quantity, metadata }: Given, price: StripeObjects['price'], at: number): CheckoutItem {
  const param = `line_items[${at}][quantity]`;
  if (isMetered(price)) {
    if (quantity !== undefined) {
      throw invalidRequest(
        'Quantity should not be specified where usage_type is `metered`. Remove quantity from `line_items`',
        {
          param,
        },
      );
    }
  } else if (quantity === undefined) {
    throw invalidRequest(`Quantity is required. Add \`quantity\` to \`line_items[${at}]\``, { param });
  } else if (quantity === 0) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      param,
      code: 'parameter_invalid_integer',
    });
  }
  return { id: newId('li'), price: price.id, quantity: quantity ?? null, metadata: mergeMetadata({}, metadata) };
}

/** Stripe wants a trial of Checkout to last at least two days. */
function trialProblem(tx: Transaction, { subscription_data }: SessionParams): void {
  const { trial_end, trial_period_days } = subscription_data ?? {};
  if (trial_end === undefined) return;
  const param = 'subscription_data[trial_end]';
  if (trial_period_days !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: trial_end, trial_period_days.', { param });
  }
  if (trial_end < tx.now() + 48 * 3600) {
    throw invalidRequest('The `trial_end` date has to be at least 2 days in the future.', { param });
  }
}
