import type { Engine } from '../engine/engine.js';
import type { Transaction } from '../engine/transaction.js';
import { createMeter } from '../resources/meters.js';
import { createPrice } from '../resources/new-price.js';
import { createProduct } from '../resources/new-product.js';
import { addFeature } from '../resources/product-features.js';
import { FEATURES, METERS, PLANS, type SeedPlan, type SeedPrice } from './default-plans.js';

/** Puts the default catalogue in place. What is there already stays as it is, so that seeding again changes nothing. */
export function seedCatalogue(engine: Engine): void {
  engine.transact((tx) => {
    for (const meter of METERS) {
      const id = `mtr_${meter.eventName}`;
      if (tx.get('billing.meter', id)) continue;
      const { eventName: event_name, displayName: display_name, formula } = meter;
      createMeter(tx, { event_name, display_name, default_aggregation: { formula } }, id);
    }
    for (const { key, name, metadata } of FEATURES) {
      const id = `feat_${key}`;
      if (tx.get('entitlements.feature', id)) continue;
      const feature = { id, active: true, livemode: false, lookup_key: key, metadata, name };
      tx.put('entitlements.feature', { ...feature, object: 'entitlements.feature' });
    }
    // The newest is listed first, so that a catalogue page shows them in order.
    for (const plan of [...PLANS].reverse()) seedPlan(tx, plan);
  });
}

function seedPlan(tx: Transaction, plan: SeedPlan): void {
  const id = `prod_${plan.key}`;
  if (!tx.get('product', id)) {
    const { name, description, metadata, unitLabel: unit_label = null } = plan;
    createProduct(tx, { id, name, description, metadata, unit_label });
  }
  for (const key of plan.features) {
    const link = `prodft_${plan.key}_${key}`;
    if (!tx.get('product_feature', link)) addFeature(tx, id, `feat_${key}`, link);
  }
  for (const price of [...plan.prices].reverse()) {
    const priceId = `price_${price.lookupKey}`;
    if (!tx.get('price', priceId)) createPrice(tx, priceParams(id, price), priceId);
  }
  const product = tx.require('product', id);
  if (product.default_price) return;
  const changed = tx.patch('product', id, { default_price: `price_${plan.prices[0]?.lookupKey}` });
  tx.emit('product.updated', changed);
}

function priceParams(
  product: string,
  { lookupKey, interval, amount, metered }: SeedPrice,
): Parameters<typeof createPrice>[1] {
  const common = { product, lookup_key: lookupKey, currency: 'usd' };
  if (amount) {
    const { usd, eur } = amount;
    return { ...common, unit_amount: usd, recurring: { interval }, currency_options: { eur: { unit_amount: eur } } };
  }
  if (!metered) throw new Error(`the seed price ${lookupKey} has neither an amount nor a meter`);
  const tiers = (currency: 'usd' | 'eur') => [
    { up_to: metered.included, unit_amount: 0 },
    { up_to: 'inf' as const, unit_amount_decimal: metered.beyond[currency] },
  ];
  return {
    ...common,
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: tiers('usd'),
    recurring: { interval, usage_type: 'metered', meter: `mtr_${metered.meter}` },
    currency_options: { eur: { tiers: tiers('eur') } },
  };
}
