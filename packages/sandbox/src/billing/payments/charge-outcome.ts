import type { StripeObjects } from '../../engine/objects.js';
import { BLOCKED, type Decline } from './declines.js';
import type { TestCard } from './test-card-table.js';

type Outcome = StripeObjects['charge']['outcome'];

const SCORES = { normal: 10, elevated: 65, highest: 92 };

/** Why a charge went as it went: the issuer's word, or Radar's, which asks no issuer. */
export function outcomeOf(card: TestCard, decline: Decline | undefined): Outcome {
  const level = card.risk ?? 'normal';
  const risk = { risk_level: level, risk_score: SCORES[level] };
  const codes = { advice_code: decline?.advice_code ?? null, network_advice_code: null, network_decline_code: null };
  if (decline === BLOCKED) {
    return {
      ...codes,
      ...risk,
      network_status: 'not_sent_to_network',
      reason: 'highest_risk_level',
      seller_message: 'Stripe blocked this payment as too risky.',
      type: 'blocked',
    };
  }
  return {
    ...codes,
    ...risk,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline?.decline_code ?? null,
    seller_message: decline ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: decline ? 'issuer_declined' : 'authorized',
  };
}
