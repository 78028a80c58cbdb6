import { type CheckoutSession, planOf } from '../../billing/checkout/checkout-plan.js';
import {
  createCardPaymentMethod,
  type PaymentMethod,
  requireTestCard,
} from '../../billing/payments/payment-methods.js';
import type { Transaction } from '../../engine/transaction.js';
import type { CardEntry } from '../cards/card-entry.js';
import type { Payer } from './checkout-payer.js';

/** The payment method of a card typed on the page. @throws 402 for a number that is no test card */
export function cardMethod(tx: Transaction, session: CheckoutSession, card: CardEntry, payer: Payer): PaymentMethod {
  const { number, exp_month, exp_year, name, country } = card;
  const none = { city: null, line1: null, line2: null, postal_code: null, state: null };
  const { email, phone, address } = payer;
  return createCardPaymentMethod(tx, {
    card: requireTestCard(number),
    exp_month,
    exp_year,
    hasCvc: true,
    allow_redisplay: planOf(tx, session.id).allow_redisplay,
    billing_details: { email, name, phone, address: address ?? { ...none, country } },
  });
}
