import type { Kind } from '../engine/kinds.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, emptyable, hash, int, list, metadata, oneOf, type ParamsOf, required, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../http/standard-routes.js';

export type PortalConfiguration = StripeObjects['billing_portal.configuration'];
type Features = PortalConfiguration['features'];

const kind: Kind<'billing_portal.configuration'> = {
  object: 'billing_portal.configuration',
  prefix: 'bpc',
  noun: 'configuration',
};

const enabled = required(bool());
const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
const REASONS = [
  'too_expensive',
  'missing_features',
  'switched_service',
  'unused',
  'customer_service',
  'too_complex',
  'low_quality',
  'other',
] as const;

const featuresShape = {
  customer_update: hash({
    allowed_updates: emptyable(list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'))),
    enabled,
  }),
  invoice_history: hash({ enabled }),
  payment_method_update: hash({ enabled, payment_method_configuration: emptyable(str()) }),
  subscription_cancel: hash({
    cancellation_reason: hash({ enabled, options: emptyable(list(oneOf(...REASONS))) }),
    enabled,
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: prorationBehavior,
  }),
  subscription_update: hash({
    default_allowed_updates: emptyable(list(oneOf('price', 'promotion_code', 'quantity'))),
    enabled,
    products: emptyable(
      list(
        hash({
          adjustable_quantity: hash({ enabled, maximum: int(1), minimum: int(0) }),
          prices: required(list(str())),
          product: required(str()),
        }),
        10,
      ),
    ),
    proration_behavior: prorationBehavior,
  }),
};

const shape = {
  business_profile: hash({
    headline: emptyable(str(60)),
    privacy_policy_url: str(),
    terms_of_service_url: str(),
  }),
  default_return_url: emptyable(str()),
  login_page: hash({ enabled }),
  metadata: metadata(),
  name: emptyable(str()),
};
type Given = ParamsOf<typeof shape> & { features?: ParamsOf<typeof featuresShape> };

const DEFAULTS: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [...REASONS] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: { duration: { interval_options: [], type: 'indefinite' }, enabled: false },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

function featuresAfter(before: Features, given: ParamsOf<typeof featuresShape> | undefined): Features {
  if (!given) return before;
  const { customer_update, subscription_cancel: cancel, subscription_update: update } = given;
  const products = update?.products?.map(({ adjustable_quantity, ...product }) => ({
    ...product,
    adjustable_quantity: { maximum: null, minimum: 1, enabled: false, ...adjustable_quantity },
  }));
  return {
    ...before,
    ...(customer_update && {
      customer_update: {
        enabled: customer_update.enabled,
        allowed_updates: customer_update.allowed_updates ?? before.customer_update.allowed_updates,
      },
    }),
    ...(given.invoice_history && { invoice_history: given.invoice_history }),
    ...(given.payment_method_update && {
      payment_method_update: { ...before.payment_method_update, ...given.payment_method_update },
    }),
    ...(cancel && {
      subscription_cancel: {
        ...before.subscription_cancel,
        ...cancel,
        cancellation_reason: {
          ...before.subscription_cancel.cancellation_reason,
          ...(cancel.cancellation_reason && {
            enabled: cancel.cancellation_reason.enabled,
            options: cancel.cancellation_reason.options ?? before.subscription_cancel.cancellation_reason.options,
          }),
        },
      },
    }),
    ...(update && {
      subscription_update: {
        ...before.subscription_update,
        ...update,
        default_allowed_updates: update.default_allowed_updates ?? before.subscription_update.default_allowed_updates,
        products: update.products === undefined ? before.subscription_update.products : (products ?? null),
      },
    }),
  };
}

function membersOf(before: PortalConfiguration, given: Given): Partial<PortalConfiguration> {
  return {
    business_profile: { ...before.business_profile, ...given.business_profile },
    default_return_url: given.default_return_url === undefined ? before.default_return_url : given.default_return_url,
    features: featuresAfter(before.features, given.features),
    metadata: mergeMetadata(before.metadata ?? {}, given.metadata),
    name: given.name === undefined ? before.name : given.name,
    ...(given.login_page && { login_page: { enabled: given.login_page.enabled, url: null } }),
  };
}

function blank(tx: Transaction): PortalConfiguration {
  return {
    id: tx.newId('billing_portal.configuration'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: tx.now(),
    default_return_url: null,
    features: DEFAULTS,
    is_default: false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: tx.now(),
  };
}

/** The account's default, made on first need: all a person can do, with the plans that are for sale at the moment. */
export function defaultConfiguration(tx: Transaction): PortalConfiguration {
  const known = [...tx.newestFirst('billing_portal.configuration')].find(({ is_default }) => is_default);
  const before = known ?? { ...blank(tx), is_default: true };
  const features = featuresAfter(before.features, {
    customer_update: { enabled: true, allowed_updates: ['email', 'name', 'address'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, cancellation_reason: { enabled: true } },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price', 'quantity'],
      products: plansForSale(tx),
      proration_behavior: 'always_invoice',
    },
  });
  return tx.put('billing_portal.configuration', { ...before, features });
}

function plansForSale(tx: Transaction) {
  const products = new Map<string, string[]>();
  for (const price of tx.newestFirst('price')) {
    const sells =
      price.active && price.recurring?.usage_type === 'licensed' && tx.get('product', price.product)?.active;
    if (sells) products.set(price.product, [price.id, ...(products.get(price.product) ?? [])]);
  }
  return [...products].reverse().map(([product, prices]) => ({ product, prices }));
}

export const portalConfigurations: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/billing_portal/configurations',
      { ...shape, features: required(hash(featuresShape)) },
      ({ tx, params }) => {
        const before = blank(tx);
        requirePrices(tx, params.features);
        const created = tx.put('billing_portal.configuration', { ...before, ...membersOf(before, params) });
        tx.emit('billing_portal.configuration.created', created);
        return created;
      },
    ),
    retrieveRoute('GET /v1/billing_portal/configurations/:id', 'billing_portal.configuration'),
    listRoute('GET /v1/billing_portal/configurations', 'billing_portal.configuration', {
      active: bool(),
      is_default: bool(),
    }),
    route(
      'POST /v1/billing_portal/configurations/:id',
      { ...shape, active: bool(), features: hash(featuresShape) },
      ({ tx, params, ids }) => {
        const before = tx.require('billing_portal.configuration', ids.id as string);
        requirePrices(tx, params.features);
        const updated = tx.patch('billing_portal.configuration', before.id, {
          ...membersOf(before, params),
          active: params.active ?? before.active,
          updated: tx.now(),
        });
        tx.emit('billing_portal.configuration.updated', updated);
        return updated;
      },
    ),
  ],
};

function requirePrices(tx: Transaction, features: Given['features']): void {
  features?.subscription_update?.products?.forEach(({ product, prices }, at) => {
    const path = `features[subscription_update][products][${at}]`;
    tx.require('product', product, `${path}[product]`);
    prices.forEach((price, place) => {
      tx.require('price', price, `${path}[prices][${place}]`);
    });
  });
}
