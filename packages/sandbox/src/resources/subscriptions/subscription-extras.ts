import type { Extra } from '../../billing/invoices/extras.js';
import type { Price } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, hash, int, list, metadata, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { oneTimePriceData, requirePriceOrData } from '../catalogue/price-data.js';

const periodShape = hash({
  end: required(hash({ timestamp: time(), type: required(oneOf('min_item_period_end', 'timestamp')) })),
  start: required(hash({ timestamp: time(), type: required(oneOf('max_item_period_start', 'now', 'timestamp')) })),
});

/** `add_invoice_items`: one-time charges on the next invoice of a subscription. */
export const addInvoiceItems = list(
  hash({
    discountable: bool(),
    discounts: list(hash({ coupon: str(), discount: str(), promotion_code: str() }), 20),
    metadata: metadata(),
    period: periodShape,
    price: str(),
    price_data: oneTimePriceData,
    quantity: int(0),
  }),
  20,
);
type Given = NonNullable<ParamsOf<{ add: typeof addInvoiceItems }>['add']>[number];

/** The charges that parameters ask for. @throws Stripe's 400 for a price that recurs or a period that does not fit */
export function extrasOf(tx: Transaction, given: readonly Given[] | undefined): Extra[] {
  return (given ?? []).map((item, at) => {
    const path = `add_invoice_items[${at}]`;
    const period = item.period && periodOf(item.period, `${path}[period]`);
    return {
      price: requirePriceOrData(tx, item, path, (id, param) => oneTimePrice(tx, id, param)),
      quantity: item.quantity ?? 1,
      ...(item.discountable !== undefined && { discountable: item.discountable }),
      ...(item.discounts && { discounts: item.discounts }),
      metadata: mergeMetadata({}, item.metadata),
      ...(period && { period }),
    };
  });
}

export function oneTimePrice(tx: Transaction, id: string, param: string): Price {
  const price = tx.require('price', id, param);
  if (price.type === 'one_time') return price;
  throw invalidRequest(
    'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
    { param },
  );
}

function periodOf({ start, end }: NonNullable<Given['period']>, path: string): NonNullable<Extra['period']> {
  const from = start.type === 'timestamp' ? exact(start.timestamp, `${path}[start]`) : { type: start.type };
  const to = end.type === 'timestamp' ? exact(end.timestamp, `${path}[end]`) : { type: end.type };
  if (from.type === 'timestamp' && to.type === 'timestamp' && from.timestamp > to.timestamp) {
    throw invalidRequest('The end of a period cannot be before its start.', { param: `${path}[end][timestamp]` });
  }
  return { start: from, end: to };
}

function exact(timestamp: number | undefined, path: string): { type: 'timestamp'; timestamp: number } {
  if (timestamp !== undefined) return { type: 'timestamp', timestamp };
  const param = `${path}[timestamp]`;
  throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}
