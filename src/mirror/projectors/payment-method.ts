import type { Stripe } from 'stripe';
import { type PaymentMethodRow, stripePaymentMethods } from '../../db/tables/payment-methods.js';
import { idOf, projector } from '../projector.js';

export const paymentMethod = projector<Stripe.PaymentMethod, PaymentMethodRow>({
  type: 'payment_method',
  table: stripePaymentMethods,
  // A detached method still exists: its customer is null.
  eventTypes: [
    'payment_method.attached',
    'payment_method.updated',
    'payment_method.automatically_updated',
    'payment_method.detached',
  ],
  goneTypes: [],
  deletable: false,
  fetch: (ask, id) => ask((sdk) => sdk.paymentMethods.retrieve(id)),
  complete: () => true,
  owned: [],
  stripped: [],
  optional: [],
  volatile: [],
  customerOf: (payload) => idOf(payload.customer),
  row: (payload) => ({
    customerId: idOf(payload.customer),
    type: payload.type,
    brand: payload.card?.brand ?? null,
    last4: payload.card?.last4 ?? payload.sepa_debit?.last4 ?? payload.us_bank_account?.last4 ?? null,
    expMonth: payload.card?.exp_month ?? null,
    expYear: payload.card?.exp_year ?? null,
    fingerprint:
      payload.card?.fingerprint ?? payload.sepa_debit?.fingerprint ?? payload.us_bank_account?.fingerprint ?? null,
    created: payload.created,
  }),
});
