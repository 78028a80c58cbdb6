import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import { chargingIn, currenciesOf } from '../pricing/amounts.js';
import type { Cadence, Period } from '../pricing/periods.js';
import { isMetered, type Price, type SubscriptionItem } from './subscription-store.js';

export interface ItemGiven {
  price: Price;
  quantity?: number;
  metadata: Record<string, string>;
  discounts: string[];
}

export function cadenceOf(price: Price): Cadence {
  if (!price.recurring) throw new Error(`${price.id} is not recurring`);
  const { interval, interval_count } = price.recurring;
  // The SDK's enum is open; prices are only made with these.
  return { interval: interval as Cadence['interval'], interval_count };
}

/** The price that a parameter names, if it can be subscribed to. */
export function requireRecurringPrice(tx: Transaction, id: string, param: string): Price {
  const price = tx.require('price', id, param);
  if (!price.active) {
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', { param });
  }
  if (!price.recurring) {
    throw invalidRequest(
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      { param },
    );
  }
  return price;
}

export function newSubscriptionItem(
  subscription: string,
  given: ItemGiven,
  period: Period,
  created: number,
): SubscriptionItem {
  const metered = isMetered(given);
  if (metered && given.quantity !== undefined) {
    throw invalidRequest(`The price ${given.price.id} is metered: a quantity cannot be set on it, usage decides.`, {
      param: 'items[0][quantity]',
    });
  }
  return {
    id: newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: given.discounts,
    metadata: given.metadata,
    plan: planOf(given.price),
    price: given.price,
    ...(!metered && { quantity: given.quantity ?? 1 }),
    subscription,
    tax_rates: [],
  };
}

/** All items of a subscription are billed in one currency. */
export function requireOffered(prices: readonly Price[], currency: string, param: string): void {
  const wrong = prices.find((price) => !chargingIn(price, currency));
  if (!wrong) return;
  throw invalidRequest(
    `The price ${wrong.id} is not available in ${currency}. It is available in: ${currenciesOf(wrong).join(', ')}.`,
    { param },
  );
}

/** The older name for a price, which subscription items still carry. */
export function planOf(price: Price): SubscriptionItem['plan'] {
  const recurring = cadenceOf(price);
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: recurring.interval,
    interval_count: recurring.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: price.recurring?.meter ?? null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: price.transform_quantity,
    trial_period_days: null,
    usage_type: price.recurring?.usage_type ?? 'licensed',
  };
}
