import { and, eq, getTableColumns, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Queryable } from './connect.js';
import { type PriceRow, stripePrices } from './tables/prices.js';
import { type ProductRow, stripeProducts } from './tables/products.js';

export type CatalogueProduct = Omit<ProductRow, 'raw'>;
export type CataloguePrice = Omit<PriceRow, 'raw'>;
/** A product with its active prices. */
export interface ProductWithPrices {
  product: CatalogueProduct;
  prices: CataloguePrice[];
}

const { raw: _product, ...productColumns } = getTableColumns(stripeProducts);
const { raw: _price, ...priceColumns } = getTableColumns(stripePrices);
const knownProduct = and(isNotNull(stripeProducts.raw), isNull(stripeProducts.deletedAt));
const knownPrice = and(isNotNull(stripePrices.raw), isNull(stripePrices.deletedAt));

/** Every active product. */
export async function activeProducts(q: Queryable): Promise<ProductWithPrices[]> {
  const [products, prices] = await Promise.all([
    q.orm
      .select(productColumns)
      .from(stripeProducts)
      .where(and(knownProduct, eq(stripeProducts.active, true))),
    q.orm
      .select(priceColumns)
      .from(stripePrices)
      .where(and(knownPrice, eq(stripePrices.active, true))),
  ]);
  return withPrices(products, prices);
}

/** Those of the ids that are mirrored, active or not: subscriptions outlive what they were sold as. */
export async function productsById(q: Queryable, ids: readonly string[]): Promise<ProductWithPrices[]> {
  const [products, prices] = await Promise.all([
    q.orm
      .select(productColumns)
      .from(stripeProducts)
      .where(and(knownProduct, inArray(stripeProducts.id, [...ids]))),
    q.orm
      .select(priceColumns)
      .from(stripePrices)
      .where(and(knownPrice, eq(stripePrices.active, true), inArray(stripePrices.productId, [...ids]))),
  ]);
  return withPrices(products, prices);
}

/** A price with what its product says for all of its prices. */
export interface PriceOfProduct {
  price: CataloguePrice;
  product: CatalogueProduct | null;
}

/** Those of the ids that are mirrored, active or not. */
export function pricesById(q: Queryable, ids: readonly string[]): Promise<PriceOfProduct[]> {
  return q.orm
    .select({ price: priceColumns, product: productColumns })
    .from(stripePrices)
    .leftJoin(stripeProducts, and(eq(stripeProducts.id, stripePrices.productId), knownProduct))
    .where(and(knownPrice, inArray(stripePrices.id, [...ids])));
}

function withPrices(products: CatalogueProduct[], prices: CataloguePrice[]): ProductWithPrices[] {
  const byProduct = new Map(products.map((product) => [product.id, { product, prices: [] as CataloguePrice[] }]));
  for (const price of prices) byProduct.get(price.productId)?.prices.push(price);
  return [...byProduct.values()];
}
