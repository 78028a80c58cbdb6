import type { ResourceModule } from '../http/route.js';
import { accounts } from './account.js';
import { coupons } from './coupons.js';
import { customers } from './customers.js';
import { entitlementFeatures } from './entitlement-features.js';
import { events } from './events.js';
import { meterEvents } from './meter-events.js';
import { meters } from './meters.js';
import { paymentMethods } from './payment-methods.js';
import { prices } from './prices.js';
import { productFeatures } from './product-features.js';
import { products } from './products.js';
import { promotionCodes } from './promotion-codes.js';
import { setupIntents } from './setup-intents.js';
import { taxIds } from './tax-ids.js';
import { webhookEndpoints } from './webhook-endpoints.js';

/** Every object that the sandbox offers, one file each. */
export const RESOURCES: readonly ResourceModule[] = [
  accounts,
  coupons,
  customers,
  entitlementFeatures,
  events,
  meterEvents,
  meters,
  paymentMethods,
  prices,
  productFeatures,
  products,
  promotionCodes,
  setupIntents,
  taxIds,
  webhookEndpoints,
];
