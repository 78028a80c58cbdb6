import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, emptyable, hash, list, metadata, oneOf, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import {
  claimLookupKey,
  creatable,
  createPrice,
  currencyOptions,
  interval,
  optionsOf,
  taxBehavior,
} from './new-price.js';
import type { Charging } from './price-charging.js';

const kind: Kind<'price'> = {
  object: 'price',
  prefix: 'price',
  indexes: { product: ({ product }) => product, lookup_key: ({ lookup_key }) => lookup_key },
  onlyExpanded: { tiers: true, currency_options: true },
};

export const prices: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/prices', creatable, ({ tx, params }) => createPrice(tx, params)),
    retrieveRoute('GET /v1/prices/:id', 'price'),
    route(
      'POST /v1/prices/:id',
      {
        active: bool(),
        currency_options: emptyable(currencyOptions),
        lookup_key: emptyable(str(200)),
        metadata: metadata(),
        nickname: emptyable(str()),
        tax_behavior: taxBehavior,
        transfer_lookup_key: bool(),
      },
      ({ tx, params, ids }) => {
        const before = tx.require('price', ids.id as string);
        if (params.active === false) requireNoDefault(tx, before);
        const { metadata: given, currency_options, lookup_key, transfer_lookup_key, ...members } = params;
        const base = { ...before, tiers: before.tiers ?? null } as Charging;
        const options = {
          ...before.currency_options,
          ...optionsOf({ currency_options: currency_options ?? {} }, before.currency, base, before.billing_scheme),
        };
        const kept = before.currency_options?.[before.currency];
        if (kept) options[before.currency] = kept;
        const price = tx.patch('price', before.id, {
          ...members,
          ...(currency_options === undefined ? {} : { currency_options: options }),
          ...(lookup_key === undefined
            ? {}
            : { lookup_key: claimLookupKey(tx, before.id, lookup_key ?? undefined, transfer_lookup_key) }),
          metadata: mergeMetadata(before.metadata, given),
        });
        tx.emit('price.updated', price);
        return price;
      },
    ),
    listRoute(
      'GET /v1/prices',
      'price',
      {
        active: bool(),
        created: range(),
        currency: str(3),
        lookup_keys: list(str(), 10),
        product: str(),
        recurring: hash({ interval, meter: str(), usage_type: oneOf('licensed', 'metered') }),
        type: oneOf('one_time', 'recurring'),
      },
      {
        match: (price, { active, currency, lookup_keys, recurring, type }, { tx }) =>
          !tx.get('_inline_price', price.id) &&
          (active === undefined || price.active === active) &&
          (currency === undefined || price.currency === currency.toLowerCase()) &&
          (lookup_keys === undefined || lookup_keys.includes(price.lookup_key ?? '')) &&
          (recurring?.interval === undefined || price.recurring?.interval === recurring.interval) &&
          (recurring?.meter === undefined || price.recurring?.meter === recurring.meter) &&
          (recurring?.usage_type === undefined || price.recurring?.usage_type === recurring.usage_type) &&
          (type === undefined || price.type === type),
      },
    ),
  ],
};

/** A product on sale keeps its default price on sale. */
function requireNoDefault(tx: Transaction, { id, product }: StripeObjects['price']): void {
  const { active, default_price } = tx.get('product', product) ?? {};
  if (!active || default_price !== id) return;
  throw invalidRequest('This price cannot be archived because it is the default price of its product.');
}
