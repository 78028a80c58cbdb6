import type { AdjustableQuantity, CheckoutItem, CheckoutPlan } from '../../billing/checkout/checkout-plan.js';
import { isMetered } from '../../billing/checkout/checkout-totals.js';
import { chargingIn } from '../../billing/pricing/amounts.js';
import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, decimal, hash, int, list, metadata, type ParamsOf, required, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { interval, taxBehavior } from '../catalogue/new-price.js';
import { requirePriceOrData } from '../catalogue/price-data.js';
import { requireNaturalAnchor } from '../subscriptions/subscription-create-params.js';
import { requireTrialEnd } from '../subscriptions/subscription-params.js';
import type { SessionParams } from './checkout-params.js';

type Customer = StripeObjects['customer'];
type Price = StripeObjects['price'];
export type Mode = 'payment' | 'setup' | 'subscription';

const adjustableQuantity = hash({ enabled: required(bool()), maximum: int(1, 999_999), minimum: int(0, 999_999) });

const priceData = hash({
  currency: required(str(3)),
  product: str(),
  product_data: hash({
    description: str(),
    images: list(str(), 8),
    metadata: metadata(),
    name: required(str()),
    tax_code: str(),
    unit_label: str(12),
  }),
  recurring: hash({ interval: required(interval), interval_count: int(1) }),
  tax_behavior: taxBehavior,
  unit_amount: int(0),
  unit_amount_decimal: decimal(),
});

export const lineItemParams = {
  adjustable_quantity: adjustableQuantity,
  metadata: metadata(),
  price: str(),
  price_data: priceData,
  quantity: int(0),
};
export const lineItem = hash(lineItemParams);
export const optionalItem = hash({
  adjustable_quantity: adjustableQuantity,
  price: required(str()),
  quantity: required(int(1)),
});

type Given = ParamsOf<typeof lineItemParams>;

/** What is sold and in which currency; refuses what Stripe refuses about the lines of a session. */
export function sessionItems(
  tx: Transaction,
  mode: Mode,
  params: SessionParams,
  customer: Customer | null,
): Pick<CheckoutPlan, 'items' | 'optional'> & { currency: string | null } {
  if (mode === 'setup') {
    if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
      throw invalidRequest('Missing required param: currency.', { code: 'parameter_missing', param: 'currency' });
    }
    return { items: [], optional: [], currency: params.currency ?? null };
  }
  const given = params.line_items ?? [];
  if (given.length === 0) {
    throw invalidRequest('Missing required param: line_items.', { code: 'parameter_missing', param: 'line_items' });
  }
  const prices = given.map((each, at) => requirePriceOrData(tx, each, `line_items[${at}]`, saleable(tx)));
  requireMode(mode, prices, 'line_items');
  const currency = (params.currency ?? prices[0]?.currency ?? 'usd').toLowerCase();
  requireCurrency(prices, currency, (at) => `line_items[${at}][price]`);
  if (customer?.currency && customer.currency !== currency) {
    throw invalidRequest(
      `You cannot combine currencies on a single customer. This customer has had a subscription, coupon, or invoice item with currency ${customer.currency}`,
      { param: 'line_items' },
    );
  }
  trialProblem(tx, params);
  const recurring = prices.filter(({ recurring }) => recurring !== null);
  const { billing_cycle_anchor: anchor } = params.subscription_data ?? {};
  requireNaturalAnchor(anchor, recurring, tx.now(), 'subscription_data[billing_cycle_anchor]');
  const optional = optionalItems(tx, mode, params, currency);
  return { items: given.map((each, at) => itemOf(each, prices[at] as Price, `line_items[${at}]`)), optional, currency };
}

/** New lines for an open session: those with a known `id` are kept or changed, the others are new, the rest goes. */
export function updatedItems(
  tx: Transaction,
  session: { mode: string; currency: string | null },
  known: readonly CheckoutItem[],
  given: readonly (Given & { id?: string })[],
): CheckoutItem[] {
  const items = given.map((each, at) => {
    const path = `line_items[${at}]`;
    const before = each.id === undefined ? undefined : known.find(({ id }) => id === each.id);
    if (each.id !== undefined && !before) {
      throw invalidRequest(`No such line item: '${each.id}'`, { code: 'resource_missing', param: `${path}[id]` });
    }
    const named = each.price !== undefined || each.price_data !== undefined;
    const price =
      before && !named
        ? tx.require('price', before.price, `${path}[price]`)
        : requirePriceOrData(tx, each, path, saleable(tx));
    const { adjustable_quantity = before?.adjustable ?? undefined, metadata: data, quantity } = each;
    const amount = quantity ?? before?.quantity ?? undefined;
    const next = itemOf(
      { ...(adjustable_quantity && { adjustable_quantity }), ...(amount !== undefined && { quantity: amount }) },
      price,
      path,
    );
    return { ...next, id: before?.id ?? next.id, metadata: mergeMetadata(before?.metadata ?? {}, data) };
  });
  const prices = items.map(({ price }) => tx.require('price', price, 'line_items'));
  requireMode(session.mode as Mode, prices, 'line_items');
  requireCurrency(prices, session.currency as string, (at) => `line_items[${at}][price]`);
  return items;
}

