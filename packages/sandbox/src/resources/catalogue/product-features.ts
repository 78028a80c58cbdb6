import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { PAGE, page } from '../../http/standard-routes.js';

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** Which product a `product_feature` (of the same id) belongs to: Stripe's object does not say. */
    _product_feature: { id: string; product: string; feature: string };
  }
}

type ProductFeature = StripeObjects['product_feature'];

const kind: Kind<'product_feature'> = { object: 'product_feature', prefix: 'prodft', noun: 'product feature' };

/** The features of a product, newest first. */
export function featuresOf(tx: Transaction, product: string): ProductFeature[] {
  const links = tx.where('_product_feature', 'product', product);
  return links.map(({ id }) => tx.require('product_feature', id));
}

/** Stripe sends no event for it. */
export function addFeature(
  tx: Transaction,
  product: string,
  feature: string,
  id = tx.newId('product_feature'),
): ProductFeature {
  tx.put('_product_feature', { id, product, feature });
  return tx.put('product_feature', {
    id,
    object: 'product_feature',
    entitlement_feature: tx.require('entitlements.feature', feature, 'entitlement_feature'),
    livemode: false,
  });
}

export const productFeatures: ResourceModule = {
  kinds: [kind],
  recordIndexes: { _product_feature: { product: ({ product }) => product } },
  routes: [
    route('POST /v1/products/:product/features', { entitlement_feature: required(str()) }, ({ tx, params, ids }) => {
      const product = tx.require('product', ids.product as string);
      const feature = tx.require('entitlements.feature', params.entitlement_feature, 'entitlement_feature');
      if (!feature.active) {
        throw invalidRequest('Archived features cannot be attached to products.', { param: 'entitlement_feature' });
      }
      if (tx.where('_product_feature', 'product', product.id).some((link) => link.feature === feature.id)) {
        throw invalidRequest('This feature is already attached to the product.', { param: 'entitlement_feature' });
      }
      return addFeature(tx, product.id, feature.id);
    }),
    route('GET /v1/products/:product/features', PAGE, ({ tx, params, ids, path }) => {
      const product = tx.require('product', ids.product as string);
      return page(featuresOf(tx, product.id), params, path, 'product feature');
    }),
    route('GET /v1/products/:product/features/:id', {}, ({ tx, ids }) => own(tx, ids)),
    route('DELETE /v1/products/:product/features/:id', {}, ({ tx, ids }) => {
      const { id } = own(tx, ids);
      tx.delete('_product_feature', id);
      tx.delete('product_feature', id);
      return { id, object: 'product_feature', deleted: true };
    }),
  ],
};

function own(tx: Transaction, ids: Record<string, string>) {
  const product = tx.require('product', ids.product as string);
  const feature = tx.require('product_feature', ids.id as string);
  if (tx.get('_product_feature', feature.id)?.product !== product.id) throw noSuch('product feature', feature.id);
  return feature;
}
