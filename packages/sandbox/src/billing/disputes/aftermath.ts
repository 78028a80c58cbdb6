import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { testCardOf } from '../payments/payment-methods.js';
import { unrefunded } from '../refunds/refundable-charge.js';
import { causesOf } from './dispute-causes.js';
import { raiseDispute } from './disputes.js';
import { warnOfFraud } from './fraud-warnings.js';

type Charge = StripeObjects['charge'];

/** Disputes and warnings come by themselves right after the payment, on the sandbox's own clock. */
export function scheduleAftermath(tx: Transaction, charge: Charge): void {
  if (charge.captured && aftermathOf(tx, charge)) tx.schedule('charge.aftermath', charge.id, tx.now());
}

/** What the charge's test card stands for happens. Several disputes share the money between them. */
export function bringAftermath(tx: Transaction, id: string): void {
  const charge = tx.get('charge', id);
  const aftermath = charge && aftermathOf(tx, charge);
  if (!charge || !aftermath) return;
  if (aftermath === 'fraud_warning') {
    warnOfFraud(tx, charge);
    return;
  }
  const causes = causesOf(aftermath);
  const share = Math.floor(unrefunded(charge) / causes.length);
  let left = unrefunded(charge);
  for (const [at, cause] of causes.entries()) {
    const amount = at === causes.length - 1 ? left : share;
    left -= amount;
    if (amount > 0) raiseDispute(tx, charge, cause, amount);
  }
}

function aftermathOf(tx: Transaction, charge: Charge) {
  const method = charge.payment_method ? tx.get('payment_method', charge.payment_method) : undefined;
  return method && testCardOf(method).aftermath;
}
