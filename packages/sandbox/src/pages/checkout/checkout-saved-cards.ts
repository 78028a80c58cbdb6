import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { detachPaymentMethod, type PaymentMethod } from '../../billing/payments/payment-methods.js';
import type { Transaction } from '../../engine/transaction.js';

/** The customer's cards that the session lets them pay with again, the preferred one first. */
export function offeredCards(tx: Transaction, session: CheckoutSession): PaymentMethod[] {
  const { customer, saved_payment_method_options: options } = session;
  if (!customer || !options) return [];
  const filters: string[] = options.allow_redisplay_filters ?? ['always'];
  const now = new Date(tx.now() * 1000);
  const preferred = tx.get('customer', customer as string)?.invoice_settings.default_payment_method;
  return tx
    .where('payment_method', 'customer', customer as string)
    .filter(({ allow_redisplay }) => filters.includes(allow_redisplay ?? 'unspecified'))
    .filter(({ card }) => card && Date.UTC(card.exp_year, card.exp_month) > now.getTime())
    .sort((a, b) => Number(b.id === preferred) - Number(a.id === preferred));
}

/** Where the session allows it. */
export function removeOffered(tx: Transaction, session: CheckoutSession, id: string): void {
  const card = offeredCards(tx, session).find((method) => method.id === id);
  if (card && session.saved_payment_method_options?.payment_method_remove === 'enabled') detachPaymentMethod(tx, card);
}
