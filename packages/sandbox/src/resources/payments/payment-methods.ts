import { passesLuhn } from '../../billing/payments/card-number.js';
import {
  attachPaymentMethod,
  type CardDetails,
  createCardPaymentMethod,
  detachPaymentMethod,
  type PaymentMethod,
  requireTestCard,
  usePaymentMethod,
} from '../../billing/payments/payment-methods.js';
import { testCardByToken } from '../../billing/payments/test-cards.js';
import { cardError, invalidRequest, noSuch } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, hash, int, metadata, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { type Call, type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'payment_method'> = {
  object: 'payment_method',
  prefix: 'pm',
  noun: 'PaymentMethod',
  indexes: { customer: ({ customer }) => customer },
};

const allowRedisplay = oneOf('always', 'limited', 'unspecified');
const address = hash({
  city: emptyable(str()),
  country: emptyable(str()),
  line1: emptyable(str()),
  line2: emptyable(str()),
  postal_code: emptyable(str()),
  state: emptyable(str()),
});
const billingDetails = hash({
  address: emptyable(address),
  email: emptyable(str(512)),
  name: emptyable(str()),
  phone: emptyable(str()),
  tax_id: str(),
});
const networks = hash({ preferred: oneOf('cartes_bancaires', 'mastercard', 'visa') });

/** How a payment method is described where one is made: here and in `payment_method_data` of intents. */
export const paymentMethodData = {
  type: required(oneOf('card')),
  allow_redisplay: allowRedisplay,
  billing_details: billingDetails,
  card: hash({ cvc: str(), exp_month: int(), exp_year: int(), networks, number: str(), token: str() }),
  metadata: metadata(),
};

/** @throws 402 for a number that no issuer knows or an expiry that has passed */
export function createFromData(tx: Transaction, data: ParamsOf<typeof paymentMethodData>): PaymentMethod {
  return createCardPaymentMethod(tx, {
    ...cardIn(tx, data.card),
    billing_details: merged(undefined, data.billing_details),
    metadata: mergeMetadata({}, data.metadata),
    ...(data.allow_redisplay && { allow_redisplay: data.allow_redisplay }),
  });
}

type CardParams = ParamsOf<typeof paymentMethodData>['card'];

function cardIn(tx: Transaction, card: CardParams): CardDetails {
  if (!card) throw invalidRequest('Missing required param: card.', { code: 'parameter_missing', param: 'card' });
  if (card.token !== undefined) {
    const known = testCardByToken(card.token);
    if (!known) throw noSuch('token', card.token, 'card[token]');
    return { card: known, hasCvc: true };
  }
  for (const name of ['number', 'exp_month', 'exp_year'] as const) {
    if (card[name] === undefined) {
      throw invalidRequest(`Missing required param: card[${name}].`, {
        code: 'parameter_missing',
        param: `card[${name}]`,
      });
    }
  }
  const { number = '', exp_month = 0, exp_year = 0, cvc } = card;
  const digits = number.replace(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(digits) || !passesLuhn(digits)) {
    throw refused('incorrect_number', 'number', 'Your card number is incorrect.');
  }
  if (exp_month < 1 || exp_month > 12) {
    throw refused('invalid_expiry_month', 'exp_month', "Your card's expiration month is invalid.");
  }
  const year = exp_year < 100 ? 2000 + exp_year : exp_year;
  if (Date.UTC(year, exp_month) / 1000 <= tx.now() || year > 2100) {
    throw refused('invalid_expiry_year', 'exp_year', "Your card's expiration year is invalid.");
  }
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) {
    throw refused('invalid_cvc', 'cvc', "Your card's security code is invalid.");
  }
  return { card: requireTestCard(digits), exp_month, exp_year: year, hasCvc: cvc !== undefined };
}

const refused = (code: string, param: string, message: string) =>
  cardError({ code, param, message }, { keepChanges: false });

const EMPTY_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
type BillingDetails = NonNullable<CardDetails['billing_details']>;

function merged(before: BillingDetails | undefined, given: ParamsOf<typeof paymentMethodData>['billing_details']) {
  if (!given) return before ?? {};
  const { address: sent, ...rest } = given;
  if (sent === undefined) return { ...before, ...rest };
  return {
    ...before,
    ...rest,
    address: sent === null ? EMPTY_ADDRESS : { ...EMPTY_ADDRESS, ...before?.address, ...sent },
  };
}

const listShape = { allow_redisplay: allowRedisplay, type: str() };

export const paymentMethods: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/payment_methods', paymentMethodData, ({ tx, params }) => createFromData(tx, params), {
      publishable: true,
    }),
    retrieveRoute('GET /v1/payment_methods/:id', 'payment_method'),
    listRoute('GET /v1/payment_methods', 'payment_method', { ...listShape, customer: str() }),
    route(
      'POST /v1/payment_methods/:id',
      {
        allow_redisplay: allowRedisplay,
        billing_details: billingDetails,
        card: hash({ exp_month: int(1, 12), exp_year: int(), networks }),
        metadata: metadata(),
      },
      ({ tx, params, ids }) => {
        const before = tx.require('payment_method', ids.id as string);
        if (!before.customer) {
          throw invalidRequest('You must save this PaymentMethod to a customer before you can update it.', {
            param: 'payment_method',
          });
        }
        const { exp_month, exp_year } = params.card ?? {};
        const after = tx.edit('payment_method', before.id, (draft) => {
          draft.allow_redisplay = params.allow_redisplay ?? draft.allow_redisplay;
          draft.billing_details = {
            ...draft.billing_details,
            ...merged(draft.billing_details, params.billing_details),
          };
          draft.metadata = mergeMetadata(draft.metadata ?? {}, params.metadata);
          if (draft.card && exp_month !== undefined) draft.card.exp_month = exp_month;
          if (draft.card && exp_year !== undefined) draft.card.exp_year = exp_year;
        });
        tx.emit('payment_method.updated', after);
        return after;
      },
    ),
    route('POST /v1/payment_methods/:id/attach', { customer: required(str()) }, ({ tx, params, ids }) => {
      const paymentMethod = pathPaymentMethod(tx, ids.id as string);
      const customer = tx.require('customer', params.customer, 'customer');
      return attachPaymentMethod(tx, paymentMethod, customer.id);
    }),
    route('POST /v1/payment_methods/:id/detach', {}, ({ tx, ids }) =>
      detachPaymentMethod(tx, tx.require('payment_method', ids.id as string)),
    ),
    listRoute('GET /v1/customers/:id/payment_methods', 'payment_method', listShape, {
      from: (call: Call<unknown>) => {
        const { id } = call.tx.require('customer', call.ids.id as string, 'customer');
        return call.tx.where('payment_method', 'customer', id);
      },
    }),
    route('GET /v1/customers/:customer/payment_methods/:id', {}, ({ tx, ids }) => {
      const { id } = tx.require('customer', ids.customer as string, 'customer');
      const found = tx.get('payment_method', ids.id as string);
      if (found?.customer !== id) throw noSuch('PaymentMethod', ids.id as string);
      return found;
    }),
  ],
};

/** The one in the path is missing with 404, unlike one in a parameter. */
function pathPaymentMethod(tx: Transaction, id: string) {
  return usePaymentMethod(tx, id, 'id');
}
