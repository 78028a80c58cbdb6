import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { money } from '../wording.js';

export type Charge = StripeObjects['charge'];

/** What was taken and not yet given back, in minor units; pending refunds count as given back. */
export const unrefunded = ({ amount_captured, amount_refunded }: Charge): number => amount_captured - amount_refunded;

/** The charge that a refund names, by itself or by its payment intent. @throws 400 if neither or no such charge */
export function namedCharge(tx: Transaction, given: { charge?: string; payment_intent?: string }): Charge {
  if (given.charge !== undefined) {
    const charge = tx.require('charge', given.charge, 'charge');
    if (given.payment_intent !== undefined && charge.payment_intent !== given.payment_intent) {
      throw invalidRequest(`The charge ${charge.id} does not belong to the payment intent ${given.payment_intent}.`, {
        param: 'payment_intent',
      });
    }
    return charge;
  }
  if (given.payment_intent === undefined) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.');
  }
  const intent = tx.require('payment_intent', given.payment_intent, 'payment_intent');
  const charge = intent.latest_charge ? tx.get('charge', intent.latest_charge) : undefined;
  if (!charge?.captured) {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      code: 'resource_missing',
      param: 'payment_intent',
    });
  }
  return charge;
}

/**
 * Lets through what can be refunded, in minor units. @throws 400 `charge_not_refundable`, `charge_disputed`,
 * `charge_already_refunded`, or naming `param` for more than is left
 */
export function checkRefundable(tx: Transaction, charge: Charge, amount: number | undefined, param = 'amount'): void {
  if (!charge.captured) {
    throw invalidRequest(`Charge ${charge.id} was not captured, so there is nothing to refund.`, {
      code: 'charge_not_refundable',
    });
  }
  if (tx.where('dispute', 'charge', charge.id).some(({ is_charge_refundable }) => !is_charge_refundable)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  const left = unrefunded(charge);
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  if (amount !== undefined && amount > left) {
    const [given, rest] = [money(amount, charge.currency), money(left, charge.currency)];
    throw invalidRequest(`Refund amount (${given}) is greater than unrefunded amount on charge (${rest})`, { param });
  }
}
