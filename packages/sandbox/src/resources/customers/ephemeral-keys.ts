import { createEphemeralKey } from '../../billing/payments/client-access.js';
import { invalidRequest, noSuch } from '../../engine/errors.js';
import { str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';

type Key = ReturnType<typeof createEphemeralKey>;

const shown = ({ id, key, created, expires }: Key) => ({
  id: key,
  object: 'ephemeral_key' as const,
  created,
  expires,
  livemode: false,
  secret: id,
});

/** Keys that a server hands to a mobile app, good for one customer and one hour. */
export const ephemeralKeys: ResourceModule = {
  recordIndexes: { _ephemeral_key: { key: (record) => (record as Key).key } },
  routes: [
    route(
      'POST /v1/ephemeral_keys',
      { customer: str() },
      ({ tx, params }) => {
        if (params.customer === undefined) {
          throw invalidRequest('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' });
        }
        return shown(createEphemeralKey(tx, tx.require('customer', params.customer, 'customer').id, null));
      },
      { needsVersion: true },
    ),
    route('DELETE /v1/ephemeral_keys/:id', {}, ({ tx, ids }) => {
      const [found] = tx.where('_ephemeral_key', 'key', ids.id as string);
      if (!found) throw noSuch('ephemeral key', ids.id as string);
      tx.delete('_ephemeral_key', found.id);
      const { secret, ...rest } = shown(found);
      return rest;
    }),
  ],
};
