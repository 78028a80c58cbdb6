import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { PAGE, page, retrieveRoute } from '../../http/standard-routes.js';

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** Whose an active entitlement (of the same id) is: Stripe's object does not say. */
    _entitled: { id: string; customer: string; feature: string };
  }
}

const kind: Kind<'entitlements.active_entitlement'> = {
  object: 'entitlements.active_entitlement',
  prefix: 'ent',
  noun: 'active entitlement',
};

/** A subscription in one of these states gives the features of its products. */
const ENTITLING = new Set<string>(['active', 'trialing', 'past_due']);

function featuresDue(tx: Transaction, customer: string): Set<string> {
  const products = tx
    .where('subscription', 'customer', customer)
    .filter(({ status }) => ENTITLING.has(status))
    .flatMap(({ items }) => items.data.map(({ price }) => price.product));
  return new Set(products.flatMap((id) => tx.where('_product_feature', 'product', id).map(({ feature }) => feature)));
}

const entitlementsOf = (tx: Transaction, customer: string) =>
  tx.where('_entitled', 'customer', customer).map(({ id }) => tx.require('entitlements.active_entitlement', id));

function summary(tx: Transaction, customer: string) {
  return {
    object: 'entitlements.active_entitlement_summary',
    customer,
    entitlements: {
      object: 'list',
      data: entitlementsOf(tx, customer),
      has_more: false,
      url: `/v1/customer/${customer}/entitlements`,
    },
    livemode: false,
  };
}

/** Brings a customer's active entitlements in line with its subscriptions; an event tells if they changed. */
function settle(tx: Transaction, customer: string): void {
  const due = featuresDue(tx, customer);
  const before = summary(tx, customer);
  const held = tx.where('_entitled', 'customer', customer);
  const added = [...due].filter((feature) => !held.some((each) => each.feature === feature));
  const lost = held.filter(({ feature }) => !due.has(feature));
  if (added.length === 0 && lost.length === 0) return;
  for (const { id } of lost) {
    tx.delete('_entitled', id);
    tx.delete('entitlements.active_entitlement', id);
  }
  for (const feature of added) {
    const id = tx.newId('entitlements.active_entitlement');
    const { lookup_key } = tx.require('entitlements.feature', feature);
    tx.put('_entitled', { id, customer, feature });
    tx.put('entitlements.active_entitlement', { id, object: kind.object, feature, livemode: false, lookup_key });
  }
  tx.emit('entitlements.active_entitlement_summary.updated', summary(tx, customer), {
    previous: { entitlements: { data: before.entitlements.data } },
  });
}

export const activeEntitlements: ResourceModule = {
  kinds: [kind],
  recordIndexes: { _entitled: { customer: ({ customer }) => customer } },
  routes: [
    route(
      'GET /v1/entitlements/active_entitlements',
      { ...PAGE, customer: required(str()) },
      ({ tx, params, path }) => {
        const { id } = tx.require('customer', params.customer, 'customer');
        return page(entitlementsOf(tx, id), params, path, 'active entitlement');
      },
    ),
    retrieveRoute('GET /v1/entitlements/active_entitlements/:id', 'entitlements.active_entitlement'),
  ],
  start: (engine) => {
    engine.beforeCommit.push((tx) => {
      const customers = tx.events
        .filter(({ type }) => type.startsWith('customer.subscription.'))
        .map(({ data }) => data.object.customer as string);
      for (const customer of new Set(customers)) settle(tx, customer);
    });
  },
};
