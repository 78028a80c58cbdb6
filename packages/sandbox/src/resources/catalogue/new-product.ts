import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { mergeMetadata } from '../../http/standard-routes.js';

type Product = StripeObjects['product'];

/** What a new product may be given; also `product_data` of a price. */
export interface NewProduct extends Partial<Omit<Product, 'id' | 'metadata' | 'name'>> {
  id?: string;
  name: string;
  metadata?: Record<string, string> | null;
}

/** @throws 400 `resource_already_exists` for a chosen id that is taken */
export function createProduct(tx: Transaction, given: NewProduct): Product {
  const id = given.id ?? tx.newId('product');
  if (tx.get('product', id)) {
    throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  const product = tx.put('product', {
    object: 'product',
    active: true,
    created: tx.now(),
    default_price: null,
    description: null,
    images: [],
    livemode: false,
    marketing_features: [],
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: tx.now(),
    url: null,
    ...given,
    id,
    metadata: mergeMetadata({}, given.metadata),
  });
  tx.emit('product.created', product);
  return product;
}
