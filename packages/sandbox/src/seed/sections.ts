import type { KindName } from '../engine/kinds.js';
import type { Transaction } from '../engine/transaction.js';

/** One list of a seed file: each entry is the parameters of an API route. */
export interface Section {
  name: string;
  kind: KindName;
  /** The route that an entry is sent to. */
  route: string;
  /** The member that says which object an entry is, and the id that it gets if it has none of its own. */
  key: string;
  idPrefix: string;
  /** The object that has this key already. */
  find?: (tx: Transaction, key: string) => string | undefined;
}

const first = (found: readonly { id: string }[]) => found[0]?.id;
const byLookupKey = (kind: 'price' | 'entitlements.feature') => (tx: Transaction, key: string) =>
  first(tx.where(kind, 'lookup_key', key));
const byCode = (tx: Transaction, key: string) =>
  first([...tx.newestFirst('promotion_code')].filter(({ active, code }) => active && code === key));
const byUrl = (tx: Transaction, key: string) =>
  first([...tx.newestFirst('webhook_endpoint')].filter(({ url }) => url === key));
const byEventName = (tx: Transaction, key: string) => first(tx.where('billing.meter', 'event_name', key));

export const PRICES: Section = {
  name: 'prices',
  kind: 'price',
  route: '/v1/prices',
  key: 'lookup_key',
  idPrefix: 'price_',
  find: byLookupKey('price'),
};

export const PRODUCTS: Section = { name: 'products', kind: 'product', route: '/v1/products', key: 'id', idPrefix: '' };

/** In the order in which they need each other. */
export const SECTIONS: readonly Section[] = [
  {
    name: 'meters',
    kind: 'billing.meter',
    route: '/v1/billing/meters',
    key: 'event_name',
    idPrefix: 'mtr_',
    find: byEventName,
  },
  {
    name: 'features',
    kind: 'entitlements.feature',
    route: '/v1/entitlements/features',
    key: 'lookup_key',
    idPrefix: 'feat_',
    find: byLookupKey('entitlements.feature'),
  },
  PRODUCTS,
  { name: 'coupons', kind: 'coupon', route: '/v1/coupons', key: 'id', idPrefix: '' },
  {
    name: 'promotion_codes',
    kind: 'promotion_code',
    route: '/v1/promotion_codes',
    key: 'code',
    idPrefix: 'promo_',
    find: byCode,
  },
  { name: 'customers', kind: 'customer', route: '/v1/customers', key: 'id', idPrefix: '' },
  { name: 'subscriptions', kind: 'subscription', route: '/v1/subscriptions', key: 'id', idPrefix: '' },
  {
    name: 'webhook_endpoints',
    kind: 'webhook_endpoint',
    route: '/v1/webhook_endpoints',
    key: 'url',
    idPrefix: '',
    find: byUrl,
  },
];

/** Members that may name their object by its key instead of its id. */
export const NAMED: Readonly<Record<string, (tx: Transaction, key: string) => string | undefined>> = {
  default_price: byLookupKey('price'),
  meter: byEventName,
  price: byLookupKey('price'),
  promotion_code: byCode,
};
