import { isRedeemable } from '../../billing/discounts/redemption.js';
import { invalidRequest, missingParam } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, hash, int, map, metadata, oneOf, range, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'promotion_code'> = {
  object: 'promotion_code',
  prefix: 'promo',
  noun: 'promotion code',
  indexes: {
    code: ({ code }) => code.toLowerCase(),
    coupon: ({ promotion }) => promotion.coupon,
    customer: ({ customer }) => customer,
  },
};

const currencyOptions = map(hash({ minimum_amount: int(1) }));

export const promotionCodes: ResourceModule = {
  kinds: [kind],
  routes: [
    route(
      'POST /v1/promotion_codes',
      {
        active: bool(),
        code: str(500),
        customer: str(),
        expires_at: time(),
        max_redemptions: int(1),
        metadata: metadata(),
        promotion: required(hash({ coupon: str(), type: required(oneOf('coupon')) })),
        restrictions: hash({
          currency_options: currencyOptions,
          first_time_transaction: bool(),
          minimum_amount: int(1),
          minimum_amount_currency: str(3),
        }),
      },
      ({ tx, params }) => {
        if (params.promotion.coupon === undefined) throw missingParam('promotion[coupon]');
        const coupon = tx.require('coupon', params.promotion.coupon, 'promotion[coupon]');
        if (!coupon.valid) {
          throw invalidRequest(`Coupon expired: ${coupon.id}`, { code: 'coupon_expired', param: 'promotion[coupon]' });
        }
        if (params.customer !== undefined) tx.require('customer', params.customer, 'customer');
        const code = params.code ?? randomText(8).toUpperCase();
        const active = params.active ?? true;
        if (active && tx.where('promotion_code', 'code', code.toLowerCase()).some((other) => other.active)) {
          throw invalidRequest(`An active promotion code with \`code: ${code}\` already exists.`, {
            param: 'code',
          });
        }
        const { restrictions } = params;
        const promotionCode = tx.put('promotion_code', {
          id: tx.newId('promotion_code'),
          object: 'promotion_code',
          active,
          code,
          created: tx.now(),
          customer: params.customer ?? null,
          customer_account: null,
          expires_at: params.expires_at ?? null,
          livemode: false,
          max_redemptions: params.max_redemptions ?? null,
          metadata: mergeMetadata({}, params.metadata),
          promotion: { coupon: coupon.id, type: 'coupon' },
          restrictions: {
            first_time_transaction: restrictions?.first_time_transaction ?? false,
            minimum_amount: restrictions?.minimum_amount ?? null,
            minimum_amount_currency: restrictions?.minimum_amount_currency ?? null,
          },
          times_redeemed: 0,
        });
        tx.emit('promotion_code.created', promotionCode);
        if (params.expires_at !== undefined) tx.schedule('promotion_code.expire', promotionCode.id, params.expires_at);
        return promotionCode;
      },
    ),
    retrieveRoute('GET /v1/promotion_codes/:id', 'promotion_code'),
    route('POST /v1/promotion_codes/:id', { active: bool(), metadata: metadata() }, ({ tx, params, ids }) => {
      const before = tx.require('promotion_code', ids.id as string);
      if (params.active && !before.active && !isRedeemable(tx, before)) {
        throw invalidRequest('This promotion code cannot be activated: it or its coupon can be redeemed no longer.', {
          param: 'active',
        });
      }
      const promotionCode = tx.patch('promotion_code', before.id, {
        active: params.active ?? before.active,
        metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
      });
      tx.emit('promotion_code.updated', promotionCode);
      return promotionCode;
    }),
    listRoute(
      'GET /v1/promotion_codes',
      'promotion_code',
      { active: bool(), code: str(500), coupon: str(), created: range(), customer: str() },
      {
        match: (promotionCode, { active, code, coupon, customer }) =>
          (active === undefined || promotionCode.active === active) &&
          (code === undefined || promotionCode.code.toLowerCase() === code.toLowerCase()) &&
          (coupon === undefined || promotionCode.promotion.coupon === coupon) &&
          (customer === undefined || promotionCode.customer === customer),
        from: ({ tx }) => tx.newestFirst('promotion_code'),
      },
    ),
  ],
  jobs: {
    'promotion_code.expire': (tx, id) => {
      if (tx.get('promotion_code', id)?.active) {
        tx.emit('promotion_code.updated', tx.patch('promotion_code', id, { active: false }));
      }
    },
  },
};
