import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { amountOf, chargingIn, currenciesOf, scaled, unitTimes } from '../pricing/amounts.js';
import type { Price } from '../subscriptions/subscription-store.js';

/** What an invoice item or a line of a draft costs. */
export interface ItemCharge {
  currency: string;
  /** Minor units; negative is a credit. */
  amount: number;
  price?: Price;
  /** Decimal texts. */
  quantity: string;
  unit_amount_decimal: string | null;
}

/** What was given of it: an amount, or a unit (price, unit amount) and a quantity. */
export interface ChargeGiven {
  amount?: number;
  price?: Price;
  unit_amount_decimal?: string;
  quantity?: string;
  currency?: string;
}

const ONE_TIME =
  'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.';

/** The price that a parameter names, if a single charge can be made of it. */
export function requireOneTimePrice(tx: Transaction, id: string, param: string): Price {
  const price = tx.require('price', id, param);
  if (!price.active) {
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', { param });
  }
  if (price.type !== 'one_time') throw invalidRequest(ONE_TIME, { param });
  return price;
}

/**
 * The charge that is given, the rest as it was `before`. @param param of a member: `amount` in `lines[0][amount]`
 * @throws 400 for what does not fit together; undefined when nothing of it is given
 */
export function itemCharge(
  given: ChargeGiven,
  before: ItemCharge | undefined,
  param: (member: string) => string,
): ItemCharge | undefined {
  const currency = given.currency ?? before?.currency ?? given.price?.currency;
  if (given.amount !== undefined) {
    if (currency === undefined) throw missingCurrency(param('currency'));
    return { currency, amount: given.amount, quantity: '1', unit_amount_decimal: String(given.amount) };
  }
  const { price, unit_amount_decimal } = given;
  if (price === undefined && unit_amount_decimal === undefined && given.quantity === undefined) return undefined;
  const quantity = given.quantity ?? before?.quantity ?? '1';
  if (scaled(quantity) < 0n) throw invalidRequest('The quantity cannot be negative.', { param: param('quantity') });
  const unit = price || unit_amount_decimal !== undefined ? { price, unit_amount_decimal } : before;
  if (!unit || currency === undefined) throw missingCurrency(param(unit ? 'currency' : 'amount'));
  if (unit.price) return priced(unit.price, currency, quantity, param('currency'));
  const each = unit.unit_amount_decimal ?? '0';
  return { currency, amount: unitTimes(each, quantity), quantity, unit_amount_decimal: each };
}

function priced(price: Price, currency: string, quantity: string, param: string): ItemCharge {
  const charging = chargingIn(price, currency);
  if (!charging) {
    throw invalidRequest(
      `The price specified only supports \`${currenciesOf(price).join('`, `')}\`. This doesn't match the expected currency: \`${currency}\`.`,
      { param },
    );
  }
  return {
    currency,
    amount: amountOf(price, currency, quantity),
    price,
    quantity,
    unit_amount_decimal: charging.unit_amount_decimal,
  };
}

function missingCurrency(param: string) {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}
