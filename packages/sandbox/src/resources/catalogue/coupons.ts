import { deactivateCodes, invalidateCoupon } from '../../billing/discounts/redemption.js';
import { invalidRequest, missingParam } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import { hash, int, list, map, metadata, num, oneOf, range, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { currencyOf } from './price-charging.js';

const kind: Kind<'coupon'> = {
  object: 'coupon',
  prefix: 'coupon',
  onlyExpanded: { applies_to: true, currency_options: true },
};

const currencyOptions = map(hash({ amount_off: required(int(1)) }));

export const coupons: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/coupons',
      {
        amount_off: int(1),
        applies_to: hash({ products: list(str()) }),
        currency: str(3),
        currency_options: currencyOptions,
        duration: oneOf('forever', 'once', 'repeating'),
        duration_in_months: int(1),
        id: str(),
        max_redemptions: int(1),
        metadata: metadata(),
        name: str(40),
        percent_off: num(),
        redeem_by: time(),
      },
      ({ tx, params }) => {
        const { amount_off, percent_off, duration = 'once' } = params;
        const id = params.id ?? randomText(8);
        if (tx.get('coupon', id)) {
          throw invalidRequest('Coupon already exists.', { code: 'resource_already_exists', param: 'id' });
        }
        if ((amount_off === undefined) === (percent_off === undefined)) {
          throw invalidRequest('Must provide one of percent_off or amount_off.', { param: 'percent_off' });
        }
        if (percent_off !== undefined && (percent_off <= 0 || percent_off > 100)) {
          throw invalidRequest('Invalid percent_off: must be greater than 0 and at most 100.', {
            param: 'percent_off',
          });
        }
        if (amount_off !== undefined && params.currency === undefined) throw missingParam('currency');
        if (duration === 'repeating' && params.duration_in_months === undefined)
          throw missingParam('duration_in_months');
        if (duration !== 'repeating' && params.duration_in_months !== undefined) {
          throw invalidRequest('`duration_in_months` can only be set when `duration` is `repeating`.', {
            param: 'duration_in_months',
          });
        }
        for (const product of params.applies_to?.products ?? []) {
          tx.require('product', product, 'applies_to[products]');
        }
        const coupon = tx.put('coupon', {
          id,
          object: 'coupon',
          amount_off: amount_off ?? null,
          ...(params.applies_to ? { applies_to: { products: params.applies_to.products ?? [] } } : {}),
          created: tx.now(),
          currency: params.currency === undefined ? null : currencyOf(params.currency, 'currency'),
          ...(params.currency_options ? { currency_options: params.currency_options } : {}),
          duration,
          duration_in_months: params.duration_in_months ?? null,
          livemode: false,
          max_redemptions: params.max_redemptions ?? null,
          metadata: mergeMetadata({}, params.metadata),
          name: params.name ?? null,
          percent_off: percent_off ?? null,
          redeem_by: params.redeem_by ?? null,
          times_redeemed: 0,
          valid: true,
        });
        tx.emit('coupon.created', coupon);
        if (params.redeem_by !== undefined) tx.schedule('coupon.redeem_by', id, params.redeem_by);
        return coupon;
      },
    ),
    retrieveRoute('GET /v1/coupons/:id', 'coupon'),
    route(
      'POST /v1/coupons/:id',
      { currency_options: currencyOptions, metadata: metadata(), name: str(40) },
      ({ tx, params, ids }) => {
        const before = tx.require('coupon', ids.id as string);
        const { currency_options, name } = params;
        const coupon = tx.patch('coupon', before.id, {
          ...(name === undefined ? {} : { name }),
          ...(currency_options ? { currency_options: { ...before.currency_options, ...currency_options } } : {}),
          metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
        });
        tx.emit('coupon.updated', coupon);
        return coupon;
      },
    ),
    route('DELETE /v1/coupons/:id', {}, ({ tx, ids }) => {
      const coupon = tx.require('coupon', ids.id as string);
      tx.emit('coupon.deleted', coupon);
      tx.unschedule('coupon.redeem_by', coupon.id);
      deactivateCodes(tx, coupon.id);
      return tx.bury('coupon', coupon.id);
    }),
    listRoute('GET /v1/coupons', 'coupon', { created: range() }),
  ],
  jobs: {
    'coupon.redeem_by': (tx, id) => {
      if (tx.get('coupon', id)) invalidateCoupon(tx, id);
    },
  },
};
