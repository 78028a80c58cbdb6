import type { PaymentMethod } from '../../billing/payments/payment-methods.js';
import { brandName } from '../wording.js';

type Card = Pick<PaymentMethod, 'card'>;

/** e.g. `Visa •••• 4242` */
export function cardLabel({ card }: Card): string {
  return card ? `${brandName(card.brand)} •••• ${card.last4}` : 'Card';
}

/** e.g. `12/2034` */
export function cardExpiry({ card }: Card): string {
  return card ? `${String(card.exp_month).padStart(2, '0')}/${card.exp_year}` : '';
}
