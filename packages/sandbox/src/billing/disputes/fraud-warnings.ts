import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { clockOf } from '../payments/charges.js';

type Charge = StripeObjects['charge'];

/** The issuer suspects fraud, before anybody disputed: https://docs.stripe.com/disputes/how-disputes-work */
export function warnOfFraud(tx: Transaction, charge: Charge): void {
  const warning = tx.put('radar.early_fraud_warning', {
    id: tx.newId('radar.early_fraud_warning'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: tx.now(clockOf(tx, charge)),
    fraud_type: 'unauthorized_use_of_card',
    livemode: false,
    ...(charge.payment_intent && { payment_intent: charge.payment_intent }),
  });
  tx.emit('radar.early_fraud_warning.created', warning);
}

/** A charge that was refunded or disputed leaves nothing to do about its warnings. */
export function answerFraudWarnings(tx: Transaction, charge: Charge): void {
  if (!charge.refunded && !charge.disputed) return;
  for (const warning of tx.where('radar.early_fraud_warning', 'charge', charge.id)) {
    const answered = tx.patch('radar.early_fraud_warning', warning.id, { actionable: false });
    tx.emit('radar.early_fraud_warning.updated', answered);
  }
}
