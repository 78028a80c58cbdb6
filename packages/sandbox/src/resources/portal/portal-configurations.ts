import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, emptyable, hash, metadata, type ParamsOf, required, str, url } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { type FeaturesGiven, featuresAfter, featuresShape, NO_FEATURES, requireFeatures } from './portal-features.js';

export type PortalConfiguration = StripeObjects['billing_portal.configuration'];

type LoginPage = PortalConfiguration['login_page'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** The address of a login page. `id` is the token in it. */
    _portal_login: { id: string; configuration: string };
  }
}

const kind: Kind<'billing_portal.configuration'> = {
  object: 'billing_portal.configuration',
  prefix: 'bpc',
  noun: 'configuration',
};

const shape = {
  business_profile: hash({
    headline: emptyable(str(60)),
    privacy_policy_url: url(),
    terms_of_service_url: url(),
  }),
  default_return_url: emptyable(url()),
  login_page: hash({ enabled: required(bool()) }),
  metadata: metadata(),
  name: emptyable(str()),
};
type Given = ParamsOf<typeof shape> & { features?: FeaturesGiven };

function membersOf(before: PortalConfiguration, given: Given): Partial<PortalConfiguration> {
  return {
    business_profile: { ...before.business_profile, ...given.business_profile },
    default_return_url: given.default_return_url === undefined ? before.default_return_url : given.default_return_url,
    features: featuresAfter(before.features, given.features),
    metadata: mergeMetadata(before.metadata ?? {}, given.metadata),
    name: given.name === undefined ? before.name : given.name,
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
    features: NO_FEATURES,
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

/** A new address with each time that the page is switched on; switching it off voids the one before. */
function loginPageOf(tx: Transaction, before: PortalConfiguration, given: Given['login_page']): LoginPage {
  if (!given || given.enabled === before.login_page.enabled) return before.login_page;
  for (const login of tx.where('_portal_login', 'configuration', before.id)) tx.delete('_portal_login', login.id);
  if (!given.enabled) return { enabled: false, url: null };
  const { id } = tx.put('_portal_login', { id: `test_${randomText(18)}`, configuration: before.id });
  return { enabled: true, url: `${tx.origin}/p/login/${id}` };
}

export const portalConfigurations: ResourceModule = {
  kinds: [kind],
  recordIndexes: { _portal_login: { configuration: ({ configuration }) => configuration } },
  routes: [
    route(
      'POST /v1/billing_portal/configurations',
      { ...shape, features: required(hash(featuresShape)) },
      ({ tx, params }) => {
        const before = blank(tx);
        requireFeatures(tx, params.features);
        const created = tx.put('billing_portal.configuration', {
          ...before,
          ...membersOf(before, params),
          login_page: loginPageOf(tx, before, params.login_page),
        });
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
        requireFeatures(tx, params.features);
        const updated = tx.patch('billing_portal.configuration', before.id, {
          ...membersOf(before, params),
          active: params.active ?? before.active,
          login_page: loginPageOf(tx, before, params.login_page),
          updated: tx.now(),
        });
        tx.emit('billing_portal.configuration.updated', updated);
        return updated;
      },
    ),
  ],
};
