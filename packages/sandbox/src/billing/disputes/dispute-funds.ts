import { newId } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';

type Dispute = StripeObjects['dispute'];
type Movement = Dispute['balance_transactions'][number];

/** Minor units of the dispute's currency: Stripe's fee in US dollars, whatever the currency here. */
const DISPUTE_FEE = 1500;

/** The disputed money and the fee leave the merchant's balance. */
export function withdrawal(dispute: Dispute, at: number): Movement {
  return movement(dispute, at, -dispute.amount, DISPUTE_FEE, `Chargeback withdrawal for ${dispute.charge}`);
}

/** Both come back. */
export function reinstatement(dispute: Dispute, at: number): Movement {
  return movement(dispute, at, dispute.amount, -DISPUTE_FEE, `Chargeback reversal for ${dispute.charge}`);
}

function movement(dispute: Dispute, at: number, amount: number, fee: number, description: string): Movement {
  const { currency } = dispute;
  return {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: at,
    balance_type: 'payments',
    created: at,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
    source: dispute.id,
    status: 'available',
    type: 'adjustment',
  };
}
