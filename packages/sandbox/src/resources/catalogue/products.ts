import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import {
  bool,
  emptyable,
  hash,
  list,
  metadata,
  num,
  oneOf,
  type ParamsOf,
  range,
  required,
  str,
} from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { createPrice, defaultPriceParams } from './new-price.js';
import { createProduct } from './new-product.js';

type Product = StripeObjects['product'];

const kind: Kind<'product'> = { object: 'product', prefix: 'prod' };

const dimensions = hash({
  height: required(num()),
  length: required(num()),
  weight: required(num()),
  width: required(num()),
});
const common = {
  active: bool(),
  metadata: metadata(),
  shippable: bool(),
  statement_descriptor: str(22),
};
const creatable = {
  ...common,
  name: required(str()),
  default_price_data: hash(defaultPriceParams),
  description: str(40_000),
  id: str(),
  images: list(str(), 8),
  marketing_features: list(hash({ name: required(str(80)) }), 15),
  package_dimensions: dimensions,
  tax_code: str(),
  type: oneOf('good', 'service'),
  unit_label: str(12),
  url: str(),
};
const updatable = {
  ...common,
  name: str(),
  default_price: str(),
  description: emptyable(str(40_000)),
  images: emptyable(list(str(), 8)),
  marketing_features: emptyable(list(hash({ name: required(str(80)) }), 15)),
  package_dimensions: emptyable(dimensions),
  tax_code: emptyable(str()),
  unit_label: emptyable(str(12)),
  url: emptyable(str()),
};

function update(tx: Transaction, before: Product, params: ParamsOf<typeof updatable>): Product {
  const { metadata: given, images, marketing_features, default_price, ...members } = params;
  if (default_price !== undefined) {
    const price = tx.require('price', default_price, 'default_price');
    if (price.product !== before.id) {
      throw invalidRequest(`The price ${price.id} does not belong to the product ${before.id}.`, {
        param: 'default_price',
      });
    }
  }
  return tx.patch('product', before.id, {
    ...members,
    ...(default_price === undefined ? {} : { default_price }),
    ...(images === undefined ? {} : { images: images ?? [] }),
    ...(marketing_features === undefined ? {} : { marketing_features: marketing_features ?? [] }),
    metadata: mergeMetadata(before.metadata, given),
    updated: tx.now(),
  });
}

export const products: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/products', creatable, ({ tx, params }) => {
      const { default_price_data, ...given } = params;
      const product = createProduct(tx, given);
      if (!default_price_data) return product;
      const price = createPrice(tx, { ...default_price_data, product: product.id });
      const withDefault = tx.patch('product', product.id, { default_price: price.id });
      tx.emit('product.updated', withDefault);
      return withDefault;
    }),
    retrieveRoute('GET /v1/products/:id', 'product'),
    route('POST /v1/products/:id', updatable, ({ tx, params, ids }) => {
      const product = update(tx, tx.require('product', ids.id as string), params);
      tx.emit('product.updated', product);
      return product;
    }),
    route('DELETE /v1/products/:id', {}, ({ tx, ids }) => {
      const product = tx.require('product', ids.id as string);
      if (tx.where('price', 'product', product.id).length > 0) {
        throw invalidRequest('This product cannot be deleted because it has one or more user-created prices.');
      }
      tx.emit('product.deleted', product);
      return tx.bury('product', product.id);
    }),
    listRoute(
      'GET /v1/products',
      'product',
      {
        active: bool(),
        created: range(),
        ids: list(str()),
        shippable: bool(),
        type: oneOf('good', 'service'),
        url: str(),
      },
      {
        match: (product, { active, ids, shippable, type, url }) =>
          (active === undefined || product.active === active) &&
          (ids === undefined || ids.includes(product.id)) &&
          (shippable === undefined || product.shippable === shippable) &&
          (type === undefined || product.type === type) &&
          (url === undefined || product.url === url),
      },
    ),
  ],
};
