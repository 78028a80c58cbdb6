import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, metadata, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'entitlements.feature'> = {
  object: 'entitlements.feature',
  prefix: 'feat',
  noun: 'entitlements feature',
  indexes: { lookup_key: ({ lookup_key }) => lookup_key },
};

/** Stripe sends no events for features. */
export const entitlementFeatures: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/entitlements/features',
      { lookup_key: required(str(80)), name: required(str(80)), metadata: metadata() },
      ({ tx, params }) => {
        if (tx.where('entitlements.feature', 'lookup_key', params.lookup_key).some(({ active }) => active)) {
          throw invalidRequest(`An active feature with the lookup key '${params.lookup_key}' already exists.`, {
            param: 'lookup_key',
            code: 'resource_already_exists',
          });
        }
        return tx.put('entitlements.feature', {
          id: tx.newId('entitlements.feature'),
          object: 'entitlements.feature',
          active: true,
          livemode: false,
          lookup_key: params.lookup_key,
          metadata: mergeMetadata({}, params.metadata),
          name: params.name,
        });
      },
    ),
    retrieveRoute('GET /v1/entitlements/features/:id', 'entitlements.feature'),
    route(
      'POST /v1/entitlements/features/:id',
      { active: bool(), metadata: metadata(), name: str(80) },
      ({ tx, params, ids }) => {
        const before = tx.require('entitlements.feature', ids.id as string);
        const { metadata: given, ...members } = params;
        return tx.patch('entitlements.feature', before.id, {
          ...members,
          metadata: mergeMetadata(before.metadata, given),
        });
      },
    ),
    listRoute(
      'GET /v1/entitlements/features',
      'entitlements.feature',
      { archived: bool(), lookup_key: str(80) },
      {
        match: (feature, { archived, lookup_key }) =>
          feature.active === !archived && (lookup_key === undefined || feature.lookup_key === lookup_key),
      },
    ),
  ],
};
