import type { Stripe } from 'stripe';
import { type ProductRow, stripeProducts } from '../../db/tables/products.js';
import { type Ask, idOf, projector, wholeNumber } from '../projector.js';

/** A product with its entitlement features, which Stripe lists apart and sends no events for. */
export type ProductWithFeatures = Stripe.Product & { features?: Stripe.ProductFeature[] };

export async function featuresOf(ask: Ask, productId: string): Promise<Stripe.ProductFeature[]> {
  const features: Stripe.ProductFeature[] = [];
  for (let after: string | undefined; ; ) {
    const page = await ask((sdk) => sdk.products.listFeatures(productId, { limit: 100, starting_after: after }));
    features.push(...page.data);
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return features;
  }
}

export const product = projector<ProductWithFeatures, ProductRow>({
  type: 'product',
  table: stripeProducts,
  eventTypes: ['product.created', 'product.updated', 'product.deleted'],
  goneTypes: ['product.deleted'],
  deletable: true,
  fetch: async (ask, id) => {
    const value = await ask((sdk) => sdk.products.retrieve(id));
    return { ...value, features: await featuresOf(ask, id) };
  },
  complete: (payload) => payload.features !== undefined,
  owned: ['product_feature', 'entitlements.feature'],
  stripped: [],
  optional: [],
  volatile: [],
  customerOf: () => null,
  row: (payload) => ({
    name: payload.name,
    description: payload.description,
    active: payload.active,
    defaultPriceId: idOf(payload.default_price),
    planKey: payload.metadata.plan_key || payload.id,
    planGroup: payload.metadata.plan_group || 'default',
    planRank: wholeNumber(payload.metadata.plan_rank),
    trialDays: wholeNumber(payload.metadata.plan_trial_days),
    metadata: payload.metadata,
    created: payload.created,
    features: payload.features?.map(({ id, entitlement_feature: feature }) => ({
      id,
      featureId: feature.id,
      key: feature.lookup_key,
      name: feature.name,
      metadata: feature.metadata,
    })),
  }),
});