function optionalItems(
  tx: Transaction,
  mode: Mode,
  { optional_items = [] }: SessionParams,
  currency: string,
): CheckoutPlan['optional'] {
  const path = (at: number) => `optional_items[${at}]`;
  const prices = optional_items.map(({ price }, at) => saleable(tx)(price, `${path(at)}[price]`));
  if (mode === 'payment') requireMode(mode, prices, 'optional_items');
  requireCurrency(prices, currency, (at) => `${path(at)}[price]`);
  return optional_items
    .map(({ quantity, adjustable_quantity }, at) => {
      const { id, adjustable } = itemOf(
        { quantity, ...(adjustable_quantity && { adjustable_quantity }) },
        prices[at] as Price,
        path(at),
      );
      return { price: (prices[at] as Price).id, quantity, adjustable, chosen: null, id };
    })
    .map(({ id: _, ...optional }) => optional);
}

const saleable =
  (tx: Transaction) =>
  (id: string, param: string): Price => {
    const price = tx.require('price', id, param);
    if (!price.active) {
      throw invalidRequest(`The price specified is inactive. This field only accepts active prices.`, { param });
    }
    if (tx.get('product', price.product as string)?.active === false) {
      throw invalidRequest('The product of the price specified is inactive.', { param });
    }
    return price;
  };

function requireMode(mode: Mode, prices: readonly Price[], param: string): void {
  const recurring = prices.filter(({ type }) => type === 'recurring');
  if (mode === 'payment' && recurring.length > 0) {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      { param },
    );
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalidRequest('You must provide at least one recurring price in `subscription` mode when using prices.', {
      param,
    });
  }
  if (mode === 'subscription' && (recurring.length > 20 || prices.length - recurring.length > 20)) {
    throw invalidRequest('At most 20 recurring and 20 one-time prices can be used in `subscription` mode.', { param });
  }
}

function requireCurrency(prices: readonly Price[], currency: string, param: (at: number) => string): void {
  prices.forEach((price, at) => {
    if (chargingIn(price, currency)) return;
    throw invalidRequest(`The price \`${price.id}\` is not available in the currency ${currency}.`, {
      param: param(at),
    });
  });
}

function itemOf({ quantity, metadata: data, adjustable_quantity }: Given, price: Price, path: string): CheckoutItem {
  const param = `${path}[quantity]`;
  if (isMetered(price)) {
    if (quantity !== undefined) {
      throw invalidRequest(
        'Quantity should not be specified where usage_type is `metered`. Remove quantity from `line_items`',
        { param },
      );
    }
    if (adjustable_quantity?.enabled) {
      throw invalidRequest('`adjustable_quantity` cannot be used where usage_type is `metered`.', {
        param: `${path}[adjustable_quantity]`,
      });
    }
  } else if (quantity === undefined) {
    throw invalidRequest(`Quantity is required. Add \`quantity\` to \`${path}\``, { param });
  } else if (quantity === 0) {
    throw invalidRequest('This value must be greater than or equal to 1.', {
      param,
      code: 'parameter_invalid_integer',
    });
  }
  const adjustable = adjustableOf(adjustable_quantity, quantity ?? 1, path);
  return {
    id: newId('li'),
    price: price.id,
    quantity: quantity ?? null,
    adjustable,
    metadata: mergeMetadata({}, data),
  };
}

function adjustableOf(given: Given['adjustable_quantity'], quantity: number, path: string): AdjustableQuantity | null {
  if (!given) return null;
  const { enabled, minimum = 0, maximum = Math.max(99, quantity) } = given;
  if (enabled && (quantity < minimum || quantity > maximum)) {
    throw invalidRequest(`The quantity must be between ${minimum} and ${maximum}.`, { param: `${path}[quantity]` });
  }
  return { enabled, minimum, maximum };
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
  requireTrialEnd(trial_end, tx.now(), param);
}
