import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { closeRefundedInquiries } from '../disputes/disputes.js';
import { answerFraudWarnings } from '../disputes/fraud-warnings.js';
import { clockOf } from '../payments/charges.js';
import { testCardOf } from '../payments/payment-methods.js';
import { type Charge, checkRefundable, unrefunded } from './refundable-charge.js';

export type Refund = StripeObjects['refund'];

export interface RefundGiven {
  /** Minor units; all that is left by default. */
  amount?: number;
  reason?: Refund['reason'];
  metadata?: Record<string, string>;
}

/** Seconds until the bank has its last word. Not established: how long Stripe's test mode takes. */
const BANK_ANSWERS_AFTER = 5;

/**
 * Gives money of a charge back, to its card. What is pending counts as refunded from now on, so nothing is given back
 * twice. @param param names the amount in a refusal
 */
export function createRefund(tx: Transaction, charge: Charge, given: RefundGiven, param?: string): Refund {
  checkRefundable(tx, charge, given.amount, param);
  const amount = given.amount ?? unrefunded(charge);
  const later = fateOf(tx, charge);
  const refund = tx.put('refund', {
    id: tx.newId('refund'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: tx.now(clockOf(tx, charge)),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: given.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: given.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: later === 'succeeds_later' ? 'pending' : 'succeeded',
    ...(later === 'succeeds_later' && { pending_reason: 'processing' }),
    transfer_reversal: null,
  });
  // On the sandbox's own clock: a bank does not follow a test clock.
  if (later) tx.schedule('refund.conclude', refund.id, tx.now() + BANK_ANSWERS_AFTER);
  const refunded = tx.patch('charge', charge.id, {
    ...withRefunded(charge, charge.amount_refunded + amount),
    ...(given.reason === 'fraudulent' && { fraud_details: { ...charge.fraud_details, user_report: 'fraudulent' } }),
  });
  tx.emit('refund.created', refund);
  tx.emit('charge.refunded', refunded);
  closeRefundedInquiries(tx, refunded);
  answerFraudWarnings(tx, refunded);
  return refund;
}

/** The bank's last word about a refund of a test card: done, or the money comes back. */
export function concludeRefund(tx: Transaction, id: string): void {
  const before = tx.get('refund', id);
  const charge = before?.charge ? tx.get('charge', before.charge) : undefined;
  if (!before || !charge) return;
  if (before.status === 'pending') {
    const { pending_reason, ...rest } = before;
    announce(tx, before, tx.put('refund', { ...rest, status: 'succeeded' }));
    return;
  }
  if (before.status !== 'succeeded') return;
  const failed = tx.patch('refund', id, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
  tx.patch('charge', charge.id, withRefunded(charge, charge.amount_refunded - before.amount));
  announce(tx, before, failed);
  tx.emit('refund.failed', failed);
}

/** What counts: refunds that did not come back. */
export const isGivenBack = ({ status }: Refund): boolean => status !== 'failed' && status !== 'canceled';

function announce(tx: Transaction, before: Refund, after: Refund): void {
  const previous = { status: before.status, ...(before.pending_reason && { pending_reason: before.pending_reason }) };
  tx.emit('refund.updated', after, { previous });
  tx.emit('charge.refund.updated', after, { previous });
}

function withRefunded({ amount_captured }: Charge, amount_refunded: number) {
  return { amount_refunded, refunded: amount_refunded === amount_captured };
}

function fateOf(tx: Transaction, charge: Charge): 'succeeds_later' | 'fails_later' | undefined {
  const method = charge.payment_method ? tx.get('payment_method', charge.payment_method) : undefined;
  return method && testCardOf(method).refund;
}
